import assert from "node:assert/strict";
import test from "node:test";
import { kvBinding, refusal, secret, start, type Subject } from "../../support/api";

const CODE = (name: string) => `
  import { DurableObject } from "cloudflare:workers";
  export class Counter extends DurableObject {
    async next() {
      const count = ((await this.ctx.storage.get("count")) ?? 0) + 1;
      await this.ctx.storage.put("count", count);
      return ["${name}", count].join();
    }
  }
  export default { async fetch(request, env) {
    const counted = env.COUNTER ? await env.COUNTER.get(env.COUNTER.idFromName("a")).next() : "";
    return new Response(["${name}", env.CACHE && await env.CACHE.get("key"), counted].join(" "));
  } };`;

const DATED = { compatibility_date: "2026-01-01" };

const deploy = (subject: Subject, ...versions: [id: string, percentage: number][]) =>
  subject.result(
    "POST",
    "workers/scripts/w/deployments",
    JSON.stringify({
      strategy: "percentage",
      versions: versions.map(([version_id, percentage]) => ({ version_id, percentage })),
    }),
  );

/** Deploys a Worker, uploads a second version, and returns the ids of both. */
async function twoVersions(
  subject: Subject,
  metadata: { bindings: unknown[]; migrations?: unknown },
): Promise<[string, string]> {
  await subject.upload("w", { ...metadata, ...DATED }, CODE("one"));
  const form = new FormData();
  const { bindings } = metadata;
  form.set("metadata", JSON.stringify({ main_module: "script.js", bindings, ...DATED }));
  form.set("script.js", new File([CODE("two")], "script.js", { type: "application/javascript+module" }));
  const second = await subject.result("POST", "workers/scripts/w/versions", form);
  const { items } = (await subject.result("GET", "workers/scripts/w/versions")) as {
    items: { id: string }[];
  };
  return [items[1]?.id ?? "", String(second["id"])];
}

async function ask(subject: Subject, headers: Record<string, string> = {}): Promise<string> {
  const url = subject.cloudflare.workerUrl(subject.accountId, "w") ?? "";
  return (await fetch(url, { headers })).text();
}

const override = (id: string) => ({ "Cloudflare-Workers-Version-Overrides": `w="${id}"` });
const keys = Array.from({ length: 40 }, (_, at) => `user ${at}`);

test(
  "two versions share the requests, by chance, by key, or as a header says",
  { timeout: 60_000 },
  async (t) => {
    const subject = await start(t);
    const [one, two] = await twoVersions(subject, { bindings: [secret("KEY")] });
    await deploy(subject, [one, 25], [two, 75]);
    assert.deepEqual(
      await Promise.all([override(one), override(two)].map((header) => ask(subject, header))),
      ["one  ", "two  "],
    );
    const byKey = () =>
      Promise.all(keys.map((key) => ask(subject, { "Cloudflare-Workers-Version-Key": key })));
    const answers = await byKey();
    assert.deepEqual(await byKey(), answers);
    const counted = answers.filter((answer) => answer.startsWith("one")).length;
    assert.ok(
      counted > 0 && counted < keys.length / 2,
      `${counted} of ${keys.length} are from the first version`,
    );
    const { deployments } = (await subject.result("GET", "workers/scripts/w/deployments")) as {
      deployments: { versions: unknown }[];
    };
    assert.deepEqual(deployments[0]?.versions, [
      { version_id: two, percentage: 75 },
      { version_id: one, percentage: 25 },
    ]);
    const put = subject.result("PUT", "workers/scripts/w/secrets", JSON.stringify(secret("NEW")));
    assert.equal((await refusal(put)).code, 10215);
    for (const shares of [
      [[one, 50]],
      [
        [one, 50],
        [one, 50],
      ],
      [
        [one, 120],
        [two, -20],
      ],
      [],
    ] as [string, number][][]) {
      assert.equal((await refusal(deploy(subject, ...shares))).code, 10021);
    }
    await deploy(subject, [two, 100]);
    assert.equal(await ask(subject, override(one)), "two  ");
  },
);

test(
  "versions with shared data use the same data, and one Durable Object",
  { timeout: 60_000 },
  async (t) => {
    const subject = await start(t);
    const cache = await kvBinding(subject);
    const bindings = [cache, { name: "COUNTER", type: "durable_object_namespace", class_name: "Counter" }];
    await subject.send("PUT", `storage/kv/namespaces/${cache.namespace_id}/values/key`, "value");
    const migrations = { new_tag: "v1", new_sqlite_classes: ["Counter"] };
    const [one, two] = await twoVersions(subject, { bindings, migrations });
    await deploy(subject, [one, 60], [two, 40]);
    // The Durable Object runs the code of the version with most of the traffic.
    assert.equal(await ask(subject, override(one)), "one value one,1");
    assert.equal(await ask(subject, override(two)), "two value one,2");
    await deploy(subject, [two, 100]);
    assert.equal(await ask(subject, override(one)), "two value two,3");
  },
);
