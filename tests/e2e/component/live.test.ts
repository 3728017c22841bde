import { strict as assert } from "node:assert";
import { test } from "node:test";
import { CANARY, deploysQuietly, diagnostics, openLiveStack } from "../../support/live-stack";
import { ACCOUNT_ID, secretLines, startWorld, type World, worker } from "../../support/world";
import { wrangler } from "../../../harness/wrangler";

const [ONE, TWO, OTHERS] = ["one", "two", "others"].map((value) => `${CANARY}-${value}`) as [
  string,
  string,
  string,
];

/** Changes a secret with Wrangler, outside of Pulumi. */
async function byHand(world: World, action: "put" | "delete", name: string, stdin: string): Promise<void> {
  const args = ["secret", action, name, "--name", "script_1"];
  const { code, output } = await wrangler(world.cloudflare, ACCOUNT_ID, args, { stdin });
  assert.equal(code, 0, output);
}

/** Sets the Worker's bindings as the dashboard does; one without a value keeps it. */
async function inDashboard(world: World, bindings: readonly object[]): Promise<void> {
  const body = new FormData();
  body.append("settings", JSON.stringify({ bindings }));
  const place = `${world.cloudflare.baseUrl}/accounts/${ACCOUNT_ID}/workers/scripts/script_1/settings`;
  const headers = { authorization: `Bearer ${world.cloudflare.apiToken}` };
  const response = await fetch(place, { method: "PATCH", headers, body });
  assert.equal(response.status, 200, await response.text());
}

const LIST = "GET /workers/scripts 200";
const LIVE = "GET /workers/workers/script_1/versions/latest 200";
const SERVING = "GET /workers/scripts/script_1/deployments 200";
const PUT = "PUT /workers/scripts/script_1 200";
/** The requests that read what is live before a change, in previews and deploys. */
const LOOK = [LIVE, SERVING];

test("a first deploy, and a change when everything live is declared, print no warning", async (t) => {
  const world = await startWorld(t);
  const stack = await openLiveStack(world);
  await deploysQuietly(stack, worker({ API_KEY: ONE }));
  assert.deepEqual(world.takeRequests(), [LIST, LIST, PUT, LIVE]);
  for (const [index, undeclaredSecrets] of (["error", "warn", "delete"] as const).entries()) {
    await deploysQuietly(stack, worker({ API_KEY: ONE, [`NEW_${index}`]: ONE }, { undeclaredSecrets }));
    assert.deepEqual(world.takeRequests(), [...LOOK, ...LOOK, PUT, LIVE]);
  }
});

test("a secret that was put by hand stops the next preview and deploy, and the error names both ways to proceed", async (t) => {
  const world = await startWorld(t);
  const stack = await openLiveStack(world);
  await stack.up(worker({ API_KEY: ONE }));
  await byHand(world, "put", "BY_HAND", OTHERS);

  assert.match(await stack.up(worker({ API_KEY: ONE })), /5 unchanged/, "no change, no danger");
  world.takeRequests();
  const change = { API_KEY: TWO };
  for (const operation of ["preview", "up"] as const) {
    const output = await stack.fails(operation, worker(change));
    assert.match(output, /does not declare, and a deploy would remove them: BY_HAND \(secret_text\)/);
    assert.match(output, /inheritedSecrets: \["BY_HAND"\]/);
    assert.match(output, /undeclaredSecrets: "delete"/);
  }
  assert.deepEqual(world.takeRequests(), [...LOOK, ...LOOK]);
  assert.deepEqual(await world.ask(), { API_KEY: ONE, BY_HAND: OTHERS });

  await deploysQuietly(stack, worker(change, { inheritedSecrets: ["BY_HAND"] }));
  assert.deepEqual(world.takeRequests(), [...LOOK, ...LOOK, PUT, LIVE]);
  assert.deepEqual(await world.ask(), { API_KEY: TWO, BY_HAND: OTHERS });
});

test("with undeclaredSecrets warn or delete the secret is removed, with or without a warning", async (t) => {
  const world = await startWorld(t);
  const stack = await openLiveStack(world);
  await stack.up(worker({ API_KEY: ONE }));
  for (const undeclaredSecrets of ["warn", "delete"] as const) {
    await byHand(world, "put", "BY_HAND", OTHERS);
    const program = worker({ API_KEY: `${TWO} ${undeclaredSecrets}` }, { undeclaredSecrets });
    for (const operation of ["preview", "up"] as const) {
      const output = await stack[operation](program);
      assert.equal(
        /warning: .*remove them: BY_HAND \(secret_text\)/.test(output),
        undeclaredSecrets === "warn",
      );
      assert.equal(output.includes("BY_HAND"), undeclaredSecrets === "warn");
    }
    assert.deepEqual(await world.ask(), { API_KEY: `${TWO} ${undeclaredSecrets}` });
  }
});

