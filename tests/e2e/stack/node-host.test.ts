import { strict as assert } from "node:assert";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import * as path from "node:path";
import { test, type TestContext } from "node:test";
import { promisify } from "node:util";
import { findTools } from "../../../harness/tools";
import { wrangler } from "../../../harness/wrangler";
import { startProject } from "../../support/project";
import { ACCOUNT_ID } from "../../support/world";

/** Pulumi's Node language host: `pulumi` starts this plugin, and the plugin starts node with index.ts. */
const HOST = "pulumi-language-nodejs";
const isOnPath = (process.env.PATH ?? "")
  .split(path.delimiter)
  .some((folder) => [HOST, `${HOST}.exe`].some((file) => existsSync(path.join(folder, file))));
const TEST = { timeout: 300_000, skip: !isOnPath && `${HOST} is not on PATH` };

const CANARY = "canary-71c2";
const WORKER = "cloudflare-worker-secrets-prod";

/** A copy of the checkout in which a user works on the stack `prod` with the Pulumi CLI only. */
async function startUser(t: TestContext) {
  const { checkout, cloudflare, env } = await startProject(t, { withPassphrase: true });
  const { command } = (await findTools()).engine.command;
  let seen = "";
  const pulumi = async (args: string, { input = "", fails = false } = {}) => {
    const running = promisify(execFile)(command, [...args.split(" "), "--non-interactive", "--color=never"], {
      cwd: checkout.root,
      env: { ...process.env, ...env, PULUMI_HOME: checkout.home },
    });
    running.child.stdin?.end(input);
    const { stdout, stderr, code } = await running.then(
      (result) => ({ ...result, code: 0 }),
      (error: unknown) => error as { stdout: string; stderr: string; code: number },
    );
    const output = stdout + stderr;
    seen += output;
    assert.equal(code !== 0, fails, output.replaceAll(CANARY, "<canary>"));
    return output;
  };
  await pulumi("stack init prod");
  await pulumi(`config set accountId ${ACCOUNT_ID}`);
  await pulumi("config set --secret secrets-demo", { input: `${CANARY}-1` });
  return {
    pulumi,
    putByHand: async (name: string) => {
      const args = ["secret", "put", name, "--name", WORKER];
      const { code, output } = await wrangler(cloudflare, ACCOUNT_ID, args, { stdin: `${CANARY} by hand` });
      assert.equal(code, 0, output);
    },
    ask: async () => (await fetch(cloudflare.workerUrl(ACCOUNT_ID, WORKER) ?? "")).text(),
    /** Fails if the CLI printed a value. */
    assertQuiet: () => {
      assert.ok(!seen.includes(CANARY), seen.replaceAll(CANARY, "<canary>"));
    },
  };
}

test("pulumi preview and pulumi up deploy index.ts, and name each secret", TEST, async (t) => {
  const user = await startUser(t);
  assert.match(
    await user.pulumi("preview"),
    /\+ +cloudflare-worker-secrets:index:Secret .*MY_SECRET_NAME_KEY/,
  );
  assert.match(await user.pulumi("up --yes"), /\+ \d+ created/);
  assert.match(await user.ask(), new RegExp(`${CANARY}-1$`));
  assert.match(await user.pulumi("preview"), /\d unchanged/);

  await user.pulumi("config set --secret secrets-demo", { input: `${CANARY}-2` });
  assert.match(
    await user.pulumi("preview"),
    /~ +cloudflare-worker-secrets:index:Secret .*MY_SECRET_NAME_KEY/,
  );
  assert.match(await user.pulumi("up --yes"), /~ \d+ updated/);
  assert.match(await user.ask(), new RegExp(`${CANARY}-2$`));
  user.assertQuiet();
});

test("the gate stops pulumi preview and pulumi up before a secret is lost", TEST, async (t) => {
  const user = await startUser(t);
  await user.pulumi("up --yes");
  await user.putByHand("BY_HAND");
  await user.pulumi("config set --secret secrets-demo", { input: `${CANARY}-2` });
  for (const operation of ["preview", "up --yes"]) {
    assert.match(await user.pulumi(operation, { fails: true }), /BY_HAND/, operation);
  }
  assert.match(await user.ask(), new RegExp(`${CANARY}-1$`), "nothing was deployed");
  user.assertQuiet();
});
