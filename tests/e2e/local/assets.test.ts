import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { kvBinding, refusal, secret, start, Subject } from "../../support/api";
import { completed, type Files, hashOf, manifestOf, openSession, sendFiles } from "../../support/assets";
import { ownTmpdir } from "../../support/own-tmpdir";

const PAGES: Files = {
  "/index.html": "<h1>home</h1>",
  "/blog/first.html": "<h1>first</h1>",
  "/404.html": "<h1>lost</h1>",
  "/style.css": "h1 { color: red }",
};
const BINDING = { name: "ASSETS", type: "assets" };
/** Answers with the path, or with what the assets answer to a path below /assets. */
const WORKER = `export default { fetch(request, env) {
  const { pathname } = new URL(request.url);
  if (!pathname.startsWith("/assets/")) return new Response("worker " + pathname + " " + typeof env.API_KEY);
  return env.ASSETS.fetch("http://assets.local" + pathname.slice("/assets".length));
} };`;

async function deploy(
  subject: Subject,
  name: string,
  files: Files,
  config: object = {},
  metadata: Record<string, unknown> = {},
) {
  const assets = { jwt: await completed(subject, name, files), config };
  await subject.upload(name, { bindings: [BINDING, secret("API_KEY")], assets, ...metadata }, WORKER);
}

async function ask(subject: Subject, name: string, path: string) {
  const url = subject.cloudflare.workerUrl(subject.accountId, name) ?? "";
  const response = await fetch(`${url}${path}`, { redirect: "manual" });
  return { status: response.status, headers: response.headers, body: await response.text() };
}

async function bodies(subject: Subject, name: string, paths: readonly string[]): Promise<string[]> {
  return Promise.all(paths.map(async (path) => (await ask(subject, name, path)).body));
}

for (const [where, isShared] of [
  ["alone", false],
  ["in the process of the Workers that share data", true],
] as const) {
  test(`a Worker that runs ${where} serves its files first, and reads them through its binding`, async (t) => {
    const subject = await start(t);
    const bindings = [BINDING, secret("API_KEY"), ...(isShared ? [await kvBinding(subject)] : [])];
    await deploy(subject, "w", PAGES, {}, { bindings });
    const { headers, body } = await ask(subject, "w", "/style.css");
    assert.equal(body, PAGES["/style.css"]);
    assert.equal(headers.get("content-type"), "text/css; charset=utf-8");
    assert.deepEqual(await bodies(subject, "w", ["/", "/blog/first", "/api", "/assets/blog/first"]), [
      "<h1>home</h1>",
      "<h1>first</h1>",
      "worker /api string",
      "<h1>first</h1>",
    ]);
    // Another Worker's files stay apart, in the same process too.
    await deploy(subject, "other", { "/index.html": "<h1>other</h1>" }, {}, { bindings });
    assert.deepEqual(await bodies(subject, "w", ["/", "/assets/"]), ["<h1>home</h1>", "<h1>home</h1>"]);
    assert.deepEqual(await bodies(subject, "other", ["/", "/style.css"]), [
      "<h1>other</h1>",
      "worker /style.css string",
    ]);
  });
}

test("the config says who answers, and how", async (t) => {
  const subject = await start(t);
  const served = async (config: object, ...paths: string[]) => {
    await deploy(subject, "w", PAGES, config);
    return bodies(subject, "w", paths);
  };
  assert.deepEqual(await served({ run_worker_first: true }, "/", "/assets/"), [
    "worker / string",
    "<h1>home</h1>",
  ]);
  assert.deepEqual(await served({ serve_directly: false }, "/"), ["worker / string"]);
  const rules = { run_worker_first: ["/blog/*", "!/blog/first"], not_found_handling: "404-page" };
  assert.deepEqual(await served(rules, "/", "/blog/second", "/blog/first", "/none"), [
    "<h1>home</h1>",
    "worker /blog/second string",
    "<h1>first</h1>",
    "<h1>lost</h1>",
  ]);
  await deploy(subject, "w", PAGES, { html_handling: "force-trailing-slash" });
  const { status, headers } = await ask(subject, "w", "/blog/first");
  assert.deepEqual([status, headers.get("location")], [307, "/blog/first/"]);
  await deploy(subject, "w", PAGES, {
    _headers: "/style.css\n  X-Test: yes\n",
    _redirects: "/old / 301\n",
  });
  assert.equal((await ask(subject, "w", "/style.css")).headers.get("x-test"), "yes");
  assert.equal((await ask(subject, "w", "/old")).headers.get("location"), "/");
  assert.deepEqual(await bodies(subject, "w", ["/_headers", "/_redirects"]), [
    "worker /_headers string",
    "worker /_redirects string",
  ]);
});

