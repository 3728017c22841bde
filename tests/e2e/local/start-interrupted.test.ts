import { strict as assert } from "node:assert";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import test, { type TestContext } from "node:test";
import { type Checkout, copyCheckout } from "../../support/checkout";
import { Command, TEST } from "../../support/command";

const INTERRUPTED = /^Interrupted; everything was cleaned up\.$/m;

/** Starts `npm start` and waits until Pulumi deploys. */
async function deploying(t: TestContext, npm = false): Promise<{ checkout: Checkout; start: Command }> {
  const checkout = await copyCheckout(t);
  const start = await Command.start(t, checkout, "start", { npm });
  await start.prints(/Updating \(dev\)/);
  return { checkout, start };
}

/** Puts a command on PATH that prints nothing and never ends. */
async function putOnPath(checkout: Checkout, name: string): Promise<NodeJS.ProcessEnv> {
  const bin = path.join(checkout.folder, "bin");
  await fs.mkdir(bin);
  await fs.writeFile(path.join(bin, name), "#!/bin/sh\nexec sleep 600\n", { mode: 0o755 });
  return { PATH: `${bin}${path.delimiter}${process.env.PATH ?? ""}` };
}

test("Ctrl-C during the lookup of the engine", TEST, async (t) => {
  const checkout = await copyCheckout(t);
  const { PATH } = await putOnPath(checkout, "pulumi");
  const start = await Command.start(t, checkout, "start", { env: { PATH } });
  await start.runs(/sleep$/);
  start.ctrlC();
  // The lookup of the engine's version cannot be cancelled, so the command waits for it.
  process.kill(await start.runs(/sleep$/), "SIGTERM");
  assert.equal(await start.exit(), 130, start.output);
  assert.match(start.output, INTERRUPTED);
  await start.leavesNothing();
});

test("Ctrl-C during the deploy", TEST, async (t) => {
  const { checkout, start } = await deploying(t);
  start.ctrlC();
  assert.equal(await start.exit(), 130, start.output);
  assert.match(start.output, INTERRUPTED);
  await start.leavesNothing();
  assert.equal(await checkout.changes(), "");
});

test("Ctrl-C during the deploy, through npm", TEST, async (t) => {
  const { start } = await deploying(t, true);
  start.ctrlC();
  await start.exit();
  assert.match(start.output, INTERRUPTED);
  await start.leavesNothing();
});

test("SIGTERM to the parent alone works like Ctrl-C", TEST, async (t) => {
  const { start } = await deploying(t);
  start.kill("SIGTERM");
  assert.equal(await start.exit(), 130, start.output);
  assert.match(start.output, INTERRUPTED);
  await start.leavesNothing();
});

test("SIGTERM to npm alone, whose shell does not forward it", TEST, async (t) => {
  const checkout = await copyCheckout(t);
  const dev = await Command.start(t, checkout, "dev", { npm: true });
  await dev.prints(/Waiting for changes/);
  dev.kill("SIGTERM");
  await dev.exit();
  await dev.leavesNothing();
});

test("SIGKILL of the parent", TEST, async (t) => {
  const { start } = await deploying(t);
  start.kill("SIGKILL");
  assert.equal(await start.exit(), "SIGKILL");
  await start.leavesNothing();
});

test("SIGKILL of the child", TEST, async (t) => {
  const { start } = await deploying(t);
  process.kill(await start.runs(/local.start\.ts/), "SIGKILL");
  assert.equal(await start.exit(), 137, start.output);
  await start.leavesNothing();
});

for (const victim of ["parent", "child"] as const) {
  test(`SIGKILL of the ${victim} while a plugin starts in its own process group`, TEST, async (t) => {
    const checkout = await copyCheckout(t);
    const { PATH } = await putOnPath(checkout, "pulumi-resource-cloudflare");
    const env = { PATH, CLOUDFLARE_PROVIDER: "official" };
    const start = await Command.start(t, checkout, "start", { env });
    await start.runs(/sleep$/);
    process.kill(await start.runs(victim === "parent" ? /local.run\.ts/ : /local.start\.ts/), "SIGKILL");
    await start.exit();
    await start.leavesNothing();
  });
}

test("the reader of the output goes away", TEST, async (t) => {
  const { start } = await deploying(t);
  start.stopListening();
  assert.equal(await start.exit(), 130);
  await start.leavesNothing();
});
