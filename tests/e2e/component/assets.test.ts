import { strict as assert } from "node:assert";
import { test } from "node:test";
import type { WorkerScriptArgs } from "../../../component";
import { assetFolder } from "../../support/assets";
import { CANARY, deploysQuietly, openLiveStack } from "../../support/live-stack";
import { ACCOUNT_ID, startWorld, worker, type World } from "../../support/world";

const CONTENT = `export default { async fetch(request, env) {
  const { pathname } = new URL(request.url);
  const asset = env.ASSETS === undefined ? "no assets" : await (await env.ASSETS.fetch("http://a/about")).text();
  return new Response([pathname, asset, env.API_KEY.length === ${CANARY.length}].join(" "));
} };`;
const BINDINGS = [{ name: "ASSETS", type: "assets" }];
const UPLOAD = "PUT /workers/scripts/script_1 200";
const SESSION = "POST /workers/scripts/script_1/assets-upload-session 200";
const FILES = "POST /workers/assets/upload?base64=true 201";

const program = (args: Partial<WorkerScriptArgs>) =>
  worker({ API_KEY: CANARY }, { content: CONTENT, bindings: BINDINGS, ...args });

/** The requests that change something. */
function changes(world: World): string[] {
  return world.takeRequests().filter((request) => !request.startsWith("GET"));
}

async function ask(world: World, place: string): Promise<string> {
  return (await fetch(`${world.cloudflare.workerUrl(ACCOUNT_ID, "script_1") ?? ""}${place}`)).text();
}

test("a folder of assets is deployed beside a secret; a changed file is a change, and its removal is one", async (t) => {
  const bodies: string[] = [];
  const world = await startWorld(t, {
    intercept: async (request) => {
      if (request.url.includes("assets")) bodies.push(await request.clone().text());
      return undefined;
    },
  });
  const stack = await openLiveStack(world);
  const { folder, write } = await assetFolder(t, {
    "index.html": "home",
    "about.html": "about one",
    "img/logo.svg": "<svg/>",
  });
  const config = { notFoundHandling: "404-page", headers: "/about\n  X-Test: yes\n" };
  const withAssets = program({ assets: { directory: folder, config } });
  await deploysQuietly(stack, withAssets);
  assert.deepEqual(changes(world), [SESSION, FILES, UPLOAD]);
  assert.deepEqual(
    [await ask(world, "/"), await ask(world, "/about"), await ask(world, "/img/logo.svg")],
    ["home", "about one", "<svg/>"],
  );
  assert.equal(await ask(world, "/api"), "/api about one true");
  const about = await fetch(`${world.cloudflare.workerUrl(ACCOUNT_ID, "script_1") ?? ""}/about`);
  assert.equal(about.headers.get("x-test"), "yes");

  assert.match(await stack.refresh(), /5 unchanged/);
  assert.match(await stack.up(withAssets), /5 unchanged/);
  assert.deepEqual(changes(world), []);

  await write("about.html", "about two");
  assert.match(await stack.preview(withAssets), /WorkersScript worker update[^\n]*\[diff: ~assets\]/);
  assert.deepEqual(changes(world), [], "a preview sends nothing");
  await stack.up(withAssets);
  assert.deepEqual(changes(world), [SESSION, FILES, UPLOAD]);
  assert.equal(await ask(world, "/api"), "/api about two true");

  const workerFirst = program({ assets: { directory: folder, config: { runWorkerFirst: ["/", "/api/*"] } } });
  await stack.up(workerFirst);
  assert.deepEqual(changes(world), [SESSION, UPLOAD], "no file is uploaded twice");
  assert.deepEqual([await ask(world, "/"), await ask(world, "/about")], ["/ about two true", "about two"]);

  assert.match(await stack.up(program({ bindings: [] })), /WorkersScript worker update[^\n]*-assets/);
  assert.deepEqual(changes(world), [UPLOAD]);
  assert.deepEqual(
    [await ask(world, "/"), await ask(world, "/about")],
    ["/ no assets true", "/about no assets true"],
  );
  assert.equal(bodies.length, 5);
  assert.ok(!bodies.some((body) => body.includes(CANARY)));
});

test("keepAssets keeps what is live", async (t) => {
  const world = await startWorld(t);
  const stack = await openLiveStack(world);
  const { folder } = await assetFolder(t, { "about.html": "about" });
  await stack.up(program({ assets: { directory: folder } }));
  changes(world);
  await stack.up(program({ keepAssets: true }));
  assert.deepEqual(changes(world), [UPLOAD]);
  assert.equal(await ask(world, "/about"), "about");
});

test("a deploy with wrong assets is refused, and nothing is live", async (t) => {
  const world = await startWorld(t);
  const stack = await openLiveStack(world);
  assert.match(
    await stack.fails("preview", program({ assets: { config: {} } })),
    /assets: expected a directory, or the jwt/,
  );
  assert.match(await stack.fails("up", program({})), /Cannot use an assets binding without assets/);
  const output = await stack.fails("up", program({ assets: { jwt: "made-up-token" } }));
  assert.match(output, /no valid completion token/);
  assert.ok(!output.includes("made-up-token"));
  assert.equal(world.cloudflare.workerUrl(ACCOUNT_ID, "script_1"), undefined);
});
