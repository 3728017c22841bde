import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import * as path from "node:path";
import { test } from "node:test";
import type { WorkersScriptArgs } from "@pulumi/cloudflare";
import { assetFolder, manifestOf } from "../../support/assets";
import { ACCOUNT, withStack } from "../../support/provider-stack";
import { PUT, worker } from "../../support/worker-program";

type Assets = WorkersScriptArgs["assets"] & object;

const SESSION = "POST /workers/scripts/script_1/assets-upload-session";
const FILES = "POST /workers/assets/upload?base64=true";

void test("a folder is uploaded as the official provider does it: every file of it, then the script", (t) =>
  withStack(async (harness) => {
    const files = { "a/b.txt": "text", "index.html": "home", _headers: "/*\n  X-Test: yes\n" };
    const { folder } = await assetFolder(t, { ...files, ".assetsignore": "*.txt" });
    const config = {
      headers: "/a\n  X: y",
      htmlHandling: "none",
      redirects: "/c /d",
      runWorkerFirst: ["/api/*", "!/api/docs"],
    };
    harness.program = worker({ assets: { directory: folder, config } });
    const bodies: string[] = [];
    harness.fault = (request) => {
      if (request.url.includes("/assets")) void request.text().then((body) => bodies.push(body));
      return undefined;
    };
    await harness.stack.preview();
    assert.deepEqual(harness.takeRequests(), []);
    await harness.stack.up();
    assert.deepEqual(harness.takeRequests(), [SESSION, FILES, PUT]);
    const places = {
      "/.assetsignore": "*.txt",
      "/_headers": files._headers,
      "/a/b.txt": "text",
      "/index.html": "home",
    };
    const manifest = manifestOf(places);
    assert.deepEqual(JSON.parse(bodies[0] ?? ""), { manifest });
    for (const content of Object.values(places)) {
      assert.ok(bodies[1]?.includes(Buffer.from(content).toString("base64")));
    }
    assert.match(bodies[1] ?? "", /content-type: text\/html; charset=utf-8/i);
    const { jwt, ...sent } = harness.uploads[0]?.metadata.assets as Record<string, unknown>;
    assert.equal(typeof jwt, "string");
    assert.deepEqual(sent, {
      config: {
        _headers: "/a\n  X: y",
        _redirects: "/c /d",
        html_handling: "none",
        run_worker_first: ["/api/*", "!/api/docs"],
      },
    });
    // `_headers` and `.assetsignore` in the folder have no effect.
    const served = await fetch(`${harness.api.workerUrl(ACCOUNT, "script_1") ?? ""}/a/b.txt`);
    assert.deepEqual([await served.text(), served.headers.get("x-test")], ["text", null]);
    const { deployment } = (await harness.stack.exportStack()) as {
      deployment: { resources: { type: string; outputs?: { assets?: Assets; hasAssets?: boolean } }[] };
    };
    const made = deployment.resources.find(({ type }) => type.endsWith("WorkersScript"))?.outputs;
    const hash = createHash("sha256").update(JSON.stringify(manifest)).digest("hex");
    assert.deepEqual(made?.assets, { assetManifestSha256: hash, config, directory: folder });
    assert.equal(made.hasAssets, true);
    assert.ok(!(await harness.stateFiles()).includes(String(jwt)), "the token of an upload is in no state");
  }));

void test("a Worker of assets only has no code, and refresh leaves it so", (t) =>
  withStack(async (harness) => {
    const { folder } = await assetFolder(t, { "index.html": "home" });
    const args = {
      content: undefined,
      mainModule: undefined,
      bindings: undefined,
    } as unknown as WorkersScriptArgs;
    harness.program = worker({ ...args, assets: { directory: folder } });
    await harness.stack.up();
    assert.deepEqual(harness.uploads[0]?.files, []);
    assert.ok(!("body_part" in harness.uploads[0].metadata));
    const url = harness.api.workerUrl(ACCOUNT, "script_1") ?? "";
    assert.equal(await (await fetch(url)).text(), "home");
    assert.equal((await harness.stack.refresh()).summary.resourceChanges?.update, undefined);
    assert.deepEqual((await harness.stack.up()).summary.resourceChanges, { same: 2 });
  }));

void test("the jwt of another upload is sent as it is, and is a secret in the state", () =>
  withStack(async (harness) => {
    const answer = await harness.request("POST", "/workers/scripts/script_1/assets-upload-session", {
      manifest: {},
    });
    const { jwt } = ((await answer.json()) as { result: { jwt: string } }).result;
    harness.takeRequests();
    harness.program = worker({ assets: { jwt } });
    await harness.stack.up();
    assert.deepEqual(harness.takeRequests(), [PUT]);
    assert.deepEqual(harness.uploads[0]?.metadata.assets, { jwt });
    assert.ok(!(await harness.stateFiles()).includes(jwt));
    assert.ok(!harness.output().includes(jwt));
  }));

void test("assets that the official provider refuses are refused in a preview", (t) =>
  withStack(async (harness) => {
    const { folder } = await assetFolder(t, { "index.html": "home" });
    const refused: [Assets | undefined, RegExp][] = [
      [undefined, /content is required, unless there are assets/],
      [{ directory: path.join(folder, "none") }, /assets\.directory must be a folder that exists/],
      [{ directory: path.join(folder, "index.html") }, /assets\.directory must be a folder that exists/],
      [{ directory: folder, jwt: "token" }, /assets cannot have both a directory and a jwt/],
      [
        { directory: folder, config: { htmlHandling: "some" } },
        /assets\.config\.htmlHandling must be one of/,
      ],
      [
        { directory: folder, config: { notFoundHandling: "some" } },
        /assets\.config\.notFoundHandling must be/,
      ],
      [{ directory: folder, config: { runWorkerFirst: "/" } }, /assets\.config\.runWorkerFirst must be true/],
    ];
    for (const [assets, message] of refused) {
      const args = { content: undefined } as unknown as WorkersScriptArgs;
      harness.program = worker(assets === undefined ? args : { assets });
      const before = harness.output().length;
      await assert.rejects(harness.stack.preview());
      assert.match(harness.output().slice(before), message);
    }
    assert.deepEqual(harness.takeRequests(), []);
  }));