test("assets stay with keep_assets and a changed secret, go without, and come back with a rollback", async (t) => {
  const subject = await start(t);
  const hasAssets = async () =>
    (await subject.client.workers.scripts.list({ account_id: subject.accountId })).result[0]?.has_assets;
  await deploy(subject, "w", PAGES, { not_found_handling: "404-page" });
  assert.equal(await hasAssets(), true);
  await subject.send("PUT", "workers/scripts/w/secrets", JSON.stringify(secret("API_KEY", "new")));
  await subject.upload("w", { keep_assets: true, bindings: [BINDING, secret("API_KEY")] }, WORKER);
  assert.deepEqual(await bodies(subject, "w", ["/", "/assets/none"]), ["<h1>home</h1>", "<h1>lost</h1>"]);
  const config = { run_worker_first: true };
  await subject.upload("w", { keep_assets: true, assets: { config }, bindings: [BINDING] }, WORKER);
  assert.deepEqual(await bodies(subject, "w", ["/", "/assets/"]), ["worker / string", "<h1>home</h1>"]);
  await subject.upload("w", { bindings: [] }, WORKER);
  assert.equal(await hasAssets(), false);
  assert.deepEqual(await bodies(subject, "w", ["/"]), ["worker / string"]);
  const { items } = (await subject.result("GET", "workers/scripts/w/versions")) as {
    items: { id: string; number: number }[];
  };
  const versions = [{ version_id: items.find(({ number }) => number === 3)?.id, percentage: 100 }];
  await subject.send(
    "POST",
    "workers/scripts/w/deployments?force=true",
    JSON.stringify({ strategy: "percentage", versions }),
  );
  assert.deepEqual(await bodies(subject, "w", ["/"]), ["<h1>home</h1>"]);
  assert.equal(await hasAssets(), true);
});

test("another Worker that is bound to one with assets gets its files, and what its code answers", async (t) => {
  const subject = await start(t);
  await deploy(subject, "site", PAGES);
  const caller = `export default { async fetch(request, env) {
    const answers = ["/", "/api"].map(async (path) => (await env.SITE.fetch("http://site" + path)).text());
    return Response.json(await Promise.all(answers));
  } };`;
  await subject.upload("caller", { bindings: [{ name: "SITE", type: "service", service: "site" }] }, caller);
  assert.deepEqual(JSON.parse(await subject.ask("caller")), ["<h1>home</h1>", "worker /api string"]);
});

test("a Worker without a fetch handler serves its files", async (t) => {
  const subject = await start(t);
  const assets = { jwt: await completed(subject, "w", PAGES) };
  await subject.upload("w", { assets }, "export default { scheduled() {} }");
  assert.deepEqual(await bodies(subject, "w", ["/"]), ["<h1>home</h1>"]);
  assert.equal((await ask(subject, "w", "/none")).status, 500);
});

