import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import * as fs from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { test, type TestContext } from "node:test";
import { CANARY, start, type Subject } from "../../../support/api";
import { npmClient } from "../../../support/clients";

const PROGRAM = `
import alchemy from "alchemy";
import { KVNamespace, Worker } from "alchemy/cloudflare";

const app = await alchemy("shop", { stage: "test" });
const cache = await KVNamespace("cache", { title: "cache" });
await Worker("api", {
  name: "w",
  entrypoint: "./index.js",
  bindings: { CACHE: cache, TEXT: "text", SECRET: alchemy.secret(process.env.SECRET) },
});
await app.finalize();
`;

const worker = (version: string) => `
import { version } from "./version.js";
${version === "bad" ? 'throw new Error("at start");' : ""}
export default {
  async fetch(request, { CACHE, ...env }) {
    await CACHE.put("key", "cached");
    return Response.json({ ...env, version, cached: await CACHE.get("key") });
  },
};
`;

/** A user's project with alchemy, in a folder of its own, because alchemy keeps its state there. */
async function startProject(t: TestContext, { cloudflare, accountId }: Subject) {
  // package.json pins the Wrangler that has alchemy's own miniflare: with another one there would be two, of 140 MB each.
  const installed = await npmClient(__dirname);
  const folder = await fs.mkdtemp(path.join(tmpdir(), "alchemy-project-"));
  t.after(() => fs.rm(folder, { recursive: true, force: true }));
  const write = (name: string, content: string) => fs.writeFile(path.join(folder, name), content);
  await fs.symlink(path.join(installed, "node_modules"), path.join(folder, "node_modules"));
  await write("package.json", JSON.stringify({ type: "module" }));
  await write("alchemy.run.js", PROGRAM);

  return {
    code: async (version: string) => {
      await write("version.js", `export const version = ${JSON.stringify(version)};`);
      await write("index.js", worker(version));
    },
    /** Runs the program, and returns its exit code and all that it printed, which may hold no secret. */
    run: async (secret: string, args: readonly string[] = [], apiToken = cloudflare.apiToken) => {
      const env = {
        PATH: process.env["PATH"],
        HOME: folder,
        CLOUDFLARE_BASE_URL: cloudflare.baseUrl,
        CLOUDFLARE_API_TOKEN: apiToken,
        CLOUDFLARE_ACCOUNT_ID: accountId,
        ALCHEMY_PASSWORD: "of the state",
        ALCHEMY_TELEMETRY_DISABLED: "1",
        NO_COLOR: "1",
        SECRET: secret,
      };
      const { code, output } = await new Promise<{ code: unknown; output: string }>((done) => {
        execFile(
          process.execPath,
          ["alchemy.run.js", ...args],
          { cwd: folder, env },
          (error, stdout, stderr) => {
            done({ code: error === null ? 0 : error.code, output: stdout + stderr });
          },
        );
      });
      assert.ok(!output.includes(CANARY), output.replaceAll(CANARY, "<canary>"));
      return { code, output };
    },
  };
}

test("alchemy deploys, changes and destroys a Worker and its secret", { timeout: 300_000 }, async (t) => {
  const log: string[] = [];
  const subject = await start(t, { onRequest: (entry) => log.push(JSON.stringify(entry)) });
  const project = await startProject(t, subject);
  const up = async (secret: string, args?: readonly string[]) => {
    const { code, output } = await project.run(secret, args);
    assert.equal(code, 0, output);
  };

  await project.code("one");
  const stranger = await project.run(`${CANARY} 0`, [], "wrong-token");
  assert.match(stranger.output, /\[9109\] Invalid access token/);
  assert.equal(stranger.code, 1);
  await up(`${CANARY} 1`);
  const first = { SECRET: `${CANARY} 1`, TEXT: "text", version: "one", cached: "cached" };
  assert.deepEqual(await subject.env("w"), first);

  await project.code("two");
  await up(`${CANARY} 2`);
  const second = { ...first, SECRET: `${CANARY} 2`, version: "two" };
  assert.deepEqual(await subject.env("w"), second);

  await project.code("bad");
  const bad = await project.run(`${CANARY} 3`);
  assert.match(bad.output, /\[10021\] Uncaught Error: at start/);
  assert.equal(bad.code, 1);
  assert.deepEqual(await subject.env("w"), second);

  await up(`${CANARY} 3`, ["--destroy"]);
  assert.equal(subject.cloudflare.workerUrl(subject.accountId, "w"), undefined);
  assert.deepEqual(await subject.result("GET", "storage/kv/namespaces"), []);
  assert.ok(!log.join("\n").includes(CANARY), "the API's log holds a secret");
});
