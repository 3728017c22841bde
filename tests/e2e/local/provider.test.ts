import "../../../kit/lazy-closures";
import assert from "node:assert/strict";
import { test } from "node:test";
import * as cloudflare from "@pulumi/cloudflare";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { ACCOUNT, CANARY, script, SCRIPT, withStack } from "../../support/provider-stack";
import { PUT, worker } from "../../support/worker-program";

const READ = [
  "GET /workers/services/script_1",
  "GET /workers/scripts/script_1/settings",
  "GET /workers/scripts/script_1/content/v2",
];
const SCRIPT_TYPE = "cloudflare:index/workersScript:WorkersScript";
const API_KEY = { name: "API_KEY", type: "secret_text", text: CANARY };
const OTHER = { name: "OTHER", type: "secret_text", text: `${CANARY}-other` };

/** Each step on the Worker with its operation and the properties in its diff. */
function steps(events: readonly EngineEvent[]): string[] {
  return events
    .map(({ resourcePreEvent }) => resourcePreEvent?.metadata)
    .filter((metadata) => metadata?.urn.includes(SCRIPT_TYPE) && metadata.op !== "same")
    .map((metadata) => [metadata?.op, ...Object.keys(metadata?.detailedDiff ?? {})].join(" "));
}

void test("create, no change, update and destroy make the same requests as the official provider", () =>
  withStack(async (harness) => {
    const { stack, uploads } = harness;
    harness.program = worker();
    await stack.preview();
    assert.deepEqual(harness.takeRequests(), [], "a preview makes no request");

    await stack.up();
    assert.deepEqual(harness.takeRequests(), [PUT]);
    assert.deepEqual(uploads[0], {
      metadata: {
        bindings: [API_KEY, OTHER],
        compatibility_date: "2026-01-01",
        logpush: false,
        main_module: "script.js",
        usage_model: "standard",
      },
      files: [{ name: "script.js", type: "application/javascript+module", content: SCRIPT }],
    });
    const outputs = await stack.outputs();
    assert.equal(outputs.id?.value, "script_1");
    assert.deepEqual(outputs.handlers?.value, ["fetch"]);

    assert.deepEqual((await stack.up()).summary.resourceChanges, { same: 2 });
    assert.deepEqual(harness.takeRequests(), []);

    harness.program = worker({ bindings: [OTHER, API_KEY], keepBindings: [] });
    const events: EngineEvent[] = [];
    await stack.preview({ onEvent: (event) => events.push(event) });
    assert.deepEqual(steps(events), ["update bindings keepBindings"]);
    assert.deepEqual((await stack.up()).summary.resourceChanges, { same: 1, update: 1 });
    assert.deepEqual(uploads[1]?.metadata.bindings, [OTHER, API_KEY], "a new order is uploaded");
    assert.deepEqual(uploads[1].metadata.keep_bindings, []);
    assert.deepEqual(harness.takeRequests(), [PUT]);

    await stack.destroy();
    assert.deepEqual(harness.takeRequests(), ["DELETE /workers/scripts/script_1"]);
  }));

void test("refresh detects a deleted secret, but neither a foreign secret nor a changed value", () =>
  withStack(async (harness) => {
    const { stack } = harness;
    harness.program = () => {
      const made = new cloudflare.WorkersScript("worker", script());
      const args = { accountId: ACCOUNT, scriptName: made.scriptName, enabled: true, previewsEnabled: false };
      new cloudflare.WorkersScriptSubdomain("worker", args);
      return Promise.resolve({});
    };
    await stack.up();
    assert.deepEqual(harness.takeRequests(), [PUT, "POST /workers/scripts/script_1/subdomain"]);

    const put = (name: string) =>
      harness.request("PUT", "/workers/scripts/script_1/secrets", { name, type: "secret_text", text: "new" });
    assert.equal((await put("STRANGER")).status, 200);
    assert.equal((await put("API_KEY")).status, 200);
    harness.takeRequests();
    await stack.refresh();
    assert.deepEqual(
      harness.takeRequests().sort(),
      [...READ, "GET /workers/scripts/script_1/subdomain"].sort(),
      "three requests for the script and one for its subdomain",
    );
    assert.deepEqual((await stack.preview()).changeSummary, { same: 3 });

    assert.equal((await harness.request("DELETE", "/workers/scripts/script_1/secrets/OTHER")).status, 200);
    assert.equal((await stack.refresh()).summary.resourceChanges?.update, 1);
    harness.takeRequests();
    assert.equal((await stack.up()).summary.resourceChanges?.update, 1);
    assert.deepEqual(harness.uploads.at(-1)?.metadata.bindings, [API_KEY, OTHER]);

    assert.equal((await harness.request("DELETE", "/workers/scripts/script_1")).status, 200);
    await stack.refresh();
    assert.ok(!(await harness.stateTypes()).includes(SCRIPT_TYPE), "a Worker that is gone leaves the state");
  }));