test("a secret that was put by hand is not silently overwritten by a secret or variable of the same name", async (t) => {
  const world = await startWorld(t);
  const stack = await openLiveStack(world);
  await stack.up(worker({ API_KEY: ONE }));
  await byHand(world, "put", "BY_HAND", OTHERS);
  const plainTextBindings = [{ name: "BY_HAND", text: "readable" }];
  for (const program of [
    worker({ API_KEY: ONE, BY_HAND: TWO }),
    worker({ API_KEY: ONE }, { plainTextBindings }),
  ]) {
    for (const operation of ["preview", "up"] as const) {
      const output = await stack.fails(operation, program);
      assert.match(output, /overwrite them: BY_HAND \(secret_text\)/);
      assert.match(output, /undeclaredSecrets: "delete" for one `pulumi up`/);
    }
  }
  assert.deepEqual(await world.ask(), { API_KEY: ONE, BY_HAND: OTHERS });
  const warned = worker({ API_KEY: ONE, BY_HAND: TWO }, { undeclaredSecrets: "warn" });
  assert.match(await stack.up(warned), /warning: .*overwrite them: BY_HAND/);
  assert.deepEqual(await world.ask(), { API_KEY: ONE, BY_HAND: TWO });
});

test("variables and other bindings from the dashboard stop the next deploy; each kind has an argument, and can be kept", async (t) => {
  const world = await startWorld(t);
  const stack = await openLiveStack(world);
  const variables = (level: string, limits: string) => ({
    plainTextBindings: [{ name: "LEVEL", text: level }],
    bindings: [{ name: "LIMITS", type: "json", json: limits }],
  });
  await stack.up(worker({ API_KEY: ONE }, variables("info", '{ "per_day": 1 }')));
  await inDashboard(world, [
    { name: "API_KEY", type: "secret_text" },
    { name: "LEVEL", type: "plain_text", text: "debug" },
    { name: "LIMITS", type: "json", json: { per_day: 2 } },
    { name: "MODE", type: "plain_text", text: "fast" },
    { name: "VERSION", type: "version_metadata" },
  ]);

  for (const operation of ["preview", "up"] as const) {
    const output = await stack.fails(operation, worker({ API_KEY: TWO }, variables("warn", '{"per_day":3}')));
    assert.match(output, /remove them: MODE \(plain_text\), VERSION \(version_metadata\)/);
    assert.match(output, /MODE: undeclaredVariables: "delete"[^]*VERSION: undeclaredBindings: "delete"/);
    assert.match(output, /overwrite them: LEVEL \(plain_text\), LIMITS \(json\)/);
    assert.match(output, /To overwrite LEVEL, LIMITS: undeclaredVariables: "delete"/);
  }

  // As the dashboard shows them, and the others by name.
  const kept = { ...variables("debug", '{"per_day":2}'), inheritedSecrets: ["MODE", "VERSION"] };
  await deploysQuietly(stack, worker({ API_KEY: TWO }, kept));
  assert.deepEqual(await world.ask(), { API_KEY: TWO, LEVEL: "debug", MODE: "fast" });
  const { result } = await world.send("GET", "/workers/workers/script_1/versions/latest");
  const types = (result as { bindings: { name: string; type: string }[] }).bindings.map(({ type }) => type);
  assert.deepEqual(types.sort(), ["json", "plain_text", "plain_text", "secret_text", "version_metadata"]);
  await deploysQuietly(stack, worker({ API_KEY: TWO }, { ...kept, ...variables("warn", "{}") }));
});

