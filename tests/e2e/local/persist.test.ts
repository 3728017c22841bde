import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import * as fs from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import test, { type TestContext } from "node:test";
import { startLocalCloudflare } from "../../../local/api";
import { CANARY, secret, Subject } from "../../support/api";

const COUNTER = `import { DurableObject } from "cloudflare:workers";
export class Counter extends DurableObject {
  async next() {
    const count = (await this.ctx.storage.get("count") ?? 0) + 1;
    await this.ctx.storage.put("count", count);
    return count;
  }
}
export default { async fetch(request, { CACHE, DB, FILES, COUNTER }) {
  const kv = Number(await CACHE.get("count")) + 1;
  await CACHE.put("count", String(kv));
  await DB.exec("create table if not exists visits (at integer); insert into visits values (1);");
  const d1 = await DB.prepare("select count(*) as visits from visits").first("visits");
  await FILES.put(crypto.randomUUID(), "file");
  const r2 = (await FILES.list()).objects.length;
  return Response.json([kv, d1, r2, await COUNTER.get(COUNTER.idFromName("one")).next()]);
} };`;

/** What `npm run dev -- --persist FOLDER` does with a program that has one Worker with data of each kind. */
async function session(t: TestContext, dataFolder: string) {
  const cloudflare = await startLocalCloudflare({ dataFolder });
  t.after(() => cloudflare.close());
  const subject = new Subject(cloudflare, "0123456789abcdef0123456789abcdef");
  const { client, accountId: account_id } = subject;
  const namespace = await client.kv.namespaces.create({ account_id, title: "cache" });
  const database = await client.d1.database.create({ account_id, name: "shop" });
  await client.r2.buckets.create({ account_id, name: "files" });
  const deploy = () =>
    subject.upload(
      "w",
      {
        bindings: [
          { name: "CACHE", type: "kv_namespace", namespace_id: namespace.id },
          { name: "DB", type: "d1", id: database.uuid },
          { name: "FILES", type: "r2_bucket", bucket_name: "files" },
          { name: "COUNTER", type: "durable_object_namespace", class_name: "Counter" },
          secret("API_KEY"),
        ],
        migrations: { new_tag: "v1", new_sqlite_classes: ["Counter"] },
        compatibility_date: "2026-01-01",
      },
      COUNTER,
    );
  await deploy();
  return {
    subject,
    namespace,
    database,
    deploy,
    visit: async () => JSON.parse(await subject.ask("w")) as unknown,
  };
}

async function emptyFolder(t: TestContext): Promise<string> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), "persist-"));
  t.after(() => fs.rm(folder, { recursive: true, force: true }));
  return path.join(folder, "data");
}

test("data is found again by a later session, and what was deleted is not; no secret is kept", async (t) => {
  const folder = await emptyFolder(t);
  const first = await session(t, folder);
  assert.deepEqual(await first.visit(), [1, 1, 1, 1]);
  await first.subject.cloudflare.close();

  const second = await session(t, folder);
  assert.deepEqual(await second.visit(), [2, 2, 2, 2]);
  const { client, accountId: account_id } = second.subject;
  await second.subject.send("DELETE", "workers/scripts/w");
  await second.deploy();
  assert.deepEqual(await second.visit(), [3, 3, 3, 1], "the objects of a deleted Worker are new");
  await client.kv.namespaces.update(second.namespace.id, { account_id, title: "renamed" });
  await client.d1.database.delete(second.database.uuid ?? "", { account_id });
  await second.subject.cloudflare.close();

  const third = await session(t, folder);
  assert.deepEqual(await third.visit(), [1, 1, 4, 2]);
  await third.subject.cloudflare.close();
  for (const entry of await fs.readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const content = await fs.readFile(path.join(entry.parentPath, entry.name));
    assert.ok(!content.includes(CANARY), `${entry.name} has a secret`);
  }
});

test("a folder that another process uses is refused, and one whose process has ended is not", async (t) => {
  const folder = await emptyFolder(t);
  await (await startLocalCloudflare({ dataFolder: folder })).close();
  assert.ok(!existsSync(path.join(folder, "pid")));
  await fs.writeFile(path.join(folder, "pid"), String(process.ppid));
  await assert.rejects(
    startLocalCloudflare({ dataFolder: folder }),
    /is in use by process \d+\. Stop that one/,
  );
  // No process has a number this high.
  await fs.writeFile(path.join(folder, "pid"), "99999999");
  await (await startLocalCloudflare({ dataFolder: folder })).close();
});
