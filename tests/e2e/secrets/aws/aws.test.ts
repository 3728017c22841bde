import { strict as assert } from "node:assert";
import { test } from "node:test";
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { ConcurrentUpdateError } from "@pulumi/pulumi/automation";
import { WorkerScript, type WorkerScriptArgs } from "../../../../component";
import { awsSecret } from "../../../../secrets";
import { makeAwsState } from "../../../support/aws-state";
import { skipWithout } from "../../../support/clients";
import { CANARY, filesWith, openLiveStack } from "../../../support/live-stack";
import { startMoto } from "../../../support/moto";
import { startTeam } from "../../../support/team";
import { ACCOUNT_ID, ECHO, secretLines, startWorld } from "../../../support/world";

const CHECK = "import pip, sys; sys.exit(sys.version_info < (3, 10))";
const TEST = {
  timeout: 300_000,
  skip: skipWithout("Python 3.10 or newer with pip", "python3", ["-c", CHECK]),
};
const [ONE, TWO] = [`${CANARY}-one`, `${CANARY}-two`];

function declare(secretTextBindings: WorkerScriptArgs["secretTextBindings"]) {
  return () => {
    const args = { accountId: ACCOUNT_ID, name: "script_1", content: ECHO, secretTextBindings };
    new WorkerScript("worker", args);
    return {};
  };
}

test("a rotation in AWS Secrets Manager reaches the Worker with the value before", TEST, async (t) => {
  await startMoto(__dirname);
  const aws = new SecretsManagerClient();
  const store = (password: string) => JSON.stringify({ user: "shop", password });
  const create = new CreateSecretCommand({ Name: "shop/db", SecretString: store(ONE) });
  const { ARN = "", VersionId: first = "" } = await aws.send(create);
  const world = await startWorld(t);
  const stack = await openLiveStack(world);
  const program = (previousFor?: number) => () =>
    declare([
      { name: "LATEST", ...awsSecret("shop/db", { key: "password", previousFor }) },
      { name: "PINNED", ...awsSecret(ARN, { key: "password", version: { id: first } }) },
    ])();
  await stack.up(program());
  assert.deepEqual(await world.ask(), { LATEST: ONE, PINNED: ONE });

  const put = new PutSecretValueCommand({ SecretId: "shop/db", SecretString: store(TWO) });
  const { VersionId: second = "" } = await aws.send(put);
  const preview = await (await world.openStack()).preview(program(), { diff: true });
  assert.match(preview, new RegExp(`version +: "${first}" => "${second}"`));
  const output = await stack.up(program());
  assert.deepEqual(secretLines(output), ["+ worker/LATEST_PREVIOUS", "~ worker/LATEST"]);
  assert.deepEqual(await world.ask(), { LATEST: TWO, LATEST_PREVIOUS: ONE, PINNED: ONE });
  assert.deepEqual(secretLines(await stack.preview(program(0))), ["- worker/LATEST_PREVIOUS"]);

  await aws.send(new DeleteSecretCommand({ SecretId: "shop/db", RecoveryWindowInDays: 7 }));
  world.takeRequests();
  const refusal = await stack.fails("up", program());
  assert.match(refusal, /\.text \(LATEST\): AWS Secrets Manager, secret "shop\/db": it is to be deleted/);
  assert.deepEqual(world.takeRequests(), []);
});

const WORKER = "cloudflare-worker-secrets-prod";
const FILE = "Pulumi.prod.yaml";
const ACCOUNT = /accountId: ([0-9a-f]{32})/;
/** As Pulumi says it. */
const LOCKED = /the stack is currently locked by 1 lock.*\n *s3:\/\/\S+: created by \S+@\S+ \(pid \d+\)/;

test("a team shares a stack in S3 under a key of KMS, and only one deploys at a time", TEST, async (t) => {
  await startMoto(__dirname);
  const state = await makeAwsState();
  let onUpload: (() => Promise<void>) | undefined;
  const team = await startTeam(t, state, {
    intercept: async ({ method, url }) => {
      if (method === "PUT" && url.endsWith(`/scripts/${WORKER}`)) await onUpload?.();
      return undefined;
    },
  });
  const ada = await team.join("make the stack");
  const [, account = ""] = ACCOUNT.exec(await ada.checkout.read(FILE)) ?? [];
  const ask = async () => {
    const url = team.cloudflare.workerUrl(account, WORKER) ?? assert.fail("the Worker is not live");
    return (await fetch(url)).json();
  };
  await ada.checkout.write("script.js", ECHO);
  await ada.setSecret("secrets-demo", ONE);
  await ada.stack.up();
  assert.deepEqual(await ask(), { MY_SECRET_NAME_KEY: ONE });
  const bob = await team.join("select the stack");
  await bob.pull(ada, FILE, "script.js");

  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  const uploading = new Promise<void>((resolve) => {
    onUpload = () => {
      onUpload = undefined;
      resolve();
      return released;
    };
  });
  const rotation = await ada.start("rotate", ["secrets-demo", "--stack", "prod", "--yes"], { input: TWO });
  await Promise.race([uploading, rotation.exit().then(() => assert.fail(rotation.output))]);
  // He has not pulled the rotation, so a deploy of his would take it back.
  await assert.rejects(bob.stack.up(), (error) => {
    assert.ok(error instanceof ConcurrentUpdateError);
    assert.match(error.message, LOCKED);
    return true;
  });
  release();
  assert.equal(await rotation.exit(), 0, rotation.output);
  const both = { MY_SECRET_NAME_KEY: TWO, MY_SECRET_NAME_KEY_PREVIOUS: ONE };
  assert.deepEqual(await ask(), both);

  // The state has all that was deployed, and the credentials are enough to read it.
  await bob.pull(ada, FILE);
  assert.match((await bob.stack.preview()).stdout, /Resources:\n +7 unchanged/);
  const objects = await state.objects();
  const stored = [...objects.keys()].map((name) => name.replace(/^\.pulumi\/(\w+).*/, "$1"));
  assert.deepEqual([...new Set(stored)].sort(), ["backups", "history", "meta", "stacks"], "no lock is left");
  const current = objects.get(".pulumi/stacks/cloudflare-worker-secrets/prod.json");
  assert.match(current ?? "", /MY_SECRET_NAME_KEY_PREVIOUS/);
  for (const [name, content] of [...objects, [FILE, await bob.checkout.read(FILE)] as const]) {
    assert.ok(!content.includes(CANARY), name);
    assert.doesNotMatch(content, /salt/, name);
  }
  assert.deepEqual(await filesWith(CANARY, ada.checkout.folder), []);
  assert.match(await bob.checkout.read(FILE), /^secretsprovider: awskms:.*\nencryptedkey: \S+$/m);
});
