import { strict as assert } from "node:assert";
import { test, type TestContext } from "node:test";
import { WorkerScript } from "../../../component";
import { configSecret } from "../../../secrets";
import { CANARY, diagnostics, openLiveStack } from "../../support/live-stack";
import { ACCOUNT_ID, ECHO, type Program, startWorld, worker } from "../../support/world";

const [ONE, TWO] = [`${CANARY}-one`, `${CANARY}-two`];
const SECRETS = /:Secret worker/;

/** A program whose values the stack's config does not have. */
function withoutValues(names: readonly string[], code: string): Program {
  return () => {
    new WorkerScript("worker", {
      accountId: ACCOUNT_ID,
      name: "script_1",
      content: `${ECHO}// ${code}`,
      secretTextBindings: names.map((name) => ({ name, ...configSecret(name.toLowerCase()) })),
    });
    return undefined;
  };
}

/** A stack that was deployed with values once, and deploys without them from now on. */
async function startKept(t: TestContext, secrets: Record<string, string>, emptyListKeepsSecrets = false) {
  let isReadable = true;
  const world = await startWorld(t, {
    emptyListKeepsSecrets,
    intercept: ({ url }) =>
      isReadable || !url.endsWith("/versions/latest") ? undefined : new Response("no", { status: 403 }),
  });
  const stack = await openLiveStack(world);
  await stack.up(worker(secrets));
  assert.match(await stack.showState(), new RegExp(CANARY));
  await stack.configure("cloudflare-worker-secrets:secretValues", "keep");
  world.takeRequests();
  return {
    world,
    stack,
    /** Lets the token read no Worker any longer. */
    forbidReading: () => (isReadable = false),
    /** A deploy by those who have the values. */
    sends: async (program: Program) => {
      process.env.WORKER_SECRET_VALUES = "send";
      try {
        return await stack.up(program);
      } finally {
        delete process.env.WORKER_SECRET_VALUES;
      }
    },
  };
}

test("a stack deploys code without values, also while a secret is rotated elsewhere", async (t) => {
  const { world, stack, sends } = await startKept(t, { API_KEY: ONE, TOKEN: ONE });
  const both = withoutValues(["API_KEY", "TOKEN"], "first");
  for (const operation of ["preview", "up"] as const) {
    const output = await stack[operation](both);
    assert.equal(
      diagnostics(output),
      'No value is sent: the Worker "script_1" keeps those that it has for API_KEY, TOKEN.',
    );
    assert.doesNotMatch(output, SECRETS);
  }
  assert.deepEqual(await world.ask(), { API_KEY: ONE, TOKEN: ONE });
  // Nor does the state have one: what it had is gone.
  assert.doesNotMatch(await stack.showState(), new RegExp(CANARY));
  world.takeRequests();
  await stack.up(both);
  assert.deepEqual(world.takeRequests(), ["GET /workers/workers/script_1/versions/latest 200"]);

  const sent = await sends(
    worker(
      {},
      {
        secretTextBindings: [
          { name: "API_KEY", text: TWO, previous: ONE },
          { name: "TOKEN", text: ONE },
        ],
      },
    ),
  );
  assert.match(sent, /The values of API_KEY, API_KEY_PREVIOUS, TOKEN are sent/);
  const during = await stack.up(withoutValues(["API_KEY", "TOKEN"], "second"));
  assert.match(during, /keeps those that it has for API_KEY, API_KEY_PREVIOUS, TOKEN\./);
  assert.doesNotMatch(during, SECRETS);
  assert.deepEqual(await world.ask(), { API_KEY: TWO, API_KEY_PREVIOUS: ONE, TOKEN: ONE });

  const fewer = withoutValues(["API_KEY"], "third");
  assert.match(await stack.preview(fewer), /- .*:Secret worker\/TOKEN delete/);
  await stack.up(fewer);
  assert.deepEqual(await world.ask(), { API_KEY: TWO, API_KEY_PREVIOUS: ONE });
});

test("what a deploy without values cannot do stops before anything is sent", async (t) => {
  const { world, stack, sends, forbidReading } = await startKept(t, { API_KEY: ONE });
  const refuses = async (program: Program, expected: RegExp) => {
    world.takeRequests();
    for (const operation of ["preview", "up"] as const) {
      assert.match(await stack.fails(operation, program), expected);
    }
    assert.ok(world.takeRequests().every((request) => request.startsWith("GET ")));
  };
  const withNew = withoutValues(["API_KEY", "NEW"], "a new secret");
  await refuses(withNew, /does not have NEW as a secret[^]*WORKER_SECRET_VALUES=send pulumi up/);
  await sends(worker({ API_KEY: ONE, NEW: TWO }));
  await stack.up(withNew);
  assert.deepEqual(await world.ask(), { API_KEY: ONE, NEW: TWO });

  await world.send("PUT", "/workers/scripts/script_1/secrets", {
    name: "BY_HAND",
    text: ONE,
    type: "secret_text",
  });
  await refuses(withoutValues(["API_KEY", "NEW"], "changed"), /would remove them: BY_HAND \(secret_text\)/);
  await world.send("DELETE", "/workers/scripts/script_1/secrets/BY_HAND");
  await world.send("DELETE", "/workers/scripts/script_1/secrets/NEW");
  await refuses(withoutValues(["API_KEY", "NEW"], "changed"), /does not have NEW as a secret/);

  forbidReading();
  await refuses(withoutValues(["API_KEY"], "changed"), /"script_1" has could not be read\. .* 403 Forbidden/);
});

test("a secret that should be gone and is not fails the deploy without values", async (t) => {
  const { stack } = await startKept(t, { API_KEY: ONE, TOKEN: ONE }, true);
  assert.match(
    await stack.fails("up", withoutValues(["API_KEY"], "fewer")),
    /- TOKEN: the Worker still has it, and accepts its value\./,
  );
});