void test("a Worker is imported by account and name, and renaming replaces it", () =>
  withStack(async (harness) => {
    const { stack, forget } = harness;
    harness.program = worker();
    await stack.up();
    await forget();
    harness.takeRequests();

    harness.program = worker({}, { import: `${ACCOUNT}/script_1` });
    const events: EngineEvent[] = [];
    await stack.up({ onEvent: (event) => events.push(event) });
    assert.deepEqual(steps(events), ["import", "update bindings mainModule"]);
    assert.deepEqual(harness.takeRequests(), ["GET /workers/scripts/script_1", ...READ, PUT]);
    harness.program = worker();
    assert.deepEqual((await stack.up()).summary.resourceChanges, { same: 2 });
    harness.takeRequests();

    harness.program = worker({ scriptName: "script_2" });
    await stack.up();
    assert.deepEqual(harness.takeRequests(), [
      "PUT /workers/scripts/script_2",
      "DELETE /workers/scripts/script_1",
    ]);
  }));

void test("invokes work with the default connection and with the program's own provider", () =>
  withStack(async (harness) => {
    const { stack, api } = harness;
    harness.program = worker();
    await stack.up();
    harness.takeRequests();
    harness.program = async () => {
      new cloudflare.WorkersScript("worker", script());
      const provider = new cloudflare.Provider("own", { baseUrl: api.baseUrl, apiToken: api.apiToken });
      const version = { accountId: ACCOUNT, workerId: "script_1", versionId: "latest" };
      const { bindings, createdOn } = await cloudflare.getWorkerVersion(version);
      const { results } = await cloudflare.getWorkersScripts({ accountId: ACCOUNT }, { provider });
      const question = { accountId: ACCOUNT, scriptName: "script_1" };
      const { results: pages } = await cloudflare.getWorkersDeployments(question);
      return {
        shares: pages.map(({ deployments }) => deployments[0]?.versions.map(({ percentage }) => percentage)),
        names: bindings.map(({ name }) => name),
        scripts: results.map(({ id }) => id),
        createdOn,
      };
    };
    await stack.up();
    const outputs = await stack.outputs();
    assert.deepEqual(outputs.names?.value, ["API_KEY", "OTHER"]);
    assert.deepEqual(outputs.scripts?.value, ["script_1"]);
    assert.deepEqual(outputs.shares?.value, [[100]]);
    assert.equal(typeof outputs.createdOn?.value, "string");
    assert.deepEqual(harness.takeRequests(), [
      "GET /workers/workers/script_1/versions/latest",
      "GET /workers/scripts",
      "GET /workers/scripts/script_1/deployments",
    ]);
  }));

void test("inputs that the official provider refuses are refused in a preview, and JSON text is sent as JSON and read as text", () =>
  withStack(async (harness) => {
    const key = { name: "KEY", type: "secret_key", format: "raw", usages: ["sign"], keyBase64: "AAAA" };
    const json = { name: "SETTINGS", type: "json", json: '{"a_b":[1]}' };
    harness.program = worker({ bindings: [{ ...key, algorithm: "HMAC" }, json] });
    await assert.rejects(harness.stack.preview());
    assert.match(harness.output(), /bindings\[0\]\.algorithm must be JSON text/);
    harness.program = worker({ bindings: [{ ...key, algorithm: '{"name":"HMAC","hash":"SHA-256"}' }, json] });
    await harness.stack.up();
    assert.deepEqual(harness.uploads.at(-1)?.metadata.bindings, [
      {
        name: "KEY",
        type: "secret_key",
        format: "raw",
        usages: ["sign"],
        key_base64: "AAAA",
        algorithm: { name: "HMAC", hash: "SHA-256" },
      },
      { name: "SETTINGS", type: "json", json: { a_b: [1] } },
    ]);
    assert.deepEqual((await harness.stack.up()).summary.resourceChanges, { same: 2 });

    const declare = harness.program;
    harness.program = async () => {
      const version = { accountId: ACCOUNT, workerId: "script_1", versionId: "latest" };
      const { bindings } = await cloudflare.getWorkerVersion(version);
      return { ...(await declare()), texts: bindings.map((binding) => binding.json) };
    };
    await harness.stack.up();
    assert.deepEqual((await harness.stack.outputs()).texts?.value, [null, '{"a_b":[1]}']);
  }));
