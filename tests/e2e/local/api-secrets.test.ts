import assert from "node:assert/strict";
import { test } from "node:test";
import { CANARY, refusal, secret, start, type Subject } from "../../support/api";

const names = async (subject: Subject, worker = "w"): Promise<string[]> =>
  Object.keys((await subject.env(worker)) as object).sort();

const latest = (subject: Subject) => subject.result("GET", "workers/workers/w/versions/latest");

test("each change of a secret creates and deploys a version", async (t) => {
  const subject = await start(t);
  const params = { account_id: subject.accountId };
  const { secrets } = subject.client.workers.scripts;
  await subject.upload("w", { bindings: [secret("A"), { name: "V", type: "plain_text", text: "v" }] });

  await secrets.update("w", { ...params, ...secret("B") });
  assert.deepEqual(await subject.env("w"), { A: secret("A").text, B: secret("B").text, V: "v" });
  await secrets.update("w", { ...params, ...secret("A", "new") });
  assert.deepEqual(await subject.env("w"), { A: secret("A", "new").text, B: secret("B").text, V: "v" });
  const listed = await secrets.list("w", params);
  const type = "secret_text";
  assert.deepEqual(listed.result, [
    { name: "A", type },
    { name: "B", type },
  ]);
  assert.deepEqual(await secrets.get("A", { ...params, script_name: "w" }), { name: "A", type });

  await secrets.delete("A", { ...params, script_name: "w" });
  assert.deepEqual(await names(subject), ["B", "V"]);
  await secrets.bulkUpdate("w", { ...params, secrets: { A: secret("A"), B: null, C: secret("C") } });
  assert.deepEqual(await names(subject), ["A", "C", "V"]);
  const { deployments } = await subject.result("GET", "workers/scripts/w/deployments");
  assert.equal((deployments as unknown[]).length, 5);
  assert.equal((await latest(subject))["number"], 5);
});

test("deleting a missing secret and taking a variable's name are refused", async (t) => {
  const subject = await start(t);
  const params = { account_id: subject.accountId };
  const { secrets } = subject.client.workers.scripts;
  await subject.upload("w", { bindings: [{ name: "V", type: "plain_text", text: "v" }] });
  for (const request of [
    secrets.delete("NO", { ...params, script_name: "w" }),
    secrets.delete("V", { ...params, script_name: "w" }),
    secrets.get("V", { ...params, script_name: "w" }),
  ]) {
    assert.deepEqual(await refusal(request), { status: 404, code: 10056, message: "Binding not found." });
  }
  assert.equal((await refusal(secrets.update("w", { ...params, ...secret("V") }))).code, 10053);
  assert.equal((await refusal(secrets.update("none", { ...params, ...secret("V") }))).code, 10007);
  const many = Object.fromEntries(Array.from({ length: 101 }, (_, at) => [`S${at}`, null]));
  assert.equal((await refusal(secrets.bulkUpdate("w", { ...params, secrets: many }))).code, 10021);
  assert.deepEqual(await subject.env("w"), { V: "v" });
});

test("an upload keeps the live bindings whose types keep_bindings lists", async (t) => {
  const bindings = [secret("S"), { name: "V", type: "plain_text", text: "v" }];
  const cases = [
    { keepSecrets: true, keep: {}, kept: ["S"] },
    { keepSecrets: false, keep: {}, kept: [] },
    { keepSecrets: true, keep: { keep_bindings: [] }, kept: [] },
    { keepSecrets: true, emptyListKeepsSecrets: true, keep: { keep_bindings: [] }, kept: ["S"] },
    { keepSecrets: false, keep: { keep_bindings: ["secret_text"] }, kept: ["S"] },
    { keepSecrets: true, keep: { keep_bindings: ["plain_text"] }, kept: ["V"] },
    { keepSecrets: true, keep: { keep_bindings: ["plain_text", "secret_text"] }, kept: ["S", "V"] },
  ];
  for (const { keep, kept, ...options } of cases) {
    const subject = await start(t, options);
    await subject.upload("w", { bindings });
    await subject.upload("w", { ...keep, bindings: [secret("NEW")] });
    assert.deepEqual(await names(subject), ["NEW", ...kept], JSON.stringify({ ...options, keep }));
  }
});

