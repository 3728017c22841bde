import { strict as assert } from "node:assert";
import { EventEmitter, once } from "node:events";
import { test, type TestContext } from "node:test";
import { CANARY, openLiveStack } from "../../support/live-stack";
import { startWorld, type World, worker } from "../../support/world";

/** Fails a test that waits for a message that never comes. */
const TIMEOUT = { timeout: 400_000 };

type Fault = () => Response;
type Faults = Record<string, Fault>;

const refusal = (status: number, code: number, message: string): Fault => {
  const body = { success: false, errors: [{ code, message }], messages: [], result: null };
  // Cloudflare's clients retry a 500 for minutes, unless this header says not to.
  return () => Response.json(body, { status, headers: { "x-should-retry": "false" } });
};

const result = (answer: unknown): Fault => {
  return () => Response.json({ success: true, errors: [], messages: [], result: answer });
};

const html: Fault = () => new Response("<html>", { headers: { "content-type": "text/html" } });

const FAILURES: Faults = {
  "401": refusal(401, 10000, "Authentication error"),
  "403": refusal(403, 10000, "Authentication error"),
  "404": refusal(404, 10007, "This Worker does not exist on your account."),
  "500": refusal(500, 10013, "workers.api.error.unknown"),
  "a truncated answer": () =>
    new Response('{"result":[', { headers: { "content-type": "application/json" } }),
  "an HTML page": html,
};

const RUBBISH: Faults = {
  "a text": result("nothing here"),
  "success: false": refusal(200, 10013, "workers.api.error.unknown"),
};

const LIST = "/workers/scripts";
const LIVE = "/workers/workers/script_1/versions/latest";
const SERVING = "/workers/scripts/script_1/deployments";

/** The requests that read what is live, each with unusable answers. */
const UNREADABLE: Record<string, Faults> = {
  [LIST]: { ...FAILURES, "Workers without id": result([{ tag: "script_1" }, null]) },
  [LIVE]: {
    ...FAILURES,
    ...RUBBISH,
    "no bindings": result({ id: "1" }),
    "bindings: null": result({ id: "1", bindings: null }),
    "bindings without name": result({ id: "1", bindings: [{ type: "secret_text" }, null] }),
  },
  [SERVING]: { "403": refusal(403, 10000, "Authentication error"), "an HTML page": html },
};

/** A world with a deployed Worker, in which GET requests to `place` get the fault while one is set. */
async function startFaultyWorld(t: TestContext, place: string) {
  let fault: Fault | undefined;
  const world = await startWorld(t, {
    intercept: ({ method, url }) => (method === "GET" && url.endsWith(place) ? fault?.() : undefined),
  });
  const owner = await openLiveStack(world, "owner");
  await owner.up(worker({ API_KEY: `${CANARY}-0` }));
  return { world, owner, setFault: (next: Fault | undefined) => (fault = next) };
}

async function putByHand(world: World): Promise<void> {
  const secret = { name: "BY_HAND", text: `${CANARY}-by-hand`, type: "secret_text" };
  assert.equal((await world.send("PUT", "/workers/scripts/script_1/secrets", secret)).success, true);
}

const OVERWRITES = /What is live .* could not be read\. A deploy would overwrite a Worker/;
const REMOVES = /What is live .* could not be read\. A deploy would remove what/;

for (const [place, faults] of Object.entries(UNREADABLE)) {
  test(`GET ${place}: an unreadable answer stops the deploy, and nothing is lost`, async (t) => {
    const { world, owner, setFault } = await startFaultyWorld(t, place);
    const stranger = await openLiveStack(world, "stranger");
    await putByHand(world);
    for (const [name, fault] of Object.entries(faults)) {
      await t.test(name, async () => {
        setFault(fault);
        const program = worker({ API_KEY: `${CANARY} ${name}` });
        const stack = place === LIST ? stranger : owner;
        const output = await stack.fails("preview", program);
        assert.match(output, place === LIST ? OVERWRITES : REMOVES);
        assert.match(output, /unreadableWorker: "warn"/);
        setFault(undefined);
      });
    }
    assert.deepEqual(await world.ask(), { API_KEY: `${CANARY}-0`, BY_HAND: `${CANARY}-by-hand` });
  });
}

test("with unreadableWorker: warn the deploy continues and warns that nothing was compared", async (t) => {
  const { world, owner, setFault } = await startFaultyWorld(t, "");
  setFault(FAILURES["403"]);
  const unreadableWorker = "warn";
  const stack = await openLiveStack(world, "new");
  const first = await stack.up(worker({ API_KEY: `${CANARY}-1` }, { name: "script_2", unreadableWorker }));
  assert.match(first, /warning: What is live .* overwrite a Worker/);
  assert.match(first, /warning: The upload .* went through; what it has now could not be read/);
  assert.match(
    await owner.up(worker({ API_KEY: `${CANARY}-2` }, { unreadableWorker })),
    /warning: .*remove what/,
  );
  setFault(undefined);
  assert.deepEqual(await world.ask(), { API_KEY: `${CANARY}-2` });
  assert.deepEqual(await world.ask("script_2"), { API_KEY: `${CANARY}-1` });
});

test("a Worker that the stack does not have is refused before its bindings are requested", async (t) => {
  const { world, setFault } = await startFaultyWorld(t, LIVE);
  const stack = await openLiveStack(world, "mine");
  setFault(FAILURES["500"]);
  for (const operation of ["preview", "up"] as const) {
    const output = await stack.fails(operation, worker({ API_KEY: `${CANARY}-mine` }));
    assert.match(output, /A Worker "script_1" is live in this account/);
  }
  assert.deepEqual(await world.ask(), { API_KEY: `${CANARY}-0` });
});

test("the stack's own Worker is read even if the account's list lacks it", async (t) => {
  const { world, owner, setFault } = await startFaultyWorld(t, LIST);
  setFault(result([]));
  await putByHand(world);
  for (const operation of ["preview", "up"] as const) {
    const output = await owner.fails(operation, worker({ API_KEY: `${CANARY}-1` }));
    assert.match(output, /remove them: BY_HAND \(secret_text\)/);
  }
  assert.deepEqual(await world.ask(), { API_KEY: `${CANARY}-0`, BY_HAND: `${CANARY}-by-hand` });
});

test("a long wait is logged, and a late answer is used", TIMEOUT, async (t) => {
  const heard = new EventEmitter();
  let holdsBack = false;
  const world = await startWorld(t, {
    intercept: async ({ url }) => {
      if (holdsBack && url.endsWith(LIVE)) await once(heard, "waiting");
      return undefined;
    },
  });
  const { stack } = await world.openStack();
  await stack.up({ program: () => Promise.resolve(worker({ API_KEY: `${CANARY}-1` })()) });
  await putByHand(world);
  holdsBack = true;
  let output = "";
  const onOutput = (text: string) => {
    output += text;
    if (output.includes("Waiting for Cloudflare to say what is live")) heard.emit("waiting");
  };
  const change = worker({ API_KEY: `${CANARY}-2` }, { undeclaredSecrets: "warn" });
  await stack.preview({ program: () => Promise.resolve(change()), onOutput });
  assert.match(output, /Waiting for Cloudflare[^]*warning: .*remove them: BY_HAND/);
  assert.ok(!output.includes(CANARY));
});
