import "../../../kit/lazy-closures";
import assert from "node:assert/strict";
import { test } from "node:test";
import * as cloudflare from "@pulumi/cloudflare";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { ACCOUNT, CANARY, withStack } from "../../support/provider-stack";
import { PUT, worker } from "../../support/worker-program";
import { ZONE } from "../../support/every-resource";

/** What the warnings of a run say is not real here. */
function recorder() {
  const warned: string[] = [];
  return {
    onEvent: ({ diagnosticEvent }: EngineEvent): void => {
      if (diagnosticEvent?.severity === "warning") warned.push(diagnosticEvent.message);
    },
    warnings: () =>
      warned
        .splice(0)
        .map((message) => /(\S.*\S) is not real here/.exec(message)?.[1])
        .sort(),
  };
}

void test("a resource that is not real here is recorded, named in one warning a run, and keeps its secrets", () =>
  withStack(async (harness) => {
    const { stack } = harness;
    const { onEvent, warnings } = recorder();
    const both = ["DnsRecord", "ZeroTrustTunnelCloudflared"];
    const program = (content: string) => () => {
      const record = (name: string) =>
        new cloudflare.DnsRecord(name, { zoneId: ZONE, name, type: "A", content, ttl: 300 });
      const [one] = [record("one"), record("two")];
      const tunnel = new cloudflare.ZeroTrustTunnelCloudflared("tunnel", {
        accountId: ACCOUNT,
        name: "tunnel",
        tunnelSecret: CANARY,
      });
      return Promise.resolve({ id: one.id, content: one.content, tunnel: tunnel.tunnelSecret });
    };
    harness.program = program("192.0.2.1");
    await stack.preview({ onEvent });
    assert.deepEqual(warnings(), both);
    await stack.up({ onEvent });
    const outputs = await stack.outputs();
    assert.match(String(outputs.id?.value), /^[0-9a-f]{32}$/);
    assert.equal(outputs.content?.value, "192.0.2.1");
    assert.equal(outputs.tunnel?.secret, true);
    assert.deepEqual(warnings(), both);

    assert.deepEqual((await stack.up()).summary.resourceChanges, { same: 4 });
    assert.deepEqual((await stack.refresh()).summary.resourceChanges, { same: 4 });
    harness.program = program("192.0.2.2");
    assert.deepEqual((await stack.up()).summary.resourceChanges, { same: 2, update: 2 });
    await stack.destroy();
    assert.deepEqual(harness.takeRequests(), []);
    assert.ok(!(await harness.stateFiles()).includes(CANARY), "a secret is in the state");
    assert.ok(!harness.output().includes(CANARY), "a secret is in the output");
  }));

void test("an input that only the official provider sends is recorded with a warning that names it", () =>
  withStack(async (harness) => {
    harness.program = worker({ force: true });
    await harness.stack.up();
    assert.deepEqual(harness.takeRequests(), [PUT]);
    assert.match(harness.output(), /records force of WorkersScript and does not send it/);
    assert.deepEqual((await harness.stack.up()).summary.resourceChanges, { same: 2 });
  }));

void test("a binding that is not real here is named in one warning a run, in a preview too, and the Worker is deployed", () =>
  withStack(async (harness) => {
    const bindings = [
      { name: "MODEL", type: "ai" },
      { name: "API_KEY", type: "secret_text", text: CANARY },
    ];
    harness.program = worker({ bindings });
    const { onEvent, warnings } = recorder();
    for (const run of ["preview", "up"] as const) {
      await harness.stack[run]({ onEvent });
      assert.deepEqual(warnings(), ["Binding MODEL of Worker script_1"]);
    }
    assert.deepEqual(harness.takeRequests(), [PUT]);
  }));

void test("a function that is not served here is an error that names the official provider", () =>
  withStack(async (harness) => {
    harness.program = async () => {
      await assert.rejects(
        cloudflare.getIpRanges({}),
        /does not serve .*getIpRanges.*CLOUDFLARE_PROVIDER=official/,
      );
      return { asked: true };
    };
    await harness.stack.up();
    assert.equal((await harness.stack.outputs()).asked?.value, true);
  }));
