import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import type { TestContext } from "node:test";
import Cloudflare, { APIError } from "cloudflare";
import { type LocalCloudflare, type LocalCloudflareOptions, startLocalCloudflare } from "../../local/api";

/** Part of every secret's value in these tests. No response of the API may contain it. */
export const CANARY = `canary-${randomBytes(12).toString("hex")}`;

/** Responds with the Worker's bindings, so that a test sees the values that the Worker runs with. */
export const ECHO = `export default { fetch: (request, env) => Response.json({ ...env }) };`;

type Body = NonNullable<RequestInit["body"]>;

export class Subject {
  readonly client: Cloudflare;

  constructor(
    readonly cloudflare: LocalCloudflare,
    readonly accountId = randomBytes(16).toString("hex"),
  ) {
    const { baseUrl, apiToken } = cloudflare;
    this.client = new Cloudflare({ apiToken, baseURL: baseUrl, maxRetries: 0, fetch: watchedFetch });
  }

  /** Uploads a module Worker as the official provider does: a metadata file, and a file for each module. */
  async upload(name: string, metadata: Record<string, unknown> = {}, source: string | Uint8Array = ECHO) {
    return this.put(name, { main_module: "script.js", ...metadata }, [
      new File([source], "script.js", { type: "application/javascript+module" }),
    ]);
  }

  async put(name: string, metadata: Record<string, unknown>, files: File[]) {
    const form = new FormData();
    form.set("metadata", new Blob([JSON.stringify(metadata)], { type: "application/json" }));
    for (const file of files) form.append(file.name, file);
    return this.send("PUT", `workers/scripts/${name}`, form);
  }

  /** Sends a request below the account without the client, and throws the client's error if it is refused. */
  async send(method: string, path: string, body?: Body, token = this.cloudflare.apiToken): Promise<Response> {
    const { baseUrl } = this.cloudflare;
    const headers = { authorization: `Bearer ${token}` };
    const init = body === undefined ? { method, headers } : { method, headers, body };
    const response = await watchedFetch(`${baseUrl}/accounts/${this.accountId}/${path}`, init);
    if (response.ok) return response;
    throw new APIError(response.status, (await response.json()) as object, undefined, response.headers);
  }

  async result(method: string, path: string, body?: Body): Promise<Record<string, unknown>> {
    const response = await this.send(method, path, body);
    return ((await response.json()) as { result: Record<string, unknown> }).result;
  }

  /** Returns the Worker's own response. */
  async ask(name: string): Promise<string> {
    const url = this.cloudflare.workerUrl(this.accountId, name);
    assert.ok(url, `there is no Worker ${name}`);
    return (await fetch(url)).text();
  }

  async env(name: string): Promise<unknown> {
    return JSON.parse(await this.ask(name));
  }
}

/** Starts a local Cloudflare for one test, with a random account id. */
export async function start(test: TestContext, options: LocalCloudflareOptions = {}): Promise<Subject> {
  const cloudflare = await startLocalCloudflare(options);
  test.after(() => cloudflare.close());
  return new Subject(cloudflare);
}

export function secret(name: string, value = name) {
  return { name, type: "secret_text" as const, text: `${CANARY} ${value}` };
}

/** Creates a KV namespace and returns a binding to it. */
export async function kvBinding({ client, accountId: account_id }: Subject) {
  const { id } = await client.kv.namespaces.create({ account_id, title: "cache" });
  return { name: "CACHE", type: "kv_namespace", namespace_id: id };
}

/** Waits for the request to be refused and returns the error's status, code and message. */
export async function refusal(
  request: Promise<unknown>,
): Promise<{ status: number; code: number; message: string }> {
  const error: unknown = await request.then(
    () => assert.fail("the request was not refused"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof APIError, String(error));
  const { errors } = error.error as { errors: { code: number; message: string }[] };
  return { status: Number(error.status), code: errors[0]?.code ?? 0, message: errors[0]?.message ?? "" };
}

/** The ids of the workerd processes that this process started. */
export function runtimes(): string[] {
  const pids = execFileSync("ps", ["-o", "pid=,comm=", "--ppid", String(process.pid)], { encoding: "utf8" });
  return pids
    .split("\n")
    .filter((line) => line.includes("workerd"))
    .map((line) => line.trim().split(" ")[0] ?? "");
}

async function watchedFetch(url: string | URL | Request, init?: RequestInit): Promise<Response> {
  const response = await fetch(url, init);
  const seen = `${JSON.stringify([...response.headers])}${await response.clone().text()}`;
  assert.ok(!seen.includes(CANARY), `a response holds a secret: ${response.url}`);
  return response;
}