test("a Worker of assets only is served, shows no code, and gets code later", async (t) => {
  const subject = await start(t);
  const assets = { jwt: await completed(subject, "w", PAGES), config: { not_found_handling: "404-page" } };
  await subject.put("w", { assets, compatibility_date: "2026-01-01" }, []);
  assert.deepEqual(await bodies(subject, "w", ["/", "/none"]), ["<h1>home</h1>", "<h1>lost</h1>"]);
  assert.equal((await ask(subject, "w", "/none")).status, 404);
  assert.equal((await subject.send("GET", "workers/scripts/w/content/v2")).status, 204);
  await subject.upload("w", { keep_assets: true }, WORKER);
  assert.deepEqual(await bodies(subject, "w", ["/", "/none"]), ["<h1>home</h1>", "worker /none undefined"]);
});

test("a session asks for each missing file once, in requests that fit, and ends with a token", async (t) => {
  const subject = await start(t);
  const { "/index.html": home = "", "/style.css": style = "" } = PAGES;
  const session = await openSession(subject, "w", manifestOf({ ...PAGES, "/copy.html": home }));
  assert.equal(session.buckets.flat().length, 4);
  const first = await sendFiles(subject, session.jwt, [home]);
  assert.deepEqual([first.status, ((await first.json()) as { result: object }).result], [202, { jwt: null }]);
  // Known from the session before, which is not complete.
  const { jwt, buckets } = await openSession(subject, "w", manifestOf({ "/a": home, "/b": style }));
  assert.deepEqual(buckets, [[hashOf(style)]]);
  assert.equal((await sendFiles(subject, jwt, [style])).status, 201);
  const again = await openSession(subject, "w", manifestOf({ "/b": style }));
  assert.deepEqual(again.buckets, []);
  const stranger = await openSession(new Subject(subject.cloudflare), "w", manifestOf({ "/b": style }));
  assert.deepEqual(stranger.buckets, [[hashOf(style)]], "another account has to upload the file");
  await subject.upload("w", { assets: { jwt: again.jwt } }, WORKER);
  assert.deepEqual(await bodies(subject, "w", ["/b", "/a"]), [style, "worker /a undefined"]);
  const large = (name: string) => ({ hash: hashOf(name), size: 20 * 1024 * 1024 });
  const many = await openSession(subject, "w", { "/x": large("x"), "/y": large("y") });
  assert.deepEqual(many.buckets, [[hashOf("x")], [hashOf("y")]]);
});

