import { strict as assert } from "node:assert";
import { test, type TestContext } from "node:test";
import type { LocalCloudflareOptions } from "../../../local/api";
import { CANARY, diagnostics, type LiveStack, openLiveStack } from "../../support/live-stack";
import { processesWith } from "../../support/processes";
import { type Program, startWorld, type World, worker } from "../../support/world";

const [ONE, TWO] = [`${CANARY}-one`, `${CANARY}-two`];

const SCRIPT = "/workers/scripts/script_1";
const LATEST = "GET /workers/workers/script_1/versions/latest 200";
const SERVING = `GET ${SCRIPT}/deployments 200`;

/** What a Cloudflare does wrong, between an upload and the next look at the Worker. */
type Fault = (world: World, upload: number) => Promise<Response | undefined>;

const result = (answer: unknown) =>
  Response.json({ success: true, errors: [], messages: [], result: answer });

/** A stack on a Cloudflare that does something wrong whenever it is asked about an upload, until `end`. */
async function startFaulty(t: TestContext, fault: Fault, options: LocalCloudflareOptions = {}) {
  let uploads = 0;
  let hasEnded = false;
  const world: World = await startWorld(t, {
    ...options,
    intercept: async ({ method, url }) => {
      if (method === "PUT" && url.endsWith(SCRIPT)) uploads++;
      const isLook = method === "GET" && url.endsWith("/versions/latest");
      return isLook && uploads > 0 && !hasEnded ? fault(world, uploads) : undefined;
    },
  });
  const stack = await openLiveStack(world);
  return { world, stack, end: () => (hasEnded = true) };
}

/** Fails every preview and deploy of an unchanged program, and sends nothing, until it is repaired. */
async function staysVisible(world: World, stack: LiveStack, program: Program, expected: RegExp) {
  world.takeRequests();
  for (const operation of ["preview", "up"] as const) {
    assert.match(await stack.fails(operation, program), expected);
  }
  assert.deepEqual(
    world.takeRequests().filter((request) => !request.startsWith("GET ")),
    [],
  );
}

/** Once it is repaired, looks once more, and then no longer. */
async function isVerified(world: World, stack: LiveStack, program: Program, said = /^$/) {
  world.takeRequests();
  for (const operation of ["preview", "up"] as const) {
    const output = await stack[operation](program);
    assert.match(output, /:Verification worker/);
    assert.match(diagnostics(output), said);
    assert.deepEqual(world.takeRequests(), [LATEST, SERVING]);
  }
  assert.doesNotMatch(await stack.preview(program), /:Verification worker/);
  assert.deepEqual(world.takeRequests(), []);
}

test("a removed secret that Cloudflare keeps fails every run until it is gone", async (t) => {
  const world = await startWorld(t, { emptyListKeepsSecrets: true });
  const stack = await openLiveStack(world);
  await stack.up(worker({ OLD: ONE, SAME: ONE }));
  const program = worker({ SAME: ONE });
  const output = await stack.fails("up", program);
  assert.match(
    output,
    /The upload .* went through[^]*- OLD: the Worker still has it, and accepts its value\./,
  );
  assert.match(output, /npm run repair -- script_1\n.*npx wrangler secret delete OLD --name script_1/);
  assert.doesNotMatch(output, /refresh/);
  await staysVisible(
    world,
    stack,
    program,
    /is not what this program declares: the last deploy left it so[^]*- OLD/,
  );
  await world.send("DELETE", `${SCRIPT}/secrets/OLD`);
  await isVerified(world, stack, program);
  assert.deepEqual(await world.ask(), { SAME: ONE });
});

test("a secret that Cloudflare loses fails every run, until a refresh and a deploy put it back", async (t) => {
  const { world, stack, end } = await startFaulty(t, async (faulty) => {
    await faulty.send("DELETE", `${SCRIPT}/secrets/LOST`);
    return undefined;
  });
  const program = worker({ LOST: ONE, SAME: ONE });
  const output = await stack.fails("up", program);
  assert.match(output, /- LOST: the Worker lacks it\.[^]*change anything about the Worker.*, then pulumi up/);
  // Not one secret is recorded as deployed.
  assert.match(await stack.fails("preview", program), /- LOST: the Worker lacks it\./);
  await staysVisible(world, stack, program, /- LOST/);
  end();
  await stack.refresh();
  assert.match(await stack.up(program), /\+ .*:Secret worker\/LOST/);
  assert.deepEqual(await world.ask(), { LOST: ONE, SAME: ONE });
  await stack.up(program);
  world.takeRequests();
  assert.match(await stack.up(program), /6 unchanged/);
  assert.deepEqual(world.takeRequests(), []);
});

