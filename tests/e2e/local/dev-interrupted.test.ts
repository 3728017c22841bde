import { strict as assert } from "node:assert";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import test, { type TestContext } from "node:test";
import { copyCheckout } from "../../support/checkout";
import { Command, TEST } from "../../support/command";

const DESTROYED = /^ {2}- WorkersScript myScript$[^]*^Destroyed\.$/m;

async function startDev(t: TestContext, until: RegExp) {
  const checkout = await copyCheckout(t);
  const before = await fs.readFile(checkout.file("Pulumi.dev.yaml"));
  const dev = await Command.start(t, checkout, "dev");
  await dev.prints(until);
  return {
    dev,
    leavesNothing: async () => {
      await dev.leavesNothing();
      assert.equal(await checkout.changes(), "");
      assert.deepEqual(await fs.readFile(checkout.file("Pulumi.dev.yaml")), before);
    },
  };
}

test("Ctrl-C while waiting destroys the stack and exits with 0", TEST, async (t) => {
  const { dev, leavesNothing } = await startDev(t, /Waiting for changes/);
  dev.ctrlC();
  assert.equal(await dev.exit(), 0, dev.output);
  assert.match(dev.output, /^Interrupted: destroying the stack\./m);
  assert.match(dev.output, DESTROYED);
  await leavesNothing();
});

/** A Worker that counts its visits in a KV namespace, which the same program declares. */
const COUNTING = `
  import * as cloudflare from "@pulumi/cloudflare";
  import * as pulumi from "@pulumi/pulumi";
  import { WorkerScript } from "./component";
  const accountId = new pulumi.Config().require("accountId");
  const cache = new cloudflare.WorkersKvNamespace("cache", { accountId, title: "cache" });
  export const scriptName = new WorkerScript("myScript", {
    accountId,
    name: "counting",
    content: \`export default { async fetch(request, { CACHE }) {
      const count = Number(await CACHE.get("count")) + 1;
      await CACHE.put("count", String(count));
      return new Response(count);
    } };\`,
    bindings: [{ type: "kv_namespace", name: "CACHE", namespaceId: cache.id }],
  }).name;
`;

test("--persist FOLDER keeps the Workers' data for the next session", TEST, async (t) => {
  const checkout = await copyCheckout(t);
  await checkout.write("index.ts", COUNTING);
  for (const count of ["1", "2"]) {
    const dev = await Command.start(t, checkout, "dev", { npm: true, args: ["--persist", "../data"] });
    const [, url = ""] = await dev.prints(/counting answers on (\S+)/);
    assert.equal(await (await fetch(url)).text(), count);
    await dev.prints(/Ctrl-C exits\./);
    dev.ctrlC();
    await dev.exit();
    assert.match(dev.output, /^Interrupted\. The data stays in .*\/data\.$/m);
    await dev.leavesNothing();
  }
  assert.deepEqual((await fs.readdir(path.join(checkout.folder, "data"))).sort(), [
    "0123456789abcdef0123456789abcdef",
    "ids.json",
  ]);
});

test("SIGTERM to the parent alone does the same", TEST, async (t) => {
  const { dev, leavesNothing } = await startDev(t, /Waiting for changes/);
  dev.kill("SIGTERM");
  assert.equal(await dev.exit(), 0, dev.output);
  assert.match(dev.output, DESTROYED);
  await leavesNothing();
});

test("Ctrl-C during the first deploy destroys whatever was created", TEST, async (t) => {
  const { dev, leavesNothing } = await startDev(t, /^ {2}\+ WorkersScript/m);
  dev.ctrlC();
  assert.equal(await dev.exit(), 0, dev.output);
  assert.match(dev.output, /^Interrupted: destroying the stack\./m);
  await leavesNothing();
});

test("a second Ctrl-C stops immediately", TEST, async (t) => {
  const { dev, leavesNothing } = await startDev(t, /Waiting for changes/);
  // A hanging child never handles the first one.
  process.kill(await dev.runs(/local.dev\.ts/), "SIGSTOP");
  // Repeated, because two signals in quick succession count as one.
  const pressing = setInterval(() => {
    dev.ctrlC();
  }, 100);
  const end = await dev.exit().finally(() => {
    clearInterval(pressing);
  });
  assert.equal(end, 130, dev.output);
  await leavesNothing();
});

for (const [victim, file, end] of [
  ["parent", /local.run\.ts/, "SIGKILL"],
  ["child", /local.dev\.ts/, 137],
] as const) {
  test(`SIGKILL of the ${victim}`, TEST, async (t) => {
    const { dev, leavesNothing } = await startDev(t, /Waiting for changes/);
    process.kill(await dev.runs(file), "SIGKILL");
    assert.equal(await dev.exit(), end, dev.output);
    await leavesNothing();
  });
}
