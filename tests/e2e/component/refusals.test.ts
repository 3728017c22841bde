import "../../../kit/lazy-closures";
import { strict as assert } from "node:assert";
import { test } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import { WorkerScript, type WorkerScriptArgs } from "../../../component";
import { CANARY, openLiveStack } from "../../support/live-stack";
import { ACCOUNT_ID, ECHO, secretLines, startWorld, worker } from "../../support/world";

const [ONE, TWO] = [`${CANARY}-one`, `${CANARY}-two`];

test("two resources with one Worker are refused before anything is sent, even if a name is an Output", async (t) => {
  const world = await startWorld(t);
  const stack = await openLiveStack(world);
  const declare = (resource: string, args: Partial<WorkerScriptArgs>) =>
    new WorkerScript(resource, {
      accountId: ACCOUNT_ID,
      name: "script_1",
      content: ECHO,
      secretTextBindings: [{ name: "API_KEY", text: ONE }],
      ...args,
    });
  const program = () => {
    declare("first", {});
    declare("second", { accountId: pulumi.secret(ACCOUNT_ID), name: pulumi.output("script_1") });
    declare("other", { name: "script_2" });
    return {};
  };
  for (const operation of ["preview", "up"] as const) {
    const output = await stack.fails(operation, program);
    assert.match(
      output,
      /WorkerScript "first" cannot be deployed as it is declared[^]*WorkerScript "second" has the same/,
    );
  }
  assert.deepEqual(
    world.takeRequests().filter((request) => request.includes("script_1")),
    [],
  );
  assert.equal(world.cloudflare.workerUrl(ACCOUNT_ID, "script_1"), undefined);

  // Each run of the program in this process registers its own names.
  await stack.up(worker({ API_KEY: ONE }));
  assert.match(await stack.up(worker({ API_KEY: ONE })), /5 unchanged/);
});

test("two Workers under different parents may have the same resource name, and each is guarded", async (t) => {
  const world = await startWorld(t);
  const stack = await openLiveStack(world);
  const program = () => {
    for (const number of [1, 2]) {
      const parent = new pulumi.ComponentResource(`test:index:Parent${number}`, "parent");
      worker({ API_KEY: `${number}` }, { name: `script_${number}` }, "worker", { parent })();
    }
    return {};
  };
  await stack.up(program);
  assert.deepEqual(await world.ask("script_1"), { API_KEY: "1" });
  assert.deepEqual(await world.ask("script_2"), { API_KEY: "2" });
});

test("secrets that ignoreChanges holds back fail the run and are not recorded as deployed", async (t) => {
  const world = await startWorld(t);
  const stack = await openLiveStack(world);
  const ignoring = (secrets: Record<string, string>, args: Partial<WorkerScriptArgs> = {}) =>
    worker(secrets, args, "worker", {
      transforms: [
        ({ type, props, opts }) =>
          type === "cloudflare:index/workersScript:WorkersScript"
            ? { props, opts: pulumi.mergeOptions(opts, { ignoreChanges: ["bindings"] }) }
            : undefined,
      ],
    });
  await stack.up(worker({ ROTATED: ONE, REMOVED: ONE }));
  const compatibilityDate = "2026-01-02";
  for (const change of [
    ignoring({ ROTATED: TWO, NEW: TWO }),
    ignoring({ ROTATED: TWO, NEW: TWO }, { compatibilityDate }),
  ]) {
    for (const operation of ["preview", "up"] as const) {
      const output = await stack.fails(operation, change);
      assert.match(
        output,
        /ROTATED, NEW, REMOVED cannot be deployed as declared.*Take "bindings" out of ignoreChanges/,
      );
      assert.deepEqual(secretLines(output), []);
    }
  }
  assert.deepEqual(await world.ask(), { ROTATED: ONE, REMOVED: ONE });
  const lines = secretLines(await stack.up(worker({ ROTATED: TWO, NEW: TWO }, { compatibilityDate })));
  assert.deepEqual(lines, ["+ worker/NEW", "- worker/REMOVED", "~ worker/ROTATED"]);
  assert.match(await stack.up(ignoring({ ROTATED: TWO, NEW: TWO }, { compatibilityDate })), /6 unchanged/);
});

test("a replacement with takeOver leaves the Worker live", async (t) => {
  const world = await startWorld(t);
  const { stack } = await world.openStack();
  const program = (args: Partial<WorkerScriptArgs>) => () =>
    Promise.resolve(worker({ API_KEY: ONE }, args)());
  await stack.up({ program: program({}) });
  const { resources } = (await stack.exportStack()).deployment as {
    resources: { urn: string; type: string }[];
  };
  const replace = resources.filter(({ type }) => type.endsWith("WorkersScript")).map(({ urn }) => urn);
  assert.equal(replace.length, 1);
  for (const undeclaredSecrets of ["delete", "error"] as const) {
    await stack.up({ replace, program: program({ takeOver: true, undeclaredSecrets }) });
    assert.deepEqual(await world.ask(), { API_KEY: ONE });
  }
});

test("a secret in a readable place is refused before anything is sent and is not shown", async (t) => {
  const world = await startWorld(t);
  const stack = await openLiveStack(world);
  const secret = pulumi.secret(ONE);
  const program = worker(
    {},
    {
      plainTextBindings: [{ name: "PLAIN", text: secret }],
      bindings: [{ name: "JSON", type: "json", json: pulumi.jsonStringify({ secret }) }],
    },
  );
  for (const operation of ["preview", "up"] as const) {
    const output = await stack.fails(operation, program);
    assert.match(output, /- plainTextBindings\[0\]\.text: expected no secret/);
    assert.match(output, /- bindings\[0\]\.json: expected no secret/);
  }
  assert.deepEqual(world.takeRequests(), []);
});
