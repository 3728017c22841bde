import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type LocalCloudflare, startLocalCloudflare } from "../../../local/api";
import { wrangler } from "../../../harness/wrangler";

const ACCOUNT = randomBytes(16).toString("hex");
const SECRET = `canary-${randomBytes(12).toString("hex")}`;

let cloudflare: LocalCloudflare;
let folder: string;
const requests: string[] = [];

before(async () => {
  cloudflare = await startLocalCloudflare({
    onRequest: ({ method, path, status }) =>
      requests.push(`${method} ${path.split("/").slice(5).join("/")} ${status}`),
  });
  folder = await mkdtemp(join(tmpdir(), "wrangler-project-"));
  const config = { name: "w", main: "index.js", compatibility_date: "2026-01-01", vars: { VAR: "v" } };
  await writeFile(join(folder, "wrangler.json"), JSON.stringify(config));
  await code("one");
});

after(async () => {
  await cloudflare.close();
  await rm(folder, { recursive: true, force: true });
});

const code = (version: string) =>
  writeFile(
    join(folder, "index.js"),
    `export default { fetch: (request, env) => Response.json({ ...env, version: ${JSON.stringify(version)} }) };`,
  );

/** Runs Wrangler in the project, returns its output, and fails if the output holds the secret. */
async function run(args: string, stdin?: string): Promise<string> {
  requests.length = 0;
  const options = { cwd: folder, ...(stdin === undefined ? {} : { stdin }) };
  const { code: status, output } = await wrangler(cloudflare, ACCOUNT, args.split(" "), options);
  assert.equal(status, 0, output);
  assert.ok(!output.includes(SECRET), output);
  return output;
}

async function ask(): Promise<unknown> {
  const url = cloudflare.workerUrl(ACCOUNT, "w");
  assert.ok(url);
  return (await fetch(url)).json();
}

async function versions(): Promise<{ id: string; number: number }[]> {
  return JSON.parse(await run("versions list --json")) as { id: string; number: number }[];
}

test("deploy creates a Worker", async () => {
  assert.match(await run("deploy"), /Deployed w triggers[^]*https:\/\/w\.local\.workers\.dev/);
  assert.ok(requests.includes("PUT workers/scripts/w?excludeScript=true&bindings_inherit=strict 200"));
  assert.deepEqual(await ask(), { VAR: "v", version: "one" });
});

test("secret put gives the running Worker the secret that it reads from stdin", async () => {
  assert.match(await run("secret put KEY", SECRET), /Success! Uploaded secret KEY/);
  assert.deepEqual(await ask(), { KEY: SECRET, VAR: "v", version: "one" });
});

test("deploy of an existing Worker replaces its code and keeps its secrets", async () => {
  await code("two");
  await run("deploy");
  assert.ok(requests.includes("POST workers/scripts/w/versions?bindings_inherit=strict 200"));
  assert.deepEqual(await ask(), { KEY: SECRET, VAR: "v", version: "two" });
});

test("deploy of code that does not start is refused, and the previous version keeps serving", async () => {
  await writeFile(join(folder, "index.js"), "throw new Error('at start'); export default { fetch() {} };");
  const { code: status, output } = await wrangler(cloudflare, ACCOUNT, ["deploy"], { cwd: folder });
  await code("two");
  assert.notEqual(status, 0);
  assert.match(output, /Uncaught Error: at start[^]*\[code: 10021\]/);
  assert.deepEqual(await ask(), { KEY: SECRET, VAR: "v", version: "two" });
});

test("secret bulk changes several secrets and keeps the other bindings", async () => {
  await run("secret bulk", JSON.stringify({ KEY: `${SECRET} new`, OTHER: SECRET }));
  assert.deepEqual(await ask(), { KEY: `${SECRET} new`, OTHER: SECRET, VAR: "v", version: "two" });
});

test("secret list prints names and types", async () => {
  const type = "secret_text";
  assert.deepEqual(JSON.parse(await run("secret list")), [
    { name: "KEY", type },
    { name: "OTHER", type },
  ]);
});

test("secret delete removes the secret from the running Worker", async () => {
  assert.match(await run("secret delete OTHER"), /Success! Deleted secret OTHER/);
  assert.deepEqual(await ask(), { KEY: `${SECRET} new`, VAR: "v", version: "two" });
});

test("versions and deployments are listed with their triggers", async () => {
  assert.deepEqual(
    (await versions()).map(({ number }) => number),
    [1, 2, 3, 4, 5],
  );
  const output = await run("deployments list");
  assert.equal(output.match(/Source: +Secret Change/g)?.length, 2);
  assert.equal(output.match(/\(100%\)/g)?.length, 5);
});

test("versions secret put creates a version without deploying it", async () => {
  assert.match(await run("versions secret put LATE", SECRET), /Created version/);
  assert.deepEqual(await ask(), { KEY: `${SECRET} new`, VAR: "v", version: "two" });
  const id = (await versions()).at(-1)?.id ?? "";
  await run(`versions deploy ${id}@100 -y`);
  assert.deepEqual(await ask(), { KEY: `${SECRET} new`, LATE: SECRET, VAR: "v", version: "two" });
});

test("rollback warns about changed secrets and restores the old version with its secrets", async () => {
  const second = (await versions())[1]?.id ?? "";
  const output = await run(`rollback ${second} -y -m x`);
  assert.match(output, /secrets have changed[^]*\* KEY\n[^]*\* LATE\n/);
  assert.deepEqual(
    requests.filter((request) => request.startsWith("POST")),
    ["POST workers/scripts/w/deployments 400", "POST workers/scripts/w/deployments?force=true 200"],
  );
  assert.deepEqual(await ask(), { KEY: SECRET, VAR: "v", version: "one" });
});

test("delete removes the Worker", async () => {
  assert.match(await run("delete"), /Successfully deleted w/);
  assert.equal(cloudflare.workerUrl(ACCOUNT, "w"), undefined);
});

test("secret put for an unknown Worker creates it", async () => {
  await run("secret put KEY --name fresh", SECRET);
  assert.match(await run("secret list --name fresh"), /"KEY"/);
});
