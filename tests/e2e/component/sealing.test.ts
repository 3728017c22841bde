import "../../../kit/lazy-closures";
import { strict as assert } from "node:assert";
import * as fs from "node:fs/promises";
import { test } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import { WorkerScript } from "../../../component";
import { filesWith } from "../../support/live-stack";
import { ACCOUNT_ID, ECHO, startWorld, worker } from "../../support/world";

/** Base64 too, for a key. */
const CANARY = "canary58c1d04e";

/** One secret for each way to pass a text. */
function program(suffix: string) {
  return () => {
    const text = `${CANARY}-${suffix}`;
    const { name, secretNames, etag } = new WorkerScript("worker", {
      accountId: ACCOUNT_ID,
      name: "script_1",
      content: ECHO,
      secretTextBindings: [
        { name: "PLAIN", text: `${text}-plain` },
        { name: "PROMISE", text: Promise.resolve(`${text}-promise`) },
        { name: "OUTPUT", text: pulumi.output(`${text}-output`) },
        { name: "SECRET", text: pulumi.secret(`${text}-secret`) },
        pulumi.output({ name: "ITEM", text: `${text}-item` }),
        { name: "CONFIG", text: new pulumi.Config().requireSecret("canary") },
      ],
      bindings: [
        {
          type: "secret_key",
          name: "KEY",
          algorithm: '{"name":"HMAC","hash":"SHA-256"}',
          format: "raw",
          usages: ["sign"],
          keyBase64: `${CANARY}${suffix}A`,
        },
      ],
    });
    return { name, secretNames, etag };
  };
}

/** The command lines of all processes that contain the needle. */
async function argumentsWith(needle: string): Promise<string[]> {
  const processes = (await fs.readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(
    processes.map((pid) => fs.readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")),
  );
  return lines.filter((line) => line.includes(needle));
}

/** Watches the command lines of all processes while `operation` runs. */
async function watched(operation: Promise<string>): Promise<string> {
  const over = new AbortController();
  const stop = () => {
    over.abort();
  };
  operation.then(stop, stop);
  while (!over.signal.aborted) {
    assert.deepEqual(await argumentsWith(CANARY), []);
  }
  return operation;
}

test("a value is in no state, backup, history, output or process arguments", async (t) => {
  const world = await startWorld(t);
  const stack = await world.openStack();
  await stack.stack.setConfig("canary", { value: `${CANARY}-config`, secret: true });
  const loud = { diff: true, debug: true } as const;

  const outputs = [
    await watched(stack.preview(program("1"), loud)),
    await watched(stack.up(program("1"), loud)),
    await watched(stack.preview(program("2"), loud)),
    await watched(stack.up(program("2"), loud)),
    await watched(stack.refresh()),
    await watched(
      stack.failing(stack.up(worker({ PLAIN: `${CANARY}-bad` }, { content: "export default {" }))),
    ),
    await watched(stack.up(worker({}))),
  ];
  assert.deepEqual(await filesWith(CANARY, world.folder), []);
  await stack.destroy();
  assert.deepEqual(await filesWith(CANARY, world.folder), []);

  assert.match(outputs.join("\n"), /debug: /, "debug output is off");
  for (const line of outputs.join("\n").split("\n")) {
    assert.ok(!line.includes(CANARY), line.replaceAll(CANARY, "<canary>"));
  }
});

test("the values reach the Worker", async (t) => {
  const world = await startWorld(t);
  const stack = await world.openStack();
  await stack.stack.setConfig("canary", { value: `${CANARY}-config`, secret: true });
  await stack.up(program("1"));
  assert.deepEqual(await world.ask(), {
    CONFIG: `${CANARY}-config`,
    ITEM: `${CANARY}-1-item`,
    OUTPUT: `${CANARY}-1-output`,
    PLAIN: `${CANARY}-1-plain`,
    PROMISE: `${CANARY}-1-promise`,
    SECRET: `${CANARY}-1-secret`,
  });
});
