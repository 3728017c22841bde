import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { CANARY } from "../../../support/api";
import { skipNewest, WranglerProject, type RunOptions } from "../../../support/wrangler-project";

const TEST = { timeout: 600_000, skip: skipNewest };

let project: WranglerProject;

before(async () => {
  project = await WranglerProject.start();
});
after(() => project.close());

const run = (line: string, options: RunOptions = {}) => project.run("4.164.0", line, options);
const refused = (line: string, options: RunOptions = {}) => project.refused("4.164.0", line, options);

/** Deploys a Worker with bindings that answers with what it reads through them. */
async function deploy(config: object, read: string): Promise<string> {
  await project.write({
    "index.js": `export default {
      fetch: async (request, env) => new Response(await (${read})(env)),
      queue() {},
    };`,
    "wrangler.json": JSON.stringify({
      name: "w",
      main: "index.js",
      compatibility_date: "2024-01-01",
      ...config,
    }),
  });
  await run("deploy");
  return (await fetch(project.url("w"))).text();
}

test("kv: keys that Wrangler writes are what a Worker reads", TEST, async () => {
  const [, id = ""] = /"id": "(\w{32})"/.exec(await run("kv namespace create settings")) ?? [];
  const of = `--remote --namespace-id ${id}`;
  await project.write({
    "pairs.json": JSON.stringify([
      { key: "a/b", value: Buffer.from("bulk").toString("base64"), base64: true },
      { key: "c", value: "1", metadata: { of: "c" } },
    ]),
    "keys.json": JSON.stringify(["c", "none"]),
  });
  await run(`kv key put d hello ${of}`);
  await run(`kv bulk put pairs.json ${of}`);
  assert.match(await run(`kv bulk get keys.json ${of}`), /"c": "1"[^]*"none": null/);
  assert.match(await run(`kv key list ${of}`), /"a\/b"[^]*"c"[^]*"of": "c"[^]*"d"/);
  await run(`kv bulk delete keys.json -f ${of}`);
  await run(`kv key delete d ${of}`);
  assert.match(await refused(`kv key get d --text ${of}`), /404/);
  const namespaces = [{ binding: "KV", id }];
  const read =
    "async ({ KV }) => JSON.stringify([await KV.get('a/b'), await KV.get('c'), await KV.get('d')])";
  assert.equal(await deploy({ kv_namespaces: namespaces }, read), '["bulk",null,null]');
  await run(`kv namespace delete --namespace-id ${id}`);
  assert.doesNotMatch(await run("kv namespace list"), /settings/);
});

test("d1: statements, files, migrations and an export work on what a Worker queries", TEST, async () => {
  const [, id = ""] = /"database_id": "(\S{36})"/.exec(await run("d1 create shop")) ?? [];
  const databases = [{ binding: "DB", database_name: "shop", database_id: id }];
  const read = "async ({ DB }) => JSON.stringify((await DB.prepare('select * from t').all()).results)";
  await project.write({
    "migrations/0001_first.sql": "create table t (name text); -- first;\ncreate index i on t (name);",
    "rows.sql": "insert into t values ('from a file;'); insert into t values ('second');",
    "wrangler.json": JSON.stringify({ name: "w", d1_databases: databases }),
  });
  await run("d1 migrations apply shop --remote");
  assert.match(await run("d1 migrations list shop --remote"), /No migrations to apply/);
  assert.match(await run("d1 execute shop --remote -y --file rows.sql"), /Executed 2 queries/);
  const last = "update t set name = 'third' where name = 'second'; select count(*) as rows from t";
  assert.match(await run("d1 execute shop --remote --command", { last }), /"rows": 2/);
  assert.match(
    await refused("d1 execute shop --remote --command", { last: "select nope" }),
    /no such column: nope[^]*7500/,
  );
  assert.equal(await deploy({ d1_databases: databases }, read), '[{"name":"from a file;"},{"name":"third"}]');
  await run("d1 export shop --remote --output out.sql");
  const exported = await readFile(join(project.folder, "out.sql"), "utf8");
  assert.match(exported, /CREATE TABLE t[^]*INSERT INTO "t"[^]*'from a file;'/i);
  assert.match(await run("d1 info shop"), /shop/);
  await run("d1 delete shop -y");
  assert.doesNotMatch(await run("d1 list"), /shop/);
});

test("r2: objects that Wrangler puts are what a Worker reads", TEST, async () => {
  await run("r2 bucket create files");
  await project.write({ "a.txt": "content" });
  await run("r2 object put files/a/b.txt --file a.txt --content-type text/x --remote");
  await run("r2 object put files/second --file a.txt --remote");
  assert.match(await run("r2 object get files/a/b.txt --pipe --remote"), /content/);
  const buckets = [{ binding: "R2", bucket_name: "files" }];
  const read =
    "async ({ R2 }) => { const object = await R2.get('a/b.txt'); return object.httpMetadata.contentType + await object.text(); }";
  assert.equal(await deploy({ r2_buckets: buckets }, read), "text/xcontent");
  await run("r2 object delete files/a/b.txt --remote");
  assert.match(await refused("r2 object get files/a/b.txt --pipe --remote"), /key does not exist/);
  await run("r2 bucket delete files");
  assert.doesNotMatch(await run("r2 bucket list"), /files/);
});

test("queues: a queue gets and loses its consumer", TEST, async () => {
  await deploy({}, "() => ''");
  await run("queues create jobs");
  await run("queues consumer add jobs w");
  assert.match(await run("queues info jobs"), /Number of Consumers: 1/);
  await run("queues consumer remove jobs w");
  assert.match(await run("queues list"), /jobs/);
  await run("queues delete jobs");
  assert.doesNotMatch(await run("queues list"), /jobs/);
});

test(
  "secrets-store: a secret and its copy are what a Worker reads, and no command shows them",
  TEST,
  async () => {
    const store = /ID: (\w{32})/.exec(await run("secrets-store store create shared --remote"))?.[1] ?? "";
    const secret = `secrets-store secret`;
    // Wrangler asks for a value at a terminal only.
    const { accountId, cloudflare } = project;
    const secrets = `${cloudflare.baseUrl}/accounts/${accountId}/secrets_store/stores/${store}/secrets`;
    const authorization = `Bearer ${cloudflare.apiToken}`;
    const body = JSON.stringify([{ name: "FIRST", value: CANARY, scopes: ["workers"] }]);
    await fetch(secrets, { method: "POST", headers: { authorization }, body });
    await run(`${secret} create ${store} --name SECOND --scopes workers --value second --remote`);
    const [first = "", second = ""] = [
      ...(await run(`${secret} list ${store} --remote`)).matchAll(/(?<=│ )\w{32}(?= │)/g),
    ].map(([id]) => id);
    await run(`${secret} duplicate ${store} --secret-id ${first} --name COPY --scopes workers --remote`);
    await run(`${secret} update ${store} --secret-id ${second} --scopes workers --value changed --remote`);
    const bound = ["COPY", "SECOND"].map((name) => ({ binding: name, store_id: store, secret_name: name }));
    assert.equal(
      await deploy(
        { secrets_store_secrets: bound },
        "async ({ COPY, SECOND }) => await COPY.get() + await SECOND.get()",
      ),
      `${CANARY}changed`,
    );
    assert.match(await run(`${secret} get ${store} --secret-id ${first} --remote`), /FIRST/);
    await run(`${secret} delete ${store} --secret-id ${first} --remote`);
    assert.doesNotMatch(await run(`${secret} list ${store} --remote`), /FIRST/);
  },
);
