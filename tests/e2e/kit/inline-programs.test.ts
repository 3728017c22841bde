import "../../../kit/lazy-closures";
import { strict as assert } from "node:assert";
import { type TestContext, test } from "node:test";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import type { Client } from "@grpc/grpc-js";
import * as pulumi from "@pulumi/pulumi";
import { type Monitor, startMonitor } from "../../../harness/monitor";
import { protectInlinePrograms } from "../../../kit/inline-programs";
import { runInline } from "../../support/inline-run";

protectInlinePrograms();

class Resource extends pulumi.CustomResource {
  constructor(name: string, input: pulumi.Input<string>) {
    super("test:index:Resource", name, { input });
  }
}

async function open(t: TestContext) {
  const monitor = await startMonitor();
  t.after(() => monitor.close());
  return monitor;
}

test("a program ends once all of its resources are registered, also those that an Output declares", async (t) => {
  const monitor = await open(t);
  const program = () => {
    pulumi.output(new Promise<string>(setImmediate)).apply(() => new Resource("late", "value"));
    return Promise.resolve({});
  };
  assert.equal(await runInline(monitor, program), undefined);
  assert.deepEqual(monitor.takeTypes(), ["pulumi:pulumi:Stack", "test:index:Resource"]);
  assert.equal(monitor.takeEnds(), 1);
});

test("a program with an error does not end, even if it exports nothing that has the error", async (t) => {
  const monitor = await open(t);
  const refused = () => Promise.reject(new pulumi.RunError("refused"));
  const programs: Record<string, () => unknown> = {
    "of a resource's input": () => new Resource("refused", refused()),
    // Then the run waits for nothing else.
    "of a resource's late input": () => new Resource("refused", delay(50).then(refused)),
    "of a promise": () => void refused(),
    "that it logged": () => pulumi.log.error("refused"),
  };
  for (const [error, program] of Object.entries(programs)) {
    const message = await runInline(monitor, async () => {
      program();
      return Promise.resolve({});
    });
    assert.match(message ?? "", /One or more errors occurred/, error);
    assert.match(monitor.takeMessages().join("\n"), /refused/, error);
    assert.equal(monitor.takeEnds(), 0, error);
  }
});

test("an engine that does not answer is an error, and one that later has its port is reached", async () => {
  const past = await startMonitor();
  await past.close();
  const program = () => Promise.resolve({});
  assert.match((await runInline(past, program)) ?? "", /could not reach the engine/);

  const next = await startMonitor(portOf(past));
  assert.equal(next.address, past.address);
  assert.equal(await runInline(next, program), undefined);
  assert.equal(next.takeEnds(), 1);
  await next.close();
});

test("an engine that did not answer for a while is an error, and is not told that the program ended", async () => {
  const past = await startMonitor();
  let next = past;
  const program = async () => {
    const client = pulumi.runtime.getMonitor() as unknown as Client;
    await past.close();
    await assert.rejects(pulumi.runtime.invoke("test:index:ask", {}));
    next = await startMonitor(portOf(past));
    await promisify(client.waitForReady.bind(client))(Infinity);
    return {};
  };
  assert.match((await runInline(past, program)) ?? "", /could not reach the engine/);
  assert.equal(next.takeEnds(), 0);
  await next.close();
});

test("a refusal after the run, or an error that comes up again, does not end the process, and any other does", async () => {
  const ends = async (later: string) => {
    const code = `
      const { protectInlinePrograms } = require("./kit/inline-programs");
      protectInlinePrograms();
      const error = new Error("of the program");
      const listen = () => {};
      process.on("unhandledRejection", listen);
      Promise.reject(error);
      setImmediate(() => {
        process.off("unhandledRejection", listen);
        Promise.reject(${later});
      });`;
    const child = spawn(process.execPath, ["--require", "tsx/cjs", "--eval", code], { stdio: "ignore" });
    return ((await once(child, "exit")) as [number])[0];
  };
  assert.equal(await ends("error"), 0);
  assert.equal(await ends('new (require("@pulumi/pulumi").RunError)("refused")'), 0);
  assert.equal(await ends('new Error("another")'), 1);
});

function portOf({ address }: Monitor): number {
  return Number(address.split(":")[1]);
}
