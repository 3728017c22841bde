import { strict as assert } from "node:assert";
import { EventEmitter, once } from "node:events";
import { test, type TestContext } from "node:test";
import { CANARY, openLiveStack } from "../../support/live-stack";
import { startWorld, type World, worker } from "../../support/world";

/** It would wait for ever for what is never said. */
const TIMEOUT = { timeout: 120_000 };

type Fault = () => Response;
type Faults = Record<string, Fault>;

const refusal = (status: number, code: number, message: string): Fault => {
  const body = { success: false, errors: [{ code, message }], messages: [], result: null };
  // Cloudflare's clients try a 500 again for minutes, unless they are told to leave it.
  return () => Response.json(body, { status, headers: { "x-should-retry": "false" } });
};

const result = (answer: unknown): Fault => {
  return () => Response.json({ success: true, errors: [], messages: [], result: answer });
};

const FAILURES: Faults = {
  "401": refusal(401, 10000, "Authentication error"),
  "403": refusal(403, 10000, "Authentication error"),
  "404": refusal(404, 10007, "This Worker does not exist on your account."),
  "500": refusal(500, 10013, "workers.api.error.unknown"),
  "an answer that breaks off": () =>
    new Response('{"result":[', { headers: { "content-type": "application/json" } }),
  "a page of HTML": () => new Response("<html>", { headers: { "content-type": "text/html" } }),
};

const RUBBISH: Faults = {
  "a text": result("nothing here"),
  "success: false": refusal(200, 10013, "workers.api.error.unknown"),
};

const LIST = "/workers/scripts";
const LIVE = "/workers/workers/script_1/versions/latest";

/** The requests of the hooks, and what they cannot be answered with. */
const UNREADABLE: Record<string, Faults> = {
  [LIST]: { ...FAILURES, "Workers without id": result([{ tag: "script_1" }, null]) },
  [LIVE]: {
    ...FAILURES,
    ...RUBBISH,
    "no bindings": result({ id: "1" }),
    "bindings: null": result({ id: "1", bindings: null }),
    "bindings without name": result({ id: "1", bindings: [{ type: "secret_text" }, null] }),
  },
};

/** What neither the official provider nor the local one tells from an account without Workers, or not always. */
const LOOKS_EMPTY: Faults = { ...RUBBISH, "an empty list": result([]) };

/** A world with a Worker, in which the requests are answered with the fault for as long as there is one. */
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

const OVERWRITES = /warning: What is live .* could not be read.* and a deploy overwrites it/;
const REMOVES = /warning: What is live .* could not be read.* and a deploy removes them/;

for (const [place, faults] of Object.entries(UNREADABLE)) {
  test(`GET ${place}: where it cannot be read, the deploy goes on and says that nobody has looked`, async (t) => {
    const { world, owner, setFault } = await startFaultyWorld(t, place);
    const stranger = await openLiveStack(world, "stranger");
    for (const [name, fault] of Object.entries(faults)) {
      await t.test(name, async () => {
        const program = (takeOver: boolean) => worker({ API_KEY: `${CANARY} ${name}` }, { takeOver });
        await putByHand(world);
        setFault(fault);
        const created = await stranger.preview(program(place === LIVE));
        assert.match(created, place === LIVE ? REMOVES : OVERWRITES);
        assert.match(await owner.up(program(false)), REMOVES);
        setFault(undefined);
        assert.deepEqual(await world.ask(), { API_KEY: `${CANARY} ${name}` });
      });
    }
  });
}

test("a token that may read nothing does not stop a first deploy either", async (t) => {
  const { world, owner, setFault } = await startFaultyWorld(t, "");
  setFault(FAILURES["403"]);
  const stack = await openLiveStack(world, "new");
  assert.match(await stack.up(worker({ API_KEY: `${CANARY}-1` }, { name: "script_2" })), OVERWRITES);
  assert.match(await owner.preview(worker({ API_KEY: `${CANARY}-2` })), REMOVES);
  setFault(undefined);
  assert.deepEqual(await world.ask("script_2"), { API_KEY: `${CANARY}-1` });
});

test("a Worker of others is not overwritten where it is listed and what it has cannot be read", async (t) => {
  const { world, setFault } = await startFaultyWorld(t, LIVE);
  const stack = await openLiveStack(world, "mine");
  setFault(FAILURES["500"]);
  for (const operation of ["preview", "up"] as const) {
    const output = await stack.fails(operation, worker({ API_KEY: `${CANARY}-mine` }));
    assert.match(output, /A Worker "script_1" is live in this account/);
  }
  assert.deepEqual(await world.ask(), { API_KEY: `${CANARY}-0` });
});

test("a list without the stack's own Worker does not pass for a Worker without secrets", async (t) => {
  const { world, owner, setFault } = await startFaultyWorld(t, LIST);
  for (const [name, fault] of Object.entries(LOOKS_EMPTY)) {
    await t.test(name, async () => {
      await putByHand(world);
      setFault(fault);
      for (const operation of ["preview", "up"] as const) {
        const output = await owner[operation](worker({ API_KEY: `${CANARY} ${name}` }));
        assert.match(output, /warning: .*(?:Cloudflare's list is not whole|could not be read)/);
      }
      setFault(undefined);
      assert.deepEqual(await world.ask(), { API_KEY: `${CANARY} ${name}` });
    });
  }
});

test("while no answer comes one hears for what one waits, and then it counts", TIMEOUT, async (t) => {
  const heard = new EventEmitter();
  const world = await startWorld(t, {
    intercept: async ({ url }) => {
      if (url.endsWith(LIVE)) await once(heard, "waiting");
      return undefined;
    },
  });
  const { stack } = await world.openStack();
  await stack.up({ program: () => Promise.resolve(worker({ API_KEY: `${CANARY}-1` })()) });
  await putByHand(world);
  let output = "";
  const onOutput = (text: string) => {
    output += text;
    if (output.includes("Cloudflare has not said yet what is live")) heard.emit("waiting");
  };
  const change = worker({ API_KEY: `${CANARY}-2` }, { undeclaredSecrets: "warn" });
  await stack.preview({ program: () => Promise.resolve(change()), onOutput });
  assert.match(output, /has not said yet[^]*warning: .*removes it: BY_HAND/);
  assert.ok(!output.includes(CANARY));
});
