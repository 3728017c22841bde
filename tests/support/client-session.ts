import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { TestContext } from "node:test";
import { isObject } from "../../kit/json";
import { CANARY, type Subject } from "./api";

/** How a client program is started. */
export interface ClientProgram {
  readonly command: string;
  readonly args?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

/** A running client program, which answers each line of JSON with one. */
export interface ClientSession {
  /** Does a step, and fails if Cloudflare refuses it. */
  do(step: string, args?: Record<string, unknown>): Promise<unknown>;
  /** Does a step that lists something, and returns one field of each item. */
  list(step: string, field: string): Promise<unknown[]>;
  /** Does a step that must be refused, and returns the client's error. */
  refused(step: string, args?: Record<string, unknown>): Promise<string>;
  /** Waits for the program to end by itself. */
  end(): Promise<void>;
}

/**
 * Starts a client program for a test. The token and the secrets reach it through the environment and stdin, and nothing
 * that it prints may hold a secret.
 */
export function startClient(
  test: TestContext,
  { cloudflare, accountId }: Subject,
  { command, args = [], env = {} }: ClientProgram,
  apiToken = cloudflare.apiToken,
): ClientSession {
  const child = spawn(command, args, {
    env: {
      PATH: process.env["PATH"],
      HOME: process.env["HOME"],
      CLOUDFLARE_BASE_URL: cloudflare.baseUrl,
      CLOUDFLARE_API_TOKEN: apiToken,
      CLOUDFLARE_ACCOUNT_ID: accountId,
      ...env,
    },
  });
  test.after(() => child.kill("SIGKILL"));
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
  child.stdin.on("error", () => undefined);
  const closed = once(child, "close");
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();

  const ask = async (step: string, sent: Record<string, unknown> = {}) => {
    child.stdin.write(`${JSON.stringify([step, sent])}\n`);
    const line = await lines.next();
    assert.ok(!line.done, `the client ended in '${step}': ${errors.replaceAll(CANARY, "<canary>")}`);
    assert.ok(!`${line.value}${errors}`.includes(CANARY), `the client prints a secret in '${step}'`);
    const answer: unknown = JSON.parse(line.value);
    assert.ok(isObject(answer));
    return answer;
  };
  const doStep = async (step: string, sent?: Record<string, unknown>) => {
    const { result, error } = await ask(step, sent);
    assert.equal(error, undefined, step);
    return result;
  };
  return {
    do: doStep,
    list: async (step, field) => {
      const items = await doStep(step);
      assert.ok(Array.isArray(items), step);
      return items.map((item: Record<string, unknown>) => item[field]);
    },
    refused: async (step, sent) => {
      const { error } = await ask(step, sent);
      assert.ok(typeof error === "string", `'${step}' was not refused`);
      return error;
    },
    end: async () => {
      child.stdin.end();
      await closed;
      assert.equal(child.exitCode, 0);
      assert.equal(errors, "");
    },
  };
}
