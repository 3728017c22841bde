import * as fs from "node:fs/promises";
import * as path from "node:path";
import * as z from "zod";
import { configKey } from "../../component/contract/source";
import { escImports } from "../../kit/esc-imports";
import { TIME } from "../../kit/iso-time";
import type { Found } from "../../kit/live/read-live";
import { mapBounded } from "../../kit/map-bounded";
import type { Notes } from "../../kit/notes";
import type { PulumiCli } from "../../kit/pulumi-cli";
import { isDeployed } from "./changes";
import type { FoundSecret } from "./compare";
import { type ConfigHistory, readConfigHistory } from "./config-history";
import { firstLine, STACKS_AT_A_TIME } from "./stacks";
import type { DeployedWorker } from "./state";

/** The records about a stack's config. */
export interface StackRecords {
  readonly history: ConfigHistory;
  /**
   * The Pulumi ESC environments that must have a key: their names, and the stack's file if an environment is written in it.
   * Undefined if the file's config has the key, or the file no environment.
   */
  readonly esc: (...keys: readonly string[]) => readonly string[] | undefined;
  /** When the last successful `pulumi up` started. Only read if a change is newer than the last upload. */
  readonly updated: string | undefined;
}

/** Reads the records of each stack that has a secret from its config. */
export async function readRecords(
  cli: PulumiCli,
  found: readonly FoundSecret[],
  live: (worker: DeployedWorker) => Found | undefined,
  notes: Notes,
): Promise<(environment: string) => StackRecords | undefined> {
  const configured = found.flatMap((secret) => {
    const key = configKey(secret.source);
    return key === undefined ? [] : [{ key, secret }];
  });
  const stacks = [...new Set(configured.map(({ secret }) => secret.worker.environment))];
  const records = new Map<string, StackRecords>();
  await mapBounded(stacks, STACKS_AT_A_TIME, async (stack) => {
    try {
      const file = cli.stackFile(stack);
      const history = await readConfigHistory(file, cli.project);
      const isNewer = configured.some(({ key, secret }) => {
        const origin = secret.worker.environment === stack ? history(key) : undefined;
        return typeof origin === "object" && !isDeployed(origin.at, secret, { live: live(secret.worker) });
      });
      const find = escImports(await fs.readFile(file, "utf8").catch(() => ""), cli.project);
      records.set(stack, {
        history,
        esc: (...keys) => {
          const { imports, isInline } = find(...keys) ?? {};
          return imports && [...imports, ...(isInline === true ? [path.basename(file)] : [])];
        },
        updated: isNewer ? await readLastUpdate(cli, stack) : undefined,
      });
    } catch (error) {
      notes.add(`Who changed the config of {}, and when, is unknown: ${firstLine(error)}.`, stack);
    }
  });
  return (environment) => records.get(environment);
}

/** The last update may be many entries back, for example after nightly refreshes. */
const UPDATES = 100;
const HISTORY = z.array(z.object({ kind: z.string(), result: z.string(), startTime: TIME }));

/** Returns undefined if Pulumi does not say. */
async function readLastUpdate(cli: PulumiCli, stack: string): Promise<string | undefined> {
  const args = ["stack", "history", "--json", `--page-size=${UPDATES}`, "--page=1", `--stack=${stack}`];
  const listed = await cli.run(args).catch(() => "null");
  const { data = [] } = HISTORY.safeParse(JSON.parse(listed));
  return data.find(({ kind, result }) => kind === "update" && result === "succeeded")?.startTime;
}
