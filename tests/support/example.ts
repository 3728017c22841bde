import { strict as assert } from "node:assert";
import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import * as fs from "node:fs/promises";
import { createRequire } from "node:module";
import * as path from "node:path";
import type { TestContext } from "node:test";
import { promisify } from "node:util";
import { previousKey } from "../../component/contract/previous-names";
import { startTarget } from "../../harness/target";
import { findTools } from "../../harness/tools";
import { withoutSummary } from "../../kit/without-summary";
import { copyCheckout } from "./checkout";
import { filesWith } from "./live-stack";
import { startVault } from "./vault";
import { ACCOUNT_ID } from "./world";

const STACK = "prod";
/** Part of every secret's value. */
const CANARY = `canary-${randomUUID()}`;

/** Before the rotation, and after it. */
export type Round = "first" | "second";

/** Returns the value that a secret has in a round. */
export function valueOf(key: string, round: Round): string {
  return `${CANARY}-${round}-${key}`;
}

/** A copy of an example, as a user has it: with a stack of its own, on a Cloudflare of its own. */
export interface Example {
  /** Deploys, and fails if a secret is in the output or in a file. */
  readonly up: () => Promise<string>;
  /** Gives every secret its second value, and keeps the first one as its previous value. */
  rotate(): Promise<void>;
  /** Drops the previous values. */
  finish(): Promise<void>;
  /** Changes a source file. */
  edit(file: string, from: string, to: string): Promise<void>;
  destroy(): Promise<void>;
  /** Sends a request to a Worker. */
  ask(worker: string, path: string, init?: RequestInit): Promise<Response>;
  /** The names of what is at Cloudflare, sorted. */
  resources(): Promise<string[]>;
}

/**
 * @param name the example's folder
 * @param keys the config keys of its secrets; they get their first values
 */
export async function startExample(
  test: TestContext,
  name: string,
  keys: readonly string[],
): Promise<Example> {
  const checkout = await copyCheckout(test);
  const folder = checkout.file(`examples/${name}`);
  const target = await startTarget();
  test.after(() => target.close());
  const { cloudflare } = target;
  const { secretsProvider } = await startVault();
  // `pulumi up` runs a program in the folder of its project.
  test.mock.method(process, "cwd", () => folder);

  const load = createRequire(__filename);
  const file = path.join(folder, "index.ts");
  const program = () => {
    // It declares its resources when it is loaded.
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- this is how node forgets a module
    delete load.cache[file];
    return Promise.resolve(load(file) as Record<string, unknown>);
  };
  const stack = withoutSummary(
    await target.openStack({ folder, passphrase: "", secretsProvider, stackName: STACK, program }),
  );
  const { command } = (await findTools()).engine.command;
  const env = { ...process.env, ...target.environment(folder, ""), PULUMI_HOME: checkout.home };
  const config = async (args: readonly string[], input = "") => {
    const running = promisify(execFile)(command, ["config", ...args, "--stack", STACK], { cwd: folder, env });
    running.child.stdin?.end(input);
    await running;
  };
  const set = (key: string, value: string) => config(["set", "--secret", key], value);
  await config(["set", "accountId", ACCOUNT_ID]);
  for (const key of keys) await set(key, valueOf(key, "first"));

  const list = async (place: string) => {
    const response = await fetch(`${cloudflare.baseUrl}/accounts/${ACCOUNT_ID}/${place}`, {
      headers: { authorization: `Bearer ${cloudflare.apiToken}` },
    });
    const { result } = (await response.json()) as { result: Record<string, string>[] };
    return result.map(({ title, name: named, queue_name, id }) => title ?? named ?? queue_name ?? id ?? "");
  };

  return {
    up: async () => {
      let output = "";
      await stack.up({ onOutput: (text) => (output += text) });
      assert.ok(!output.includes(CANARY), output.replaceAll(CANARY, "<canary>"));
      assert.deepEqual(await filesWith(CANARY, checkout.folder), []);
      return output;
    },
    async rotate() {
      for (const key of keys) {
        await set(previousKey(key), valueOf(key, "first"));
        await set(key, valueOf(key, "second"));
      }
    },
    async finish() {
      for (const key of keys) await config(["rm", previousKey(key)]);
    },
    async edit(source, from, to) {
      const content = await fs.readFile(path.join(folder, source), "utf8");
      assert.ok(content.includes(from), `${source} has no ${from}`);
      await fs.writeFile(path.join(folder, source), content.replace(from, to));
    },
    async destroy() {
      await stack.destroy();
    },
    ask(worker, place, init) {
      const url = cloudflare.workerUrl(ACCOUNT_ID, worker);
      assert.ok(url, `${worker} is not live`);
      return fetch(`${url}${place}`, init);
    },
    async resources() {
      const places = ["workers/scripts", "storage/kv/namespaces", "d1/database", "queues"];
      return (await Promise.all(places.map(list))).flat().sort();
    },
  };
}

/** Keeps sending requests while `work` runs, and fails unless every answer has the expected status. */
export async function whileAsking(
  requests: readonly (readonly [send: () => Promise<Response>, status: number])[],
  work: () => Promise<unknown>,
): Promise<void> {
  let isWorking = true;
  const visitors = requests.map(async ([send, expected]) => {
    do {
      const answer = await send();
      await answer.arrayBuffer();
      assert.equal(answer.status, expected);
    } while (isWorking);
  });
  try {
    await Promise.all([...visitors, work().finally(() => (isWorking = false))]);
  } finally {
    isWorking = false;
  }
}
