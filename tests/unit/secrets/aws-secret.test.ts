import { strict as assert } from "node:assert";
import { EventEmitter, once } from "node:events";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { setTimeout } from "node:timers/promises";
import { awsSecret, type AwsSecretOptions, readSecrets } from "../../../secrets";
import { type JsonRequest, type JsonServer, startJsonServer } from "../../../harness/json-server";
import { failureOf, readSource, startRun } from "../../support/source-run";

const CANARY = "canary-3e9d10";
const DAY_MS = 24 * 60 * 60 * 1000;
const daysAgo = (days: number) => new Date(Date.now() - days * DAY_MS);

interface Stored {
  text?: string;
  binary?: string;
  stages: Record<string, Date>;
}

/** Secrets by name. The ids of their versions are their stages, in lower case. */
let stored: Record<string, Stored>;
/** What the manager answers instead, by the name of a secret. */
let errors: Record<string, { status: number; type: string }>;
/** Called with each request before it is answered. */
let held: (request: JsonRequest) => Promise<void>;
let manager: JsonServer;

beforeAll(async () => {
  manager = await startJsonServer(async (request) => {
    await held(request);
    const { body } = request;
    const { SecretId, VersionStage, VersionId } = JSON.parse(body) as Record<string, string>;
    const error = errors[SecretId ?? ""];
    const refuse = (status: number, __type: string) => ({ status, body: { __type, message: CANARY } });
    if (error !== undefined) return refuse(error.status, error.type);
    const secret = stored[SecretId ?? ""];
    const stage = VersionStage ?? VersionId?.toUpperCase() ?? "AWSCURRENT";
    const created = secret?.stages[stage];
    if (secret === undefined || created === undefined) return refuse(400, "ResourceNotFoundException");
    return {
      body: {
        ...{ ARN: "arn", Name: SecretId, VersionId: stage.toLowerCase() },
        ...(secret.text === undefined ? {} : { SecretString: secret.text.replaceAll("STAGE", stage) }),
        ...(secret.binary === undefined ? {} : { SecretBinary: secret.binary }),
        CreatedDate: created.getTime() / 1000,
      },
    };
  });
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_SECRETS_MANAGER: manager.url,
    AWS_REGION: "eu-west-1",
    AWS_ACCESS_KEY_ID: "id",
    AWS_SECRET_ACCESS_KEY: CANARY,
  });
});
afterAll(() => {
  manager.close();
});
beforeEach(async () => {
  [stored, errors] = [{}, {}];
  held = () => Promise.resolve();
  manager.takeRequests();
  await startRun();
});

const BOTH = { AWSCURRENT: daysAgo(1), AWSPREVIOUS: daysAgo(90) };

test("a secret has its text, version and date, and for a week the version before", async () => {
  const current = daysAgo(6.9);
  stored.shop = { text: `${CANARY} STAGE`, stages: { AWSCURRENT: current, AWSPREVIOUS: daysAgo(90) } };
  expect(await readSource(awsSecret("shop"))).toEqual({
    text: `${CANARY} AWSCURRENT`,
    previous: `${CANARY} AWSPREVIOUS`,
    version: { id: "awscurrent", created: current.toISOString(), by: undefined },
    previousVersion: {
      id: "awsprevious",
      created: stored.shop.stages.AWSPREVIOUS?.toISOString(),
      by: undefined,
    },
    source: "aws-secrets-manager:shop",
  });
});

test("a list of secrets reads it with the same options", async () => {
  stored.shop = { text: `{"password": "${CANARY}"}`, stages: { AWSCURRENT: daysAgo(1), BLUE: daysAgo(2) } };
  const from = { aws: "shop", key: "password", version: { stage: "BLUE" } } as const;
  const [binding] = readSecrets({ shop: { DB_PASSWORD: { from, maxAge: 90 } } }).shop;
  assert.ok(binding);
  expect(binding).toMatchObject({ name: "DB_PASSWORD", maxAge: 90 });
  expect(await readSource(binding)).toMatchObject({
    text: CANARY,
    source: "aws-secrets-manager:shop#password",
    version: { id: "blue" },
  });
});

test("a stack that deploys without values asks for nothing", async () => {
  process.env.WORKER_SECRET_VALUES = "keep";
  try {
    expect(awsSecret("shop", { key: "a" })).toEqual({ text: "", source: "aws-secrets-manager:shop#a" });
    await new Promise(setImmediate);
    expect(manager.takeRequests()).toEqual([]);
  } finally {
    delete process.env.WORKER_SECRET_VALUES;
  }
});