test("a secret that a rollback restored is live and stops the change that would remove it", async (t) => {
  const world = await startWorld(t);
  const stack = await openLiveStack(world);
  await stack.up(worker({ API_KEY: ONE, OLD: TWO }));
  const { result } = await world.send("GET", "/workers/workers/script_1/versions/latest");
  await stack.up(worker({ API_KEY: ONE }));
  const rollback = {
    strategy: "percentage",
    versions: [{ version_id: (result as { id: string }).id, percentage: 100 }],
  };
  await world.send("POST", "/workers/scripts/script_1/deployments?force=true", rollback);
  assert.deepEqual(await world.ask(), { API_KEY: ONE, OLD: TWO });

  for (const operation of ["preview", "up"] as const) {
    const output = await stack.preview(worker({ API_KEY: TWO }, { undeclaredSecrets: "warn" }));
    if (/does not say which version/.test(output)) return;
    assert.match(output, /does not serve its newest upload alone, but version \S+ \(100 %\)/);
    assert.match(await stack.fails(operation, worker({ API_KEY: TWO })), /remove them: OLD \(secret_text\)/);
  }
  assert.deepEqual(await world.ask(), { API_KEY: ONE, OLD: TWO });
  await stack.up(worker({ API_KEY: TWO }, { inheritedSecrets: [], undeclaredSecrets: "delete" }));
  assert.deepEqual(await world.ask(), { API_KEY: TWO });
});

test("a Worker that differs from the declaration after the upload fails the deploy with the difference", async (t) => {
  let uploads = 0;
  const world = await startWorld(t, {
    intercept: ({ method, url }) => {
      if (method === "PUT") uploads++;
      // Simulates that Cloudflare kept the removed secret and lost the new one.
      const bindings = ["API_KEY", "OLD"].map((name) => ({ name, type: "secret_text" }));
      const answer = { success: true, errors: [], messages: [], result: { id: "1", number: 2, bindings } };
      return uploads === 2 && url.endsWith("/versions/latest") ? Response.json(answer) : undefined;
    },
  });
  const stack = await openLiveStack(world);
  await stack.up(worker({ API_KEY: ONE, OLD: ONE }));
  const output = await stack.fails("up", worker({ API_KEY: ONE, NEW: TWO }));
  assert.match(output, /- NEW: the Worker lacks it[^]*- OLD: the Worker still has it/);
  assert.match(output, /npx wrangler secret delete OLD --name script_1/);
});

test("removing a secret that this stack declared is not stopped", async (t) => {
  const world = await startWorld(t);
  const stack = await openLiveStack(world);
  await stack.up(worker({ API_KEY: ONE, OLD: TWO }));
  const output = await stack.up(worker({ API_KEY: ONE }));
  assert.deepEqual(secretLines(output), ["- worker/OLD"]);
  assert.equal(diagnostics(output), "");
  assert.deepEqual(await world.ask(), { API_KEY: ONE });
});

test("a secret that is no longer inherited is named before it is removed", async (t) => {
  const world = await startWorld(t);
  const stack = await openLiveStack(world);
  await stack.up(worker({ API_KEY: ONE }));
  await byHand(world, "put", "BY_HAND", OTHERS);
  await stack.up(worker({ API_KEY: ONE }, { inheritedSecrets: ["BY_HAND"] }));
  for (const operation of ["preview", "up"] as const) {
    assert.match(
      await stack[operation](worker({ API_KEY: ONE })),
      /warning: BY_HAND is no longer in inheritedSecrets, and a deploy removes/,
    );
  }
  assert.deepEqual(await world.ask(), { API_KEY: ONE });
});

test("an inherited secret that is not live is an error in preview, even for a new Worker", async (t) => {
  const world = await startWorld(t);
  const stack = await openLiveStack(world);
  const program = worker({ API_KEY: ONE }, { inheritedSecrets: ["NOT_THERE", "NOR_THIS"] });
  const expected = /inheritedSecrets: NOR_THIS, NOT_THERE are not on the Worker "script_1"/;
  assert.match(await stack.fails("preview", program), expected);
  await stack.up(worker({ API_KEY: ONE }));
  assert.match(await stack.fails("preview", program), expected);
});

