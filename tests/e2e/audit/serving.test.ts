import { strict as assert } from "node:assert";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { test } from "node:test";
import type { Stack } from "@pulumi/pulumi/automation";
import { wrangler } from "../../../harness/wrangler";
import { CANARY, type Fleet, fromConfig, lines, shop, startFleet } from "../../support/fleet";
import { ACCOUNT_ID } from "../../support/world";

const DAY_MS = 24 * 60 * 60 * 1000;
const daysAgo = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString();

/** Deploys an earlier version of a Worker, as `wrangler rollback` does. */
async function rollBack(fleet: Fleet, script: string, to: number): Promise<void> {
  const versions = await fleet.send("GET", `/workers/scripts/${script}/versions`);
  const { items } = versions as { items: { id: string; number: number }[] };
  const { id } = items.find(({ number }) => number === to) ?? assert.fail("no such version");
  await fleet.send("POST", `/workers/scripts/${script}/deployments?force=true`, {
    strategy: "percentage",
    versions: [{ version_id: id, percentage: 100 }],
  });
}

/** Backdates the last upload and the updates of a stack. */
async function age(fleet: Fleet, name: string, stack: Stack, days: number): Promise<void> {
  const state = await stack.exportStack();
  const { resources } = state.deployment as { resources: { created?: string; modified?: string }[] };
  for (const resource of resources)
    Object.assign(resource, { created: daysAgo(days), modified: daysAgo(days) });
  await stack.importStack(state);
  const folder = path.join(fleet.checkout.root, "state/.pulumi/history", "cloudflare-worker-secrets", name);
  for (const file of await fs.readdir(folder)) {
    if (!file.endsWith(".history.json")) continue;
    const update = JSON.parse(await fs.readFile(path.join(folder, file), "utf8")) as object;
    const time = Math.floor(Date.parse(daysAgo(days)) / 1000);
    await fs.writeFile(
      path.join(folder, file),
      JSON.stringify({ ...update, startTime: time, endTime: time }),
    );
  }
}

test("after a rollback the serving version counts: a retired secret is undeclared and a new one is missing", async (t) => {
  const fleet = await startFleet(t);
  const key = { name: "KEY", text: CANARY };
  await fleet.deploy("prod", shop([key, { name: "RETIRED", text: CANARY }]));
  await fleet.deploy("prod", shop([key, { name: "NEW", text: CANARY }]));
  assert.deepEqual(lines((await fleet.report()).report), [
    "prod/shop-prod/KEY live",
    "prod/shop-prod/NEW live",
  ]);

  await rollBack(fleet, "shop-prod", 1);
  const { code, report } = await fleet.report();
  assert.equal(code, 1);
  assert.deepEqual(lines(report), [
    "prod/shop-prod/KEY live",
    "prod/shop-prod/NEW missing",
    "prod/shop-prod/RETIRED undeclared",
  ]);
  assert.match(
    report.notes.join("\n"),
    /^An older version than the stack's last upload serves.*: shop-prod \(prod\)/,
  );
});

test("a rollback that restores only an old value is not a clean result", async (t) => {
  const fleet = await startFleet(t);
  const stack = await fleet.deploy("prod", shop([fromConfig("API_KEY", 90)]));
  await stack.setConfig("secrets-demo", { value: `${CANARY} rotated`, secret: true });
  await fleet.commit("Ada", 0);
  await stack.up();
  assert.equal((await fleet.report()).code, 0);

  await rollBack(fleet, "shop-prod", 1);
  const { code, report } = await fleet.report();
  assert.equal(code, 1);
  assert.equal(report.secrets[0]?.changed.recordedIn, "pulumi", "Ada's change is not live");
  assert.match(
    report.notes.join("\n"),
    /An older version than the stack's last upload serves.*: shop-prod \(prod\)/,
  );
});

test("an uploaded version that is not deployed is noted and not live", async (t) => {
  const fleet = await startFleet(t);
  await fleet.deploy("prod", shop([{ name: "KEY", text: CANARY }]));
  const put = ["versions", "secret", "put", "STAGED", "--name", "shop-prod"];
  const { code: status, output } = await wrangler(fleet.cloudflare, ACCOUNT_ID, put, { stdin: CANARY });
  assert.equal(status, 0, output);
  fleet.takeRequests();

  const { code, report } = await fleet.report();
  assert.equal(code, 0);
  assert.deepEqual(lines(report), ["prod/shop-prod/KEY live"]);
  assert.match(
    report.notes.join("\n"),
    /^The latest version was uploaded and is not deployed: shop-prod \(prod\)/,
  );
  assert.equal(
    fleet.takeRequests().length,
    3,
    "a third request only for a Worker whose latest version does not serve",
  );
});

test("a rotation that is committed but not deployed does not reset a secret's age", async (t) => {
  const fleet = await startFleet(t);
  const stack = await fleet.deploy("prod", shop([fromConfig("API_KEY", 90)]));
  await fleet.commit("Ada", 120);
  await age(fleet, "prod", stack, 100);
  const old = await fleet.report();
  assert.deepEqual([old.code, lines(old.report)], [1, ["prod/shop-prod/API_KEY live overdue"]]);

  await stack.setConfig("secrets-demo", { value: `${CANARY} rotated`, secret: true });
  await fleet.commit("Grace", 1);
  const { code, report } = await fleet.report();
  assert.deepEqual([code, lines(report)], [1, ["prod/shop-prod/API_KEY live overdue"]]);
  assert.equal(report.secrets[0]?.age, 100);
  assert.match(report.notes.join("\n"), /changed after what is live was deployed: secrets-demo \(prod\)/);

  await stack.up();
  const deployed = await fleet.report();
  assert.deepEqual([deployed.code, lines(deployed.report)], [0, ["prod/shop-prod/API_KEY live"]]);
  assert.deepEqual([deployed.report.secrets[0]?.changed.by, deployed.report.notes], ["Grace", []]);
});

test("an update that uploads nothing shows that the committed config is deployed", async (t) => {
  const fleet = await startFleet(t);
  const stack = await fleet.deploy("prod", shop([fromConfig("API_KEY", 90)]));
  await age(fleet, "prod", stack, 100);
  await fleet.commit("Ada", 10);
  assert.deepEqual(lines((await fleet.report()).report), ["prod/shop-prod/API_KEY live overdue"]);
  await stack.up();
  const { code, report } = await fleet.report();
  assert.deepEqual([code, lines(report), report.notes], [0, ["prod/shop-prod/API_KEY live"], []]);
});

test("a commit dated in the future has no date, and its secret is perhaps overdue", async (t) => {
  const fleet = await startFleet(t);
  await fleet.deploy("prod", shop([fromConfig("API_KEY", 90)]));
  await fleet.commit("Ada", -400);
  const { code, report } = await fleet.report();
  assert.deepEqual([code, lines(report)], [1, ["prod/shop-prod/API_KEY live overdue?"]]);
  assert.deepEqual(report.secrets[0]?.changed, { recordedIn: "unknown" });
  assert.match(report.notes.join("\n"), /^The commit's date cannot be true.*: secrets-demo \(prod\)/);
});
