import "../lazy-closures";
import { readdir } from "node:fs/promises";
import { homedir } from "node:os";
import * as path from "node:path";
import { PulumiCommand } from "@pulumi/pulumi/automation/cmd";
import { buildEngine } from "./build";
import { installEngine } from "./install";

export interface EngineOptions {
  /** Pulumi's own folder. @default PULUMI_HOME, else ~/.pulumi */
  readonly home?: string;
  /** Receives lines of progress. @default stderr */
  readonly log?: (line: string) => void;
  readonly signal?: AbortSignal;
}

type EngineOrigin = "path" | "home" | "installed" | "built";

export interface Engine {
  readonly command: PulumiCommand;
  readonly version: string;
  readonly origin: EngineOrigin;
}

interface Found {
  readonly command: PulumiCommand;
  readonly version: string;
}

interface Way {
  readonly origin: EngineOrigin;
  readonly title: string;
  readonly find: () => Promise<Found>;
}

/**
 * Resource hooks, in previews too, came with 3.182.0 (https://github.com/pulumi/pulumi/pull/19874). Since 3.187.0 a
 * run ends when a hook refuses a resource that the program exports (https://github.com/pulumi/pulumi/pull/20153).
 */
const OLDEST = "3.187.0";

export function pulumiHome(): string {
  return process.env.PULUMI_HOME ?? path.join(homedir(), ".pulumi");
}

function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  // Error messages of the Automation API are blocks of `key: value` lines; the last one has the cause.
  const line = /^\s*(?:stderr|err\?):\s*(?:Error: )?(\S.*)$/m.exec(message)?.[1] ?? message;
  return /\bENOENT\b/.test(line) ? "not found" : (line.split("\n")[0] ?? line).trim();
}

/** The CLI in this folder, or on PATH. */
async function cli(root?: string): Promise<Found> {
  // The Automation API's own version check accepts engines that are too old for the component.
  const command = await PulumiCommand.get({
    skipVersionCheck: true,
    ...(root === undefined ? {} : { root }),
  });
  const { version } = command;
  if (version?.major !== 3 || version.compare(OLDEST) < 0) {
    throw new Error(`found ${version?.version ?? "no version"}, but ${OLDEST} or a newer 3.x is required`);
  }
  return { command, version: version.version };
}

async function newestUnder(home: string): Promise<Found> {
  const folder = path.join(home, "versions");
  const names = await readdir(folder).catch(() => []);
  names.sort((a, b) => b.localeCompare(a, "en", { numeric: true }));
  const reasons: string[] = [];
  for (const name of names) {
    try {
      return await cli(path.join(folder, name));
    } catch (error) {
      reasons.push(`${name}: ${reasonOf(error)}`);
    }
  }
  throw new Error(reasons.length === 0 ? "none there" : reasons.join("; "));
}

const BY_HAND = [
  `Install the Pulumi CLI ${OLDEST} or newer by hand and put it on PATH: https://www.pulumi.com/docs/install/`,
  "or install Go 1.26 or newer and run this again: it then builds the CLI itself.",
].join("\n");

/**
 * Finds a recent enough Pulumi CLI on PATH or in PULUMI_HOME, or else gets one from Pulumi's installer or builds it
 * from source with Go. Each way is tried once; if all fail, the error has the reason for each.
 */
export async function findEngine(options: EngineOptions = {}): Promise<Engine> {
  const { home = pulumiHome(), log, signal } = options;
  const ways: readonly Way[] = [
    { origin: "path", title: "`pulumi` on PATH", find: () => cli() },
    { origin: "home", title: "an engine under PULUMI_HOME/versions", find: () => newestUnder(home) },
    {
      origin: "installed",
      title: "Pulumi's installer",
      find: async () => cli(await installEngine({ home, log, signal })),
    },
    {
      origin: "built",
      title: "a build with Go",
      find: async () => cli(await buildEngine({ home, log, signal })),
    },
  ];
  const tried: string[] = [];
  for (const { origin, title, find } of ways) {
    signal?.throwIfAborted();
    try {
      return { ...(await find()), origin };
    } catch (error) {
      signal?.throwIfAborted();
      tried.push(`  - ${title}: ${reasonOf(error)}`);
    }
  }
  throw new Error(["No Pulumi engine. Tried, in this order:", ...tried, BY_HAND].join("\n"));
}