test("another stack's Worker is not overwritten, and is taken over with takeOver", async (t) => {
  const world = await startWorld(t);
  await (await openLiveStack(world, "other")).up(worker({ API_KEY: OTHERS, KEPT: OTHERS }));
  const stack = await openLiveStack(world, "mine");
  for (const operation of ["preview", "up"] as const) {
    const output = await stack.fails(operation, worker({ API_KEY: ONE }));
    assert.match(
      output,
      /A Worker "script_1" is live in this account, and a deploy would create it over what is there/,
    );
    assert.match(output, /takeOver: true/);
    assert.match(output, new RegExp(`import: "${ACCOUNT_ID}/script_1"`));
  }
  assert.deepEqual(await world.ask(), { API_KEY: OTHERS, KEPT: OTHERS });

  const output = await stack.fails("preview", worker({ API_KEY: ONE }, { takeOver: true }));
  assert.match(output, /remove them: KEPT \(secret_text\)[^]*overwrite them: API_KEY \(secret_text\)/);
  const taken = { takeOver: true, inheritedSecrets: ["KEPT"] };
  assert.match(await stack.fails("up", worker({ API_KEY: ONE }, taken)), /overwrite them: API_KEY/);
  assert.deepEqual(await world.ask(), { API_KEY: OTHERS, KEPT: OTHERS });
  const last = await stack.up(worker({ API_KEY: ONE }, { ...taken, undeclaredSecrets: "delete" }));
  assert.match(last, /warning: A deploy takes the live Worker "script_1" over/);
  assert.deepEqual(await world.ask(), { API_KEY: ONE, KEPT: OTHERS });
  // What the component records of its arguments is the one change.
  assert.match(await stack.up(worker({ API_KEY: ONE }, taken)), /1 updated\n *4 unchanged/);
});

test("a renamed resource keeps its Worker with an alias and is refused without one", async (t) => {
  const world = await startWorld(t);
  const stack = await openLiveStack(world);
  await stack.up(worker({ API_KEY: ONE }));
  for (const operation of ["preview", "up"] as const) {
    assert.match(
      await stack.fails(operation, worker({ API_KEY: ONE }, {}, "renamed")),
      /"script_1" is live in this account, and a deploy would[^]*aliases: \[\{ name: "<that name>" \}\]/,
    );
  }
  // The failed deploy recorded a component with the new name, and Pulumi looks up no alias for that.
  await stack.up(worker({ API_KEY: ONE }));
  assert.deepEqual(await world.ask(), { API_KEY: ONE });

  world.takeRequests();
  const withAlias = worker({ API_KEY: ONE }, {}, "renamed", { aliases: [{ name: "worker" }] });
  await deploysQuietly(stack, withAlias);
  assert.deepEqual(world.takeRequests(), []);
  assert.match(await stack.up(worker({ API_KEY: ONE }, {}, "renamed")), /5 unchanged/);
  assert.deepEqual(await world.ask(), { API_KEY: ONE });
});

test("a secret that was removed by hand is restored by the next change, which says why, even in preview", async (t) => {
  const world = await startWorld(t);
  const stack = await openLiveStack(world);
  await stack.up(worker({ API_KEY: ONE, OTHER: ONE }));
  await byHand(world, "delete", "OTHER", "y\n");
  const change = worker({ API_KEY: TWO, OTHER: ONE });
  for (const operation of ["preview", "up"] as const) {
    assert.match(
      await stack[operation](change),
      /OTHER is removed from the Worker "script_1" by other means; a deploy puts it back/,
    );
  }
  assert.deepEqual(await world.ask(), { API_KEY: TWO, OTHER: ONE });

  await byHand(world, "delete", "OTHER", "y\n");
  await stack.refresh();
  const comesBack =
    /OTHER was removed from the Worker by other means, and was missing at the last refresh; a deploy puts it back/;
  const withAnother = worker({ API_KEY: TWO, OTHER: ONE, NEW: ONE });
  for (const operation of ["preview", "up"] as const) {
    const output = await stack[operation](withAnother);
    assert.match(output, comesBack);
    assert.doesNotMatch(output, /NEW was removed/);
  }
  assert.deepEqual(await world.ask(), { API_KEY: TWO, OTHER: ONE, NEW: ONE });
});

test("a Worker that was deleted by hand is created again by the next change, without a refresh", async (t) => {
  const world = await startWorld(t);
  const stack = await openLiveStack(world);
  await stack.up(worker({ API_KEY: ONE }));
  await world.send("DELETE", "/workers/scripts/script_1");
  for (const operation of ["preview", "up"] as const) {
    assert.match(
      await stack[operation](worker({ API_KEY: TWO })),
      /warning: The Worker "script_1" was removed by other means: Cloudflare neither finds it nor lists it/,
    );
  }
  assert.deepEqual(await world.ask(), { API_KEY: TWO });
});

test("with --parallel 1 the lookups do not deadlock with their own step", { timeout: 400_000 }, async (t) => {
  const world = await startWorld(t);
  const { stack } = await world.openStack();
  for (const value of [ONE, TWO]) {
    await stack.up({ parallel: 1, program: () => Promise.resolve(worker({ API_KEY: value })()) });
  }
  assert.deepEqual(await world.ask(), { API_KEY: TWO });
});