test("what Cloudflare would refuse is refused, and what is live stays", async (t) => {
  const subject = await start(t);
  await deploy(subject, "w", { "/index.html": "live" });
  const entry = { hash: hashOf("x"), size: 1 };
  const opening = (manifest: unknown) => () => openSession(subject, "w", manifest as object);
  const { jwt } = await openSession(subject, "w", manifestOf({ "/new": "new" }));
  const uploading = (metadata: Record<string, unknown>) => () => subject.upload("w", metadata, WORKER);
  const complete = await completed(subject, "w", PAGES);
  const stranger = new Subject(subject.cloudflare);
  const foreign = await openSession(stranger, "w", manifestOf({ "/new": "new" }));
  const foreignComplete = await completed(stranger, "w", PAGES);
  const config = (given: object) => uploading({ assets: { jwt: complete, config: given } });
  const refused: [number, RegExp, () => Promise<unknown>][] = [
    [10021, /'manifest' is not an object/, opening([])],
    [10021, /no 'hash'/, opening({ "/a": { ...entry, hash: "../../etc/passwd" } })],
    [10021, /no 'size'/, opening({ "/a": { ...entry, size: -1 } })],
    [
      10021,
      /'\/a' is too large: 26214401 bytes/,
      opening({ "/a": { ...entry, size: 25 * 1024 * 1024 + 1 } }),
    ],
    [10021, /no valid path/, opening({ "/../a": entry })],
    [10021, /no valid path/, opening({ a: entry })],
    [10021, /no valid path/, opening({ "/a//b": entry })],
    [10021, /also the folder/, opening({ "/a": entry, "/a/b/c": entry })],
    [10016, /Script name is invalid/, () => openSession(subject, "-", {})],
    [10021, /not in the manifest/, () => sendFiles(subject, jwt, ["other"])],
    [10000, /Unauthorized/, () => sendFiles(subject, subject.cloudflare.apiToken, ["new"])],
    [10000, /Unauthorized/, () => sendFiles(subject, complete, ["new"])],
    [10000, /Unauthorized/, () => sendFiles(subject, foreign.jwt, ["new"])],
    [10000, /Unauthorized/, () => sendFiles(subject, `${jwt}x`, ["new"])],
    [10021, /Cannot use an assets binding without assets/, uploading({ bindings: [BINDING] })],
    [10021, /no valid completion token/, uploading({ assets: { jwt } })],
    [10021, /no valid completion token/, uploading({ assets: { jwt: foreignComplete } })],
    [10021, /no valid completion token/, uploading({ assets: { jwt: "made up" } })],
    [10021, /'assets' has no 'jwt'/, uploading({ assets: { config: {} } })],
    [10021, /assets\.config\.html_handling/, config({ html_handling: "some" })],
    [10021, /assets\.config\.run_worker_first/, config({ run_worker_first: ["api"] })],
    [10021, /assets\.config\.run_worker_first/, config({ run_worker_first: ["!/api"] })],
    [10021, /assets\.config\.base_path/, config({ base_path: "/docs" })],
    [
      10021,
      /one assets binding, and 'B'/,
      uploading({ assets: { jwt: complete }, bindings: [BINDING, { ...BINDING, name: "B" }] }),
    ],
  ];
  for (const [code, message, request] of refused) {
    const refusedWith = await refusal(request());
    assert.match(refusedWith.message, message);
    assert.equal(refusedWith.code, code, message.source);
  }
  const short = await openSession(subject, "w", { "/short": { hash: hashOf("short"), size: 4 } });
  assert.match((await refusal(sendFiles(subject, short.jwt, ["short"]))).message, /5 bytes, and 4/);
  assert.deepEqual(await bodies(subject, "w", ["/"]), ["live"]);
});

test("the files are in a folder that only this user can open, and go with the local Cloudflare", async (t) => {
  const tmp = await ownTmpdir(t);
  const subject = await start(t);
  await deploy(subject, "w", PAGES);
  const [folder = "", ...others] = (await readdir(tmp)).filter((name) =>
    name.startsWith("local-cloudflare-"),
  );
  assert.deepEqual(others, []);
  assert.equal((await stat(join(tmp, folder))).mode & 0o777, 0o700);
  await subject.cloudflare.close();
  assert.deepEqual(await readdir(tmp), []);
});

test("files that arrive after close was called are refused, and leave no folder", async (t) => {
  const tmp = await ownTmpdir(t);
  const statuses = new EventEmitter<{ upload: [number] }>();
  const subject = await start(t, {
    intercept: async ({ url }) => {
      if (url.includes("/assets/upload")) await subject.cloudflare.close();
      return undefined;
    },
    onRequest: ({ path, status }) => path.includes("/assets/upload") && statuses.emit("upload", status),
  });
  const answered = once(statuses, "upload");
  await assert.rejects(completed(subject, "w", PAGES));
  assert.deepEqual(await answered, [500]);
  assert.deepEqual(await readdir(tmp), []);
});

test("the tokens of a session are valid for an hour", async (t) => {
  const subject = await start(t);
  const { jwt } = await openSession(subject, "w", manifestOf({ "/new": "new" }));
  const complete = await completed(subject, "w", PAGES);
  t.mock.timers.enable({ apis: ["Date"], now: Date.now() + 59 * 60 * 1000 });
  assert.equal((await sendFiles(subject, jwt, ["new"])).status, 201);
  t.mock.timers.setTime(Date.now() + 2 * 60 * 1000);
  assert.equal((await refusal(sendFiles(subject, jwt, ["new"]))).status, 401);
  const late = await refusal(subject.upload("w", { assets: { jwt: complete } }, WORKER));
  assert.match(late.message, /has expired/);
});
