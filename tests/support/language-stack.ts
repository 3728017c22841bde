import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import type { TestContext } from "node:test";
import { promisify } from "node:util";
import { startTarget } from "../../harness/target";
import { findTools } from "../../harness/tools";
import { copyCheckout } from "./checkout";
import { filesWith } from "./live-stack";
import { startVault } from "./vault";
import { ACCOUNT_ID } from "./world";

const STACK = "prod";
const CANARY = `canary-${randomUUID()}`;

/**
 * Deploys an example as a user does, with the CLI and the real engine, in a copy of the checkout. No output and no file may
 * hold a secret.
 *
 * @param language the example's folder in examples/
 * @param env the environment in which Pulumi finds what runs the program
 */
export async function languageStory(
  test: TestContext,
  language: string,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const checkout = await copyCheckout(test);
  const folder = checkout.file(`examples/${language}`);
  const target = await startTarget();
  test.after(() => target.close());
  const { cloudflare } = target;
  const vault = await startVault();
  const { command } = (await findTools()).engine.command;
  const environment = {
    ...process.env,
    ...target.environment(checkout.tmp, ""),
    ...vault.env,
    ...env,
    PULUMI_HOME: checkout.home,
  };
  const pulumi = async (args: readonly string[], input = "") => {
    const options = { cwd: folder, env: environment };
    const running = promisify(execFile)(command, [...args, "--non-interactive", "--color=never"], options);
    running.child.stdin?.end(input);
    const { code, output } = await running.then(
      ({ stdout, stderr }) => ({ code: 0, output: stdout + stderr }),
      (error: unknown) => {
        const failed = error as { code: number; stdout: string; stderr: string };
        return { code: failed.code, output: failed.stdout + failed.stderr };
      },
    );
    assert.ok(!output.includes(CANARY), output.replaceAll(CANARY, "<canary>"));
    assert.deepEqual(await filesWith(CANARY, checkout.folder), []);
    return { code, output };
  };
  const succeeds = async (args: readonly string[], input?: string) => {
    const { code, output } = await pulumi(args, input);
    assert.equal(code, 0, output);
    return output;
  };
  const setSecret = (value: string) => succeeds(["config", "set", "--secret", "secrets-demo"], value);
  const worker = `worker-in-${language}-${STACK}`;
  const answer = async () => {
    const url = cloudflare.workerUrl(ACCOUNT_ID, worker);
    assert.ok(url, "the Worker is not live");
    return (await fetch(url)).text();
  };
  const up = ["up", "--yes", "--skip-preview"];

  await fs.mkdir(path.join(checkout.tmp, "state"));
  await succeeds(["stack", "init", STACK, "--secrets-provider", vault.secretsProvider]);
  await succeeds(["config", "set", "accountId", ACCOUNT_ID]);
  await setSecret(`${CANARY}-one`);
  const preview = await succeeds(["preview"]);
  assert.match(preview, /\+ +cloudflare-worker-secrets:index:Secret +myScript\/MY_SECRET_NAME_KEY +create/);
  const deployed = await succeeds(up);
  assert.match(deployed, /\+ +cloudflare-worker-secrets:index:Verification +myScript +created/);
  assert.match(deployed, /secretNames: \[\s+\[0\]: "MY_SECRET_NAME_KEY"/);
  assert.equal(await answer(), `Secret: ${CANARY}-one`);

  const byHand = await fetch(
    `${cloudflare.baseUrl}/accounts/${ACCOUNT_ID}/workers/scripts/${worker}/secrets`,
    {
      method: "PUT",
      headers: { authorization: `Bearer ${cloudflare.apiToken}`, "content-type": "application/json" },
      body: JSON.stringify({ name: "BY_HAND", text: `${CANARY}-hand`, type: "secret_text" }),
    },
  );
  assert.equal(byHand.status, 200);
  await setSecret(`${CANARY}-two`);
  const refused = await pulumi(up);
  assert.match(refused.output, /does not declare, and a deploy would remove them: BY_HAND \(secret_text\)/);
  assert.notEqual(refused.code, 0);
  assert.equal(await answer(), `Secret: ${CANARY}-one`);
}