test("an inherited binding has the live value, under the same name or a new one", async (t) => {
  const subject = await start(t);
  await subject.upload("w", { bindings: [secret("OLD"), secret("SAME")] });
  const bindings = [
    { name: "NEW", type: "inherit", old_name: "OLD" },
    { name: "SAME", type: "inherit" },
  ];
  await subject.upload("w", { keep_bindings: [], bindings });
  assert.deepEqual(await subject.env("w"), { NEW: secret("OLD").text, SAME: secret("SAME").text });
  const settings = await subject.result("GET", "workers/scripts/w/settings");
  const type = "secret_text";
  assert.deepEqual(settings["bindings"], [
    { name: "NEW", type },
    { name: "SAME", type },
  ]);
  const none = [{ name: "NONE", type: "inherit" }];
  const strict = subject.upload("w?bindings_inherit=strict", { bindings: none });
  const refused = await refusal(strict);
  assert.deepEqual([refused.status, refused.code], [400, 10057]);
  assert.match(refused.message, /NONE/);
  await subject.upload("w", { keep_bindings: [], bindings: none });
  assert.deepEqual(await subject.env("w"), {}, "it is dropped");
});

test("an uploaded version is not live until it is deployed, and restores old secrets only with force", async (t) => {
  const subject = await start(t);
  const params = { account_id: subject.accountId };
  const { versions, deployments, secrets } = subject.client.workers.scripts;
  const deploy = (version_id: string, force?: true) =>
    deployments.create("w", {
      ...params,
      strategy: "percentage",
      versions: [{ version_id, percentage: 100 }],
      ...(force ? { force } : {}),
    });
  await subject.upload("w", { bindings: [secret("S", "first")] });
  const first = String((await latest(subject))["id"]);

  const waiting = await subject.result(
    "PATCH",
    "workers/workers/w/versions/latest",
    JSON.stringify({ env: { S: secret("S", "second"), N: secret("N") } }),
  );
  assert.deepEqual(await subject.env("w"), { S: secret("S", "first").text });
  assert.equal((await refusal(secrets.update("w", { ...params, ...secret("S") }))).code, 10215);
  await deploy(String(waiting["id"]));
  assert.deepEqual(await subject.env("w"), { N: secret("N").text, S: secret("S", "second").text });

  const refused = await refusal(deploy(first));
  assert.deepEqual([refused.status, refused.code], [400, 10220]);
  assert.match(refused.message, /The following secrets have changed: S, N$/);
  assert.deepEqual(await names(subject), ["N", "S"]);
  await deploy(first, true);
  assert.deepEqual(await subject.env("w"), { S: secret("S", "first").text });

  const numbers = [];
  for await (const { number } of versions.list("w", params)) numbers.push(number);
  assert.deepEqual(numbers, [2, 1]);
  const one = await versions.get(first, { ...params, script_name: "w" });
  assert.deepEqual(one.resources.bindings, [{ name: "S", type: "secret_text" }]);
  assert.equal((await refusal(deploy("00000000-0000-0000-0000-000000000000"))).code, 10025);
});

test("the latest version lists every live binding and its author, but no secret value", async (t) => {
  const subject = await start(t);
  const bindings = [secret("S"), { name: "V", type: "plain_text", text: "v" }];
  await subject.upload("w", { bindings, annotations: { "workers/message": "why" } });
  const version = await latest(subject);
  assert.deepEqual(version["bindings"], [
    { name: "S", type: "secret_text" },
    { name: "V", type: "plain_text", text: "v" },
  ]);
  assert.deepEqual(version["annotations"], { "workers/message": "why", "workers/triggered_by": "upload" });
  assert.equal(version["source"], "api");
  assert.match(String(version["author_email"]), /@/);
  assert.ok(!Number.isNaN(Date.parse(String(version["created_on"]))));
  // All other tests rely on this check being able to find a value.
  assert.match(await subject.ask("w"), new RegExp(CANARY));
});
