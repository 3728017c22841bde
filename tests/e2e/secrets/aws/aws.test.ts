import { strict as assert } from "node:assert";
import { test } from "node:test";
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { WorkerScript, type WorkerScriptArgs } from "../../../../component";
import { awsSecret } from "../../../../secrets";
import { skipWithout } from "../../../support/clients";
import { CANARY, openLiveStack } from "../../../support/live-stack";
import { startMoto } from "../../../support/moto";
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
  await startMoto(t, __dirname);
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
