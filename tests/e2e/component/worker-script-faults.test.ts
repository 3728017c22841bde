import "../../../kit/lazy-closures";
import { strict as assert } from "node:assert";
import { test } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import { WorkerScript } from "../../../component";
import { ACCOUNT_ID, ECHO, secretLines, startWorld, worker } from "../../support/world";

test("an upload that the runtime refuses leaves the live Worker serving, and the next deploy succeeds", async (t) => {
  const world = await startWorld(t);
  const stack = await world.openStack();
  await stack.up(worker({ API_KEY: "first value" }));

  const broken = worker({ API_KEY: "second value" }, { content: "export default { fetch( }" });
  const output = await stack.failing(stack.up(broken));
  assert.match(output, /10021/);
  assert.match(output, /SyntaxError: Unexpected token/);
  assert.deepEqual(await world.ask(), { API_KEY: "first value" });

  // The state still has the live values: returning to them is no change, and the new value is a named change.
  world.takeRequests();
  assert.match(await stack.up(worker({ API_KEY: "first value" })), /5 unchanged/);
  assert.deepEqual(world.takeRequests(), []);
  const repair = worker({ API_KEY: "second value" });
  assert.deepEqual(secretLines(await stack.preview(repair)), ["~ worker/API_KEY"]);
  await stack.up(repair);
  assert.deepEqual(await world.ask(), { API_KEY: "second value" });
});

test("a failed first upload leaves nothing, and the next deploy creates the Worker", async (t) => {
  const world = await startWorld(t);
  const stack = await world.openStack();
  await stack.failing(stack.up(worker({ API_KEY: "one" }, { content: "export default {" })));
  assert.equal(world.cloudflare.workerUrl(ACCOUNT_ID, "script_1"), undefined);
  await stack.up(worker({ API_KEY: "one" }));
  assert.deepEqual(await world.ask(), { API_KEY: "one" });
});

test("all invalid arguments are listed before anything is sent, in preview and in up", async (t) => {
  const world = await startWorld(t);
  const stack = await world.openStack();
  await stack.up(worker({ API_KEY: "one" }));
  world.takeRequests();

  const bad = worker(
    { API_KEY: "one", "NOT-A-NAME": "canary-in-the-wrong-place" },
    { accountId: "x", compatibilityDate: pulumi.output("2999-01-01"), workersDev: true },
  );
  for (const operation of ["preview", "up"] as const) {
    const output = await stack.failing(stack[operation](bad));
    assert.match(output, /error: WorkerScript "worker" cannot be deployed as it is declared/);
    assert.match(output, /- accountId: expected 32 hexadecimal digits/);
    assert.match(output, /- compatibilityDate: expected a date/);
    assert.match(output, /- secretTextBindings\[1\]\.name: expected a JavaScript variable name/);
    assert.doesNotMatch(output, /canary/);
  }
  assert.deepEqual(world.takeRequests(), []);
  assert.deepEqual(await world.ask(), { API_KEY: "one" });
});

test("a refused Worker fails the run even if the program exports none of its outputs", async (t) => {
  const world = await startWorld(t);
  const stack = await world.openStack();
  const output = await stack.failing(
    stack.up(() => {
      new WorkerScript("worker", { accountId: "x", name: "script_1", content: ECHO, workersDev: true });
      return {};
    }),
  );
  assert.match(output, /- accountId: /);
  const state = (await stack.stack.exportStack()).deployment as { resources: { custom: boolean }[] };
  assert.deepEqual(
    state.resources.filter(({ custom }) => custom),
    [],
  );
});

test("a value known only after the deploy is previewed by name and validated once known", async (t) => {
  const world = await startWorld(t);
  const stack = await world.openStack();
  const program = (check: (etag: string) => string) => () => {
    const first = new WorkerScript("first", { accountId: ACCOUNT_ID, name: "script_1", content: ECHO });
    new WorkerScript("second", {
      accountId: ACCOUNT_ID,
      name: pulumi.interpolate`script-${first.etag.apply((etag) => etag.slice(0, 4).toLowerCase())}`,
      content: ECHO,
      secretTextBindings: [
        { name: "ETAG", text: first.etag.apply(check) },
        { name: "PLAIN", text: "x" },
      ],
    });
    return {};
  };
  const good = program((etag) => etag);
  assert.deepEqual(secretLines(await stack.preview(good)), ["+ second/ETAG", "+ second/PLAIN"]);

  const output = await stack.failing(stack.up(program((etag) => etag.repeat(1_000))));
  assert.match(
    output,
    /WorkerScript "second" .*\n.*- secretTextBindings\[0\]\.text: expected 1 to 5120 bytes/,
  );

  await stack.up(good);
  const names = (await world.send("GET", "/workers/scripts")).result as { id: string }[];
  const second = names.find(({ id }) => id.startsWith("script-"))?.id;
  assert.match((await world.ask(second)).ETAG ?? "", /^\S+$/);
});

test("a wrong token is a clear error and changes nothing", async (t) => {
  const world = await startWorld(t);
  const stack = await world.openStack();
  await stack.up(worker({ API_KEY: "one" }));
  await stack.stack.setConfig("cloudflare:apiToken", { value: "wrong-token".padEnd(40, "x"), secret: true });
  const output = await stack.failing(stack.up(worker({ API_KEY: "two" })));
  assert.match(output, /403 Forbidden/);
  assert.match(output, /9109/);
  assert.doesNotMatch(output, /wrong-token/);
  assert.deepEqual(await world.ask(), { API_KEY: "one" });

  await stack.stack.removeConfig("cloudflare:apiToken");
  await stack.up(worker({ API_KEY: "two" }));
  assert.deepEqual(await world.ask(), { API_KEY: "two" });
});

test("an API outage is an error, and the same deploy succeeds afterwards", async (t) => {
  let down = false;
  const world = await startWorld(t, {
    intercept: () =>
      down ? new Response("down", { status: 503, headers: { "x-should-retry": "false" } }) : undefined,
  });
  const stack = await world.openStack();
  await stack.up(worker({ API_KEY: "one" }));
  down = true;
  assert.match(await stack.failing(stack.up(worker({ API_KEY: "two" }))), /503 Service Unavailable/);
  assert.deepEqual(await world.ask(), { API_KEY: "one" });
  down = false;
  await stack.up(worker({ API_KEY: "two" }));
  assert.deepEqual(await world.ask(), { API_KEY: "two" });
});
