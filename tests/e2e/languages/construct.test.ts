import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import * as cloudflare from "@pulumi/cloudflare";
import * as pulumi from "@pulumi/pulumi";
import { WORKERS_SCRIPT } from "../../../component/contract/type-tokens";
import { RemoteWorker, startPlugin } from "../../support/component-plugin";
import { CANARY, type LiveStack, openLiveStack } from "../../support/live-stack";
import { ACCOUNT_ID, ECHO, secretLines, startWorld, type World } from "../../support/world";

const WORKER = { accountId: ACCOUNT_ID, name: "script_1", content: ECHO };

/** A world in which the engine finds the plugin. */
async function startRemote(t: TestContext): Promise<World> {
  const [world, plugin] = await Promise.all([startWorld(t), startPlugin(t)]);
  return {
    ...world,
    async openStack(name) {
      const opened = await world.openStack(name);
      const { envVars } = opened.stack.workspace;
      envVars.PULUMI_DEBUG_PROVIDERS = [envVars.PULUMI_DEBUG_PROVIDERS, plugin].filter(Boolean).join(",");
      return opened;
    },
  };
}

class Team extends pulumi.ComponentResource {
  constructor(name: string) {
    super(`test:index:${name}`, name);
  }
}

test("a plain text is sealed, an unknown one hides no name, and the options reach the script", async (t) => {
  const world = await startRemote(t);
  const stack = await openLiveStack(world);
  const program = (name: string, opts: pulumi.ComponentResourceOptions) => () => {
    const provider = new cloudflare.Provider("own");
    const cache = new cloudflare.WorkersKvNamespace("cache", { accountId: ACCOUNT_ID, title: "cache" });
    const secretTextBindings = [
      { name: "PLAIN", text: `${CANARY}-plain` },
      { name: "CACHE_ID", text: cache.id },
    ];
    const parent = new Team("team");
    const worker = new RemoteWorker(name, { ...WORKER, secretTextBindings }, { ...opts, parent, provider });
    return { secretNames: worker.secretNames };
  };

  const first = program("worker", { protect: true });
  assert.deepEqual(secretLines(await stack.preview(first)), ["+ worker/CACHE_ID", "+ worker/PLAIN"]);
  await stack.up(first);
  const { CACHE_ID, ...others } = await world.ask();
  assert.deepEqual(others, { PLAIN: `${CANARY}-plain` });
  assert.match(CACHE_ID ?? "", /^[0-9a-f]{32}$/);

  const script = await scriptIn(stack);
  assert.equal(script.protect, true);
  assert.match(script.provider, /::pulumi:providers:cloudflare::own::/);
  assert.match(script.urn, /::test:index:team\$cloudflare-worker-secrets:index:WorkerScript\$cloudflare/);

  world.takeRequests();
  const renamed = await stack.up(program("renamed", { aliases: [{ name: "worker" }] }));
  assert.doesNotMatch(renamed, /replace|delete|create/);
  assert.deepEqual(world.takeRequests(), [], "an alias keeps the Worker");
  assert.equal((await scriptIn(stack)).protect, undefined);
});

test("a refused Worker is the only one that is blamed, with every problem and no value", async (t) => {
  const stack = await openLiveStack(await startRemote(t));
  const output = await stack.fails("preview", () => {
    const wrong = {
      accountId: CANARY,
      workersDev: "true",
      secretTextBindings: [{ name: "A B", text: CANARY }],
    };
    new RemoteWorker("right", WORKER);
    new RemoteWorker("wrong", { ...WORKER, ...wrong, name: "script_2" });
    return {};
  });
  assert.match(output, /WorkerScript "wrong" cannot be deployed as it is declared/);
  for (const path of ["accountId", "workersDev", "secretTextBindings[0].name"]) {
    assert.ok(output.includes(`- ${path}: expected`), path);
  }
  const ofRight = [...output.matchAll(/resource 'right' has a problem: (.*)/g)].map(([, said]) => said);
  assert.ok(
    ofRight.every((said) => said === "grpc: the client connection is closing"),
    output,
  );
});

test("two Workers of the same name under two parents, of which one would lose a secret", async (t) => {
  const world = await startRemote(t);
  const stack = await openLiveStack(world);
  const program = (text: string) => () => {
    for (const [team, name] of [
      ["one", "script_1"],
      ["two", "script_2"],
    ] as const) {
      const secretTextBindings = [{ name: "KEY", text }];
      new RemoteWorker("worker", { ...WORKER, name, secretTextBindings }, { parent: new Team(team) });
    }
    return {};
  };
  await stack.up(program(`${CANARY}-1`));
  const byHand = { name: "BY_HAND", text: "by hand", type: "secret_text" };
  await world.send("PUT", "/workers/scripts/script_2/secrets", byHand);
  const output = await stack.fails("up", program(`${CANARY}-2`));
  assert.match(output, /"script_2" has bindings that this program does not declare[^]*BY_HAND/);
  assert.doesNotMatch(output, /"script_1" has bindings/);
  assert.deepEqual(await world.ask("script_2"), { KEY: `${CANARY}-1`, BY_HAND: "by hand" });
});

test("two Workers of the same account and name are refused", async (t) => {
  const stack = await openLiveStack(await startRemote(t));
  const output = await stack.fails("preview", () => {
    new RemoteWorker("one", WORKER);
    new RemoteWorker("two", WORKER);
    return {};
  });
  assert.match(output, /name: expected a Worker of its own, but WorkerScript "(one|two)" has the same/);
});

/** The script in the stack's state. */
async function scriptIn(stack: LiveStack) {
  const { deployment } = JSON.parse(await stack.showState()) as {
    deployment: { resources: { urn: string; type: string; protect?: boolean; provider: string }[] };
  };
  const script = deployment.resources.find(({ type }) => type === WORKERS_SCRIPT);
  return script ?? assert.fail("no script");
}