test("a secret that Cloudflare renames is missing under one name and left under the other", async (t) => {
  const { world, stack, end } = await startFaulty(t, async (faulty) => {
    await faulty.send("DELETE", `${SCRIPT}/secrets/API_KEY`);
    await faulty.send("PUT", `${SCRIPT}/secrets`, { name: "api_key", text: ONE, type: "secret_text" });
    return undefined;
  });
  const program = worker({ API_KEY: ONE });
  const expected = /- API_KEY: the Worker lacks it\.[^]*- api_key: the Worker still has it/;
  assert.match(await stack.fails("up", program), expected);
  await staysVisible(world, stack, program, expected);
  end();
  await world.send("DELETE", `${SCRIPT}/secrets/api_key`);
  await world.send("PUT", `${SCRIPT}/secrets`, { name: "API_KEY", text: ONE, type: "secret_text" });
  await isVerified(world, stack, program);
});

test("answers that are older than the upload are waited out", async (t) => {
  let looks = 0;
  const { world, stack } = await startFaulty(t, (_, upload) => {
    const bindings = ["API_KEY", "OLD"].map((name) => ({ name, type: "secret_text" }));
    const isOld = upload === 2 && ++looks <= 2;
    return Promise.resolve(isOld ? result({ id: "old", number: 1, bindings }) : undefined);
  });
  await stack.up(worker({ API_KEY: ONE, OLD: ONE }));
  assert.equal(diagnostics(await stack.up(worker({ API_KEY: TWO }))), "");
  assert.equal(looks, 3);
  // Nothing but the number tells that the answer is from before the upload.
  looks = 0;
  const { stack: second } = await startFaulty(t, (_, upload) => {
    const bindings = [{ name: "API_KEY", type: "secret_text" }];
    if (upload === 2) looks++;
    return Promise.resolve(upload === 2 ? result({ id: "old", number: 1, bindings }) : undefined);
  });
  await second.up(worker({ API_KEY: ONE }));
  assert.match(await second.fails("up", worker({ API_KEY: TWO })), /an answer from before the upload/);
  assert.equal(looks, 4);
  assert.deepEqual(await world.ask(), { API_KEY: TWO });
});

for (const [name, answer] of [
  ["a failure", () => new Response("busy", { status: 503, headers: { "x-should-retry": "false" } })],
  ["rubbish", () => result({ id: "1", bindings: [null] })],
] as const) {
  test(`${name} after the upload is not called verified, and the next run looks again`, async (t) => {
    const { world, stack, end } = await startFaulty(t, () => Promise.resolve(answer()));
    const program = worker({ API_KEY: ONE });
    assert.match(await stack.fails("up", program), /could not be read, so it is not verified/);
    await staysVisible(world, stack, program, /could not be read, so it is not verified/);
    end();
    await isVerified(world, stack, program);
  });
}

test("a deploy that is killed between the upload and the look is verified by the next run", async (t) => {
  const { world, stack, end } = await startFaulty(t, async (faulty) => {
    const engines = await processesWith(faulty.folder);
    for (const { pid, words } of engines) if (/pulumi$/.test(words[0] ?? "")) process.kill(pid, "SIGKILL");
    return undefined;
  });
  const program = worker({ API_KEY: ONE });
  await stack.fails("up", program);
  end();
  assert.deepEqual(await world.ask(), { API_KEY: ONE });
  await stack.cancel();
  await isVerified(world, stack, program, /^$|^warning: .*pending operations from previous deployment/);
});

test("after a rollback, an outstanding verification looks at what serves", async (t) => {
  const { world, stack, end } = await startFaulty(t, (_, upload) =>
    Promise.resolve(
      upload === 2
        ? new Response("busy", { status: 503, headers: { "x-should-retry": "false" } })
        : undefined,
    ),
  );
  await stack.up(worker({ API_KEY: ONE, OLD: ONE }));
  const { result: first } = await world.send("GET", "/workers/workers/script_1/versions/latest");
  const program = worker({ API_KEY: ONE, NEW: ONE });
  await stack.fails("up", program);
  end();
  const rollback = {
    strategy: "percentage",
    versions: [{ version_id: (first as { id: string }).id, percentage: 100 }],
  };
  await world.send("POST", `${SCRIPT}/deployments?force=true`, rollback);
  const output = await stack.fails("preview", program);
  if (/does not say which version/.test(output)) return;
  assert.match(output, /- NEW: the Worker lacks it[^]*- OLD: the Worker still has it/);
});