describe("the version before", () => {
  const hasPrevious = async (stages: Stored["stages"], options?: AwsSecretOptions) => {
    await startRun();
    stored.shop = { text: CANARY, stages };
    return (await readSource(awsSecret("shop", options))).previous !== undefined;
  };

  test("ends, at the latest a week after the rotation", async () => {
    expect(await hasPrevious({ AWSCURRENT: daysAgo(7.1), AWSPREVIOUS: daysAgo(90) })).toBe(false);
    expect(await hasPrevious({ AWSCURRENT: daysAgo(2), AWSPREVIOUS: daysAgo(9) }, { previousFor: 1 })).toBe(
      false,
    );
    expect(
      await hasPrevious({ AWSCURRENT: daysAgo(20), AWSPREVIOUS: daysAgo(90) }, { previousFor: 30 }),
    ).toBe(true);
  });

  test("is the newer one after a rollback", async () => {
    expect(await hasPrevious({ AWSCURRENT: daysAgo(90), AWSPREVIOUS: daysAgo(1) })).toBe(true);
  });

  test("is left out before the first rotation, of another stage, of a pinned version, and if it is not wanted", async () => {
    expect(await hasPrevious({ AWSCURRENT: daysAgo(1) })).toBe(false);
    expect(await hasPrevious({ ...BOTH, BLUE: daysAgo(1) }, { version: { stage: "BLUE" } })).toBe(false);
    expect(await hasPrevious(BOTH, { version: { id: "awscurrent" } })).toBe(false);
    manager.takeRequests();
    expect(await hasPrevious(BOTH, { previousFor: 0 })).toBe(false);
    expect(manager.takeRequests()).toHaveLength(1);
  });

  test("is left out if it has not the key", async () => {
    stored.shop = { text: '{"STAGE": "y"}', stages: BOTH };
    expect(await readSource(awsSecret("shop", { key: "AWSCURRENT" }))).toMatchObject({
      text: "y",
      previous: undefined,
      previousVersion: undefined,
    });
  });

  test.each([-1, NaN, "7"])("ends after a number of days, not %p", (previousFor) => {
    expect(() => awsSecret("shop", { previousFor: previousFor as number })).toThrow(
      "awsSecret: previousFor: expected a number of days, 0 for no previous value.",
    );
  });
});

test("bindings take keys of one secret with one fetch, and the next run fetches it again", async () => {
  stored.shop = {
    text: `{"user": "u STAGE", "password": "${CANARY}", "port": 5432, "on": true}`,
    stages: BOTH,
  };
  const read = () => {
    const keys = ["user", "password", "port", "on"];
    return Promise.all(keys.map((key) => readSource(awsSecret("shop", { key }))));
  };
  const found = await read();
  expect(found.map(({ text }) => text)).toEqual(["u AWSCURRENT", CANARY, "5432", "true"]);
  expect(found.map(({ previous }) => previous)).toEqual(["u AWSPREVIOUS", CANARY, "5432", "true"]);
  expect(found[1]?.source).toBe("aws-secrets-manager:shop#password");
  expect(manager.takeRequests()).toHaveLength(2);
  await startRun();
  await read();
  expect(manager.takeRequests()).toHaveLength(2);
});

test("a pinned version is asked for by its id", async () => {
  stored.shop = { text: "STAGE", stages: BOTH };
  expect(await readSource(awsSecret("shop", { version: { id: "awsprevious" } }))).toMatchObject({
    text: "AWSPREVIOUS",
    version: { id: "awsprevious" },
  });
  expect(JSON.parse(manager.takeRequests()[0]?.body ?? "")).toEqual({
    SecretId: "shop",
    VersionId: "awsprevious",
  });
});

test("an ARN says the region, and an option another one", async () => {
  const arn = "arn:aws:secretsmanager:ap-south-1:123456789012:secret:shop-AbCdEf";
  stored[arn] = { text: CANARY, stages: { AWSCURRENT: daysAgo(1) } };
  await readSource(awsSecret(arn));
  await readSource(awsSecret(arn, { region: "us-east-2", previousFor: 0 }));
  const regions = manager
    .takeRequests()
    .map(({ headers }) => /\/([\w-]+)\/secretsmanager/.exec(headers.authorization ?? "")?.[1]);
  expect(regions).toEqual(["ap-south-1", "ap-south-1", "us-east-2"]);
});

test("a profile gives the credentials", async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "aws-"));
  const file = path.join(folder, "credentials");
  fs.writeFileSync(file, `[shop]\naws_access_key_id = of-the-profile\naws_secret_access_key = ${CANARY}\n`);
  const { AWS_ACCESS_KEY_ID } = process.env;
  delete process.env.AWS_ACCESS_KEY_ID;
  process.env.AWS_SHARED_CREDENTIALS_FILE = file;
  stored.shop = { text: CANARY, stages: { AWSCURRENT: daysAgo(1) } };
  await readSource(awsSecret("shop", { profile: "shop", previousFor: 0 }));
  expect(manager.takeRequests()[0]?.headers.authorization).toContain("Credential=of-the-profile/");
  fs.rmSync(folder, { recursive: true });
  process.env.AWS_ACCESS_KEY_ID = AWS_ACCESS_KEY_ID;
});

