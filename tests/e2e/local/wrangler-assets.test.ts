import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { type LocalCloudflare, startLocalCloudflare } from "../../../local/api";
import { wrangler } from "../../../harness/wrangler";

const ACCOUNT = randomBytes(16).toString("hex");
const SECRET = `canary-${randomBytes(12).toString("hex")}`;

let cloudflare: LocalCloudflare;
let folder: string;

before(async () => {
  cloudflare = await startLocalCloudflare();
  folder = await mkdtemp(join(tmpdir(), "wrangler-assets-"));
  await write({
    "index.js": `export default { async fetch(request, env) {
      const { pathname } = new URL(request.url);
      const asset = await env.ASSETS.fetch("http://assets.local/about");
      return new Response([pathname, await asset.text(), typeof env.KEY].join(" "));
    } };`,
    "public/index.html": "home",
    "public/about.html": "about one",
    "public/notes.txt": "ignored",
    "public/.assetsignore": "*.txt\n",
    "public/_headers": "/about\n  X-Test: yes\n",
    "public/_redirects": "/old /about 301\n",
  });
  await configure({ main: "index.js", assets: { directory: "public", binding: "ASSETS" } });
});

after(async () => {
  await cloudflare.close();
  await rm(folder, { recursive: true, force: true });
});

async function write(files: Record<string, string>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
}

const configure = (config: object) =>
  write({ "wrangler.json": JSON.stringify({ name: "w", compatibility_date: "2026-01-01", ...config }) });

async function run(args: string, stdin?: string): Promise<string> {
  const options = { cwd: folder, ...(stdin === undefined ? {} : { stdin }) };
  const { code, output } = await wrangler(cloudflare, ACCOUNT, args.split(" "), options);
  assert.equal(code, 0, output);
  assert.ok(!output.includes(SECRET), output);
  return output;
}

async function ask(path: string) {
  const response = await fetch(`${cloudflare.workerUrl(ACCOUNT, "w") ?? ""}${path}`, { redirect: "manual" });
  return { status: response.status, headers: response.headers, body: await response.text() };
}

test("deploy uploads a folder, without what .assetsignore names, and with its _headers and _redirects", async () => {
  assert.match(await run("deploy"), /Uploaded 2 files[^]*Deployed w triggers/);
  assert.equal((await ask("/")).body, "home");
  const about = await ask("/about");
  assert.deepEqual([about.body, about.headers.get("x-test")], ["about one", "yes"]);
  const old = await ask("/old");
  assert.deepEqual([old.status, old.headers.get("location")], [301, "/about"]);
  for (const path of ["/notes.txt", "/_headers"]) {
    assert.equal((await ask(path)).body, `${path} about one undefined`);
  }
});

test("a second deploy uploads the changed file only, and a changed secret keeps the assets", async () => {
  await write({ "public/about.html": "about two" });
  assert.match(await run("deploy"), /Uploaded 1 file /);
  assert.match(await run("deploy"), /No updated asset files to upload/);
  await run("secret put KEY", SECRET);
  assert.equal((await ask("/about")).body, "about two");
  assert.equal((await ask("/none")).body, "/none about two string");
});

test("run_worker_first sends its paths to the Worker", async () => {
  const assets = { directory: "public", binding: "ASSETS", run_worker_first: ["/*", "!/about"] };
  await configure({ main: "index.js", assets });
  await run("deploy");
  assert.deepEqual([(await ask("/")).body, (await ask("/about")).body], ["/ about two string", "about two"]);
});

test("a rollback brings the old files back", async () => {
  await run("rollback -y -m x");
  assert.equal((await ask("/")).body, "home");
});

test("a Worker of assets only is deployed, as a single-page application", async () => {
  await configure({ assets: { directory: "public", not_found_handling: "single-page-application" } });
  await run("deploy");
  assert.deepEqual([(await ask("/about")).body, (await ask("/any/page")).body], ["about two", "home"]);
});
