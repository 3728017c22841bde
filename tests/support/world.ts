import "../../kit/lazy-closures";
import { strict as assert } from "node:assert";
import * as fs from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import type { TestContext } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import { CommandError, type PreviewOptions, type Stack } from "@pulumi/pulumi/automation";
import { WorkerScript, type WorkerScriptArgs } from "../../component";
import { startTarget } from "../../harness/target";
import { isOfEndedEngine } from "../../kit/inline-programs";
import { withoutSummary } from "../../kit/without-summary";
import type { LocalCloudflare, LocalCloudflareOptions } from "../../local/api";
import { startVault } from "./vault";

export const ACCOUNT_ID = "0123456789abcdef0123456789abcdef";

/** Responds with the Worker's variables and secrets, so that a test sees the values that the Worker runs with. */
export const ECHO = `const isText = ([, value]) => typeof value === "string";
export default { fetch: (_, env) => Response.json(Object.fromEntries(Object.entries(env).filter(isText))) };
`;

type StackOptions = Pick<PreviewOptions, "diff" | "debug" | "policyPacks" | "policyPackConfigs">;

export type Program = () => Record<string, unknown> | undefined;

/** A program that declares one Worker, `script_1`, with `secrets`. */
export function worker(
  secrets: Record<string, string>,
  args: Partial<WorkerScriptArgs> = {},
  resource = "worker",
  opts?: pulumi.ComponentResourceOptions,
): Program {
  return () => {
    const all: WorkerScriptArgs = {
      accountId: ACCOUNT_ID,
      name: "script_1",
      content: ECHO,
      secretTextBindings: Object.entries(secrets).map(([binding, text]) => ({ name: binding, text })),
      ...args,
    };
    const { name, secretNames, etag, url } = new WorkerScript(resource, all, opts);
    return { name, secretNames, etag, url: url.apply((address) => address ?? null) };
  };
}

/** A local Cloudflare and the stacks that deploy to it. */
export interface World {
  readonly cloudflare: LocalCloudflare;
  /** Contains the state and the config of every stack. */
  readonly folder: string;
  /** `METHOD path status` of each request since the last call, without the account's prefix. */
  takeRequests(): string[];
  /** Opens another stack. */
  openStack(name?: string): Promise<TestStack>;
  /** The bindings of the running Worker. */
  ask(name?: string): Promise<Record<string, string>>;
  /** Sends a request below the account, outside of Pulumi. */
  send(method: string, place: string, body?: unknown): Promise<Record<string, unknown>>;
}

/** Starts a world for a test. After the test, even a failed one, all processes are stopped and all files removed. */
export async function startWorld(test: TestContext, options: LocalCloudflareOptions = {}): Promise<World> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), "world-"));
  test.after(() => fs.rm(folder, { recursive: true, force: true }));
  const requests: string[] = [];
  const target = await startTarget({
    ...options,
    onRequest(entry) {
      const place = entry.path.replace(/^\/client\/v4(\/accounts\/[0-9a-f]{32})?/, "");
      requests.push(`${entry.method} ${place} ${entry.status}`);
      options.onRequest?.(entry);
    },
  });
  test.after(() => target.close());
  const { cloudflare } = target;
  const { secretsProvider } = await startVault();

  return {
    cloudflare,
    folder,
    takeRequests: () => requests.splice(0),
    async openStack(name = "test") {
      const stack = await target.openStack({
        folder,
        passphrase: "",
        secretsProvider,
        stackName: name,
        program: () => Promise.resolve({}),
      });
      return new TestStack(stack);
    },
    async ask(name = "script_1") {
      const url = cloudflare.workerUrl(ACCOUNT_ID, name);
      assert.ok(url, `${name} is not live`);
      return (await (await fetch(url)).json()) as Record<string, string>;
    },
    async send(method, place, body) {
      const response = await fetch(`${cloudflare.baseUrl}/accounts/${ACCOUNT_ID}${place}`, {
        method,
        headers: { authorization: `Bearer ${cloudflare.apiToken}`, "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      requests.pop();
      return (await response.json()) as Record<string, unknown>;
    },
  };
}

/** Pulumi's operations; each returns its output. */
class TestStack {
  readonly #brief: Stack;

  constructor(readonly stack: Stack) {
    this.#brief = withoutSummary(stack);
  }

  async up(program: Program, options: StackOptions = {}) {
    return this.print((io) => this.#brief.up({ ...io, ...options, program: inline(program) }));
  }

  async preview(program: Program, options: StackOptions = {}) {
    return this.print((io) => this.#brief.preview({ ...io, ...options, program: inline(program) }));
  }

  async refresh() {
    return this.print((io) => this.#brief.refresh(io));
  }

  async destroy() {
    return this.print((io) => this.#brief.destroy(io));
  }

  /** Waits for an operation that must fail, and returns its output. */
  async failing(operation: Promise<string>): Promise<string> {
    const restore = leaveRefusalsToPulumi();
    try {
      return assert.fail(`the operation did not fail, and printed:\n${await operation}`);
    } catch (error) {
      if (error instanceof Failure) return error.output;
      throw error;
    } finally {
      restore();
    }
  }

  private async print(operation: (io: { onOutput: (text: string) => void }) => Promise<unknown>) {
    let output = "";
    const keep = (text: string) => {
      output += text;
    };
    try {
      await operation({ onOutput: keep, ...{ onError: keep } });
    } catch (error) {
      throw error instanceof CommandError ? new Failure(output) : error;
    }
    return output;
  }
}

/**
 * Hides the rejected promises of a refused program from node's test runner, which would count each as a failed test.
 * Pulumi has already reported them.
 */
export function leaveRefusalsToPulumi(): () => void {
  const listeners = process.listeners("unhandledRejection");
  const hide = (isExpected: (reason: unknown) => boolean) => {
    process.removeAllListeners("unhandledRejection");
    process.on("unhandledRejection", (reason, promise) => {
      if (isExpected(reason)) return;
      for (const listener of listeners) {
        listener(reason, promise);
      }
    });
  };
  // One error rejects many promises, some of them after the run.
  const hidden = new Set<unknown>();
  hide((reason) => {
    const isExpected = pulumi.RunError.isInstance(reason) || isOfEnd(reason);
    if (isExpected) hidden.add(reason);
    return isExpected;
  });
  return () => {
    hide((reason) => isOfEnd(reason) || hidden.has(reason));
  };
}

/** After the run, Pulumi's SDK rejects the promises that wait for a resource whose after-hook failed. */
function isOfEnd(reason: unknown): boolean {
  if (!(reason instanceof Error)) return false;
  // The second is what a component in a plugin is answered.
  return (
    reason.message === "Resource monitor is terminating" ||
    reason.message.endsWith("resource monitor shut down") ||
    isOfEndedEngine(reason)
  );
}

class Failure extends Error {
  constructor(readonly output: string) {
    super(output);
  }
}

function inline(program: Program) {
  return () => Promise.resolve(program());
}

/** The lines of a preview or an update about secrets: `+ NEW`, `~ API_KEY`, `- OLD`. */
export function secretLines(output: string): string[] {
  const lines = output.matchAll(/^ *([+~-]) +cloudflare-worker-secrets:index:Secret (\S+)/gm);
  return [...new Set([...lines].map(([, sign, name]) => `${sign} ${name}`))].sort();
}