test("many secrets are fetched eight at a time", async () => {
  const names = Array.from({ length: 30 }, (_, index) => `secret-${index}`);
  let [running, most] = [0, 0];
  const eight = new EventEmitter();
  // A ninth would arrive with the eighth, or soon after.
  const released = once(eight, "running").then(() => setTimeout(50));
  held = async () => {
    most = Math.max(most, ++running);
    if (running === 8) eight.emit("running");
    await released;
    running--;
  };
  for (const name of names) stored[name] = { text: name, stages: BOTH };
  const found = await Promise.all(names.map((name) => readSource(awsSecret(name, { previousFor: 0 }))));
  expect(found.map(({ text }) => text)).toEqual(names);
  expect(most).toBe(8);
});

test("a throttled request is repeated, until it is answered or the client gives up", async () => {
  stored.shop = { text: CANARY, stages: { AWSCURRENT: daysAgo(1) } };
  errors.shop = { status: 400, type: "ThrottlingException" };
  held = () => {
    if (manager.takeRequests().length > 0) delete errors.shop;
    return Promise.resolve();
  };
  expect(await readSource(awsSecret("shop"))).toMatchObject({ text: CANARY });
});

describe("an error says the secret, the reason and the fix, and quotes nothing:", () => {
  test.each([
    ["ResourceNotFoundException", 400, /: there is no such secret, or no such version of it\. Check the id/],
    [
      "AccessDeniedException",
      400,
      /: the credentials may not read it\. They need secretsmanager:GetSecretValue/,
    ],
    ["DecryptionFailure", 400, /: KMS cannot decrypt it\. Check that its key/],
    ["InvalidRequestException", 400, /: it is to be deleted, or has no value\. Restore it/],
    ["ValidationException", 400, /: AWS cannot have a secret of this id/],
    ["ExpiredTokenException", 400, /: there are no valid credentials for AWS\. Set AWS_PROFILE/],
    ["ThrottlingException", 400, /: AWS refuses so many requests, also after retries\. Try again/],
    ["InternalServiceError", 500, /: AWS has an error of its own\. Try again/],
    ["SomethingNew", 400, /: the request failed \(SomethingNew\)\. Try again/],
  ])("%s", async (type, status, message) => {
    errors.shop = { status, type };
    const found = await failureOf(awsSecret("shop"));
    expect(found).toMatch(/^AWS Secrets Manager, secret "shop": /);
    expect(found).toMatch(message);
    expect(found).not.toContain(CANARY);
  });

  test("the version before is denied", async () => {
    stored.shop = { text: CANARY, stages: BOTH };
    held = ({ body }) => {
      if (body.includes("AWSPREVIOUS")) errors.shop = { status: 400, type: "AccessDeniedException" };
      return Promise.resolve();
    };
    expect(await failureOf(awsSecret("shop"))).toMatch(/may not read it/);
  });

  test.each([
    [
      "binary",
      { binary: "AAEC" },
      undefined,
      /: it is binary, and a Worker's secret is text\. Store it as text/,
    ],
    ["no JSON", { text: CANARY }, "key", /: expected the key "key", but it is not JSON\./],
    ["no object", { text: `"${CANARY}"` }, "key", /: expected the key "key", but it has no such key/],
    ["no such key", { text: `{"${CANARY}": 1}` }, "key", /: expected the key "key", but it has no such key/],
    ["an inherited key", { text: "{}" }, "constructor", /but it has no such key/],
    ["no text", { text: `{"key": ["${CANARY}"]}` }, "key", /but it has no such key, or no text there/],
    ["null", { text: "null" }, "key", /but it has no such key/],
  ])("%s", async (_, secret, key, message) => {
    stored.shop = { ...secret, stages: BOTH };
    const found = await failureOf(awsSecret("shop", { key }));
    expect(found).toMatch(message);
    expect(found).not.toContain(CANARY);
  });

  test("no server", async () => {
    await startRun();
    process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER = "http://127.0.0.1:1";
    expect(await failureOf(awsSecret("shop"))).toMatch(/: no server listens at its address\./);
    process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER = manager.url;
  });

  test("no region, no credentials", async () => {
    const { AWS_REGION, AWS_ACCESS_KEY_ID } = process.env;
    Object.assign(process.env, { AWS_EC2_METADATA_DISABLED: "true", AWS_CONFIG_FILE: "/nowhere" });
    Object.assign(process.env, { AWS_SHARED_CREDENTIALS_FILE: "/nowhere" });
    delete process.env.AWS_REGION;
    delete process.env.AWS_ACCESS_KEY_ID;
    expect(await failureOf(awsSecret("shop"))).toMatch(/: no region is set\. Give the option region/);
    const found = await failureOf(awsSecret("shop", { region: "eu-west-1" }));
    expect(found).toMatch(/^AWS Secrets Manager, secret "shop" in eu-west-1: there are no valid credentials/);
    Object.assign(process.env, { AWS_REGION, AWS_ACCESS_KEY_ID });
  });
});
