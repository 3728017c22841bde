import "../../kit/lazy-closures";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import * as cloudflare from "@pulumi/cloudflare";
import type { PulumiFn, Stack } from "@pulumi/pulumi/automation";
import { startTarget } from "../../harness/target";
import type { LocalCloudflare, LocalCloudflareOptions } from "../../local/api";
import { type BriefStack, briefStack } from "./brief-stack";
import { readUpload, type Upload } from "./upload";
import { startVault } from "./vault";

export const ACCOUNT = "0123456789abcdef0123456789abcdef";
export const CANARY = "canary-7f3a9c52e1";
export const SCRIPT = 'export default { fetch: (_, env) => new Response(env.API_KEY ?? "none") };\n';

export interface Harness {
  readonly api: LocalCloudflare;
  readonly stack: BriefStack;
  /** `METHOD /path` of each request since the last call, without the account's prefix. */
  takeRequests(): string[];
  readonly uploads: readonly Upload[];
  /** If set, answers in place of the API. */
  fault: ((request: Request) => Response | undefined) | undefined;
  program: PulumiFn;
  /** Everything that the engine printed. */
  output(): string;
  /** Every file of the state backend, joined. */
  stateFiles(): Promise<string>;
  /** The types of the resources in the state. */
  stateTypes(): Promise<string[]>;
  /** Removes the resources from the state and leaves them on Cloudflare. */
  readonly forget: () => Promise<void>;
  request(method: string, path: string, body?: unknown): Promise<Response>;
}

export function script(args: Partial<cloudflare.WorkersScriptArgs> = {}): cloudflare.WorkersScriptArgs {
  return {
    accountId: ACCOUNT,
    scriptName: "script_1",
    content: SCRIPT,
    mainModule: "script.js",
    compatibilityDate: "2026-01-01",
    bindings: [
      { name: "API_KEY", type: "secret_text", text: CANARY },
      { name: "OTHER", type: "secret_text", text: `${CANARY}-other` },
    ],
    ...args,
  };
}

async function exportState(stack: Pick<Stack, "exportStack">): Promise<{ resources: { type: string }[] }> {
  return (await stack.exportStack()).deployment as { resources: { type: string }[] };
}

/** Runs `body` on a new stack and a new Cloudflare, with the real engine and the local provider. */
export async function withStack(body: (harness: Harness) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), "provider-test-"));
  const requests: string[] = [];
  const uploads: Upload[] = [];
  const lines: string[] = [];
  const options: LocalCloudflareOptions = {
    intercept: async (request) => {
      if (request.method === "PUT" && /\/workers\/scripts\/[^/]+$/.test(new URL(request.url).pathname)) {
        uploads.push(await readUpload(request.clone()));
      }
      return harness.fault?.(request);
    },
    onRequest: ({ method, path: address }) => {
      requests.push(`${method} ${address.replace(`/client/v4/accounts/${ACCOUNT}`, "")}`);
    },
  };
  const target = await startTarget(options, "local");
  const api = target.cloudflare;
  const opened = await target.openStack({
    folder,
    passphrase: "",
    secretsProvider: (await startVault()).secretsProvider,
    stackName: "test",
    program: () => harness.program(),
  });
  const stack = briefStack(opened, (text) => lines.push(text));
  const harness: Harness = {
    api,
    stack,
    uploads,
    fault: undefined,
    program: async () => {},
    takeRequests: () => requests.splice(0),
    output: () => lines.join(""),
    stateFiles: async () => {
      const entries = await readdir(path.join(folder, "state"), { recursive: true, withFileTypes: true });
      const files = entries.filter((entry) => entry.isFile());
      return (
        await Promise.all(files.map((file) => readFile(path.join(file.parentPath, file.name), "utf8")))
      ).join();
    },
    stateTypes: async () => (await exportState(stack)).resources.map(({ type }) => type),
    forget: async () => {
      const deployment = await exportState(stack);
      await stack.importStack({ version: 3, deployment: { ...deployment, resources: [] } });
    },
    request: (method, address, content) =>
      fetch(`${api.baseUrl}/accounts/${ACCOUNT}${address}`, {
        method,
        headers: { authorization: `Bearer ${api.apiToken}`, "content-type": "application/json" },
        ...(content === undefined ? {} : { body: JSON.stringify(content) }),
      }),
  };
  try {
    await body(harness);
  } finally {
    harness.fault = undefined;
    await stack.destroy().catch(() => {});
    await target.close();
    await rm(folder, { recursive: true, force: true });
  }
}
