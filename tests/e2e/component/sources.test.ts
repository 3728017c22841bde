import { strict as assert } from "node:assert";
import { test } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import { WorkerScript } from "../../../component";
import { SourceError } from "../../../component/contract/source-error";
import type { SecretValue } from "../../../component/contract/secret-value";
import { GcpServer, refusal } from "../../../harness/gcp-server";
import { gcpSecret } from "../../../secrets";
import { CANARY, openLiveStack } from "../../support/live-stack";
import { ACCOUNT_ID, ECHO, secretLines, startWorld } from "../../support/world";

const SOURCE = "vault:secret/shop#api-key";

const GCP_SECRET = "projects/shop/secrets/api-key";

/** What a source answers after the program has declared its Workers. */
function answered(version: string, previous?: string): SecretValue {
  const soon = <T>(value: T) => new Promise<T>((resolve) => setImmediate(resolve, value));
  const created = "2026-01-02T03:04:05.000Z";
  return {
    text: soon(pulumi.secret(`${CANARY}-${version}`)),
    previous: soon(previous === undefined ? undefined : pulumi.secret(`${CANARY}-${previous}`)),
    version: soon({ id: version, created }),
    previousVersion: soon(previous === undefined ? undefined : { id: previous }),
    source: SOURCE,
  };
}

/** A source that cannot be read. */
function failing(message: string): SecretValue {
  const failure = Promise.reject(new SourceError(message));
  failure.catch(() => undefined);
  return { text: failure, previous: failure, version: failure, source: SOURCE };
}

function declare(name: string, secrets: Record<string, SecretValue>) {
  const secretTextBindings = Object.entries(secrets).map(([binding, value]) => ({ name: binding, ...value }));
  return new WorkerScript(name, { accountId: ACCOUNT_ID, name, content: ECHO, secretTextBindings });
}

const BULLETS: Record<string, string[]> = {
  shop: [
    "secretTextBindings[0].text (API_KEY): It is denied.",
    "secretTextBindings[2].text (OTHER): It is gone.",
  ],
  warehouse: ["secretTextBindings[0].text (API_KEY): It is sealed."],
};

/** The problems of each Worker that an output reports. Pulumi may print an inline program's error twice. */
function problemsIn(output: string): Record<string, string[]> {
  const lists = output.matchAll(/WorkerScript "(\w+)" cannot be deployed[^\n]*((?:\n +- [^\n]*)+)/g);
  return Object.fromEntries(
    [...lists].map(([, worker, list = ""]) => [worker, list.split(/\n +- /).slice(1)]),
  ) as Record<string, string[]>;
}

test("a preview names the version of each value, and a source that fails is a line in the one error", async (t) => {
  const [world, gcp] = await Promise.all([startWorld(t), GcpServer.start()]);
  t.after(() => {
    gcp.close();
  });
  const stack = await openLiveStack(world);
  const managed = () => gcpSecret(GCP_SECRET, { endpoint: gcp.server.url });
  const created = new Date();
  gcp.secrets = {
    [GCP_SECRET]: [
      { data: `${CANARY}-old`, created: new Date(0) },
      { data: `${CANARY}-new`, created },
    ],
  };
  const program = (secrets: Record<string, SecretValue>) => {
    declare("shop", secrets);
    return {};
  };
  await stack.up(() => program({ API_KEY: answered("7") }));
  assert.deepEqual(await world.ask("shop"), { API_KEY: `${CANARY}-7` });

  const rotated = () => program({ API_KEY: answered("8", "7"), MANAGED: managed() });
  const preview = await stack.preview(rotated);
  assert.match(preview, /~ +\S+:Secret shop\/API_KEY update \[diff: ~version\]/);
  assert.deepEqual(secretLines(preview), [
    "+ shop/API_KEY_PREVIOUS",
    "+ shop/MANAGED",
    "+ shop/MANAGED_PREVIOUS",
    "~ shop/API_KEY",
  ]);
  await stack.up(rotated);
  assert.deepEqual(await world.ask("shop"), {
    API_KEY: `${CANARY}-8`,
    API_KEY_PREVIOUS: `${CANARY}-7`,
    MANAGED: `${CANARY}-new`,
    MANAGED_PREVIOUS: `${CANARY}-old`,
  });
  const state = JSON.stringify(await (await world.openStack()).stack.exportStack());
  assert.match(state, /"version":"8"/);
  assert.match(state, /"version":\{"created":"2026-01-02T03:04:05.000Z","id":"8"\}/);
  assert.ok(state.includes(`"version":{"created":"${created.toISOString()}","id":"2"}`), state);
  world.takeRequests();

  const broken = () => {
    program({ API_KEY: failing("It is denied."), OK: answered("1"), OTHER: failing("It is gone.") });
    declare("warehouse", { API_KEY: failing("It is sealed.") });
    return {};
  };
  gcp.fault = ({ path }) => (path === "/token" ? undefined : refusal(403, "PERMISSION_DENIED", CANARY));
  const denied = () => program({ API_KEY: failing("It is denied."), MANAGED: managed() });
  assert.match(
    (await stack.fails("preview", denied)).replace(/\s+/g, " "),
    /API_KEY\): It is denied\. - secretTextBindings\[1\]\.text \(MANAGED\): Google Cloud Secret Manager, version latest of "projects\/shop\/secrets\/api-key": the credentials may not read it/,
  );
  for (const operation of ["preview", "up"] as const) {
    const output = await stack.fails(operation, broken);
    const found = problemsIn(output);
    // The run ends with the first Worker that is refused, and may report the other one.
    assert.ok(Object.keys(found).length > 0, output);
    for (const [name, bullets] of Object.entries(found)) assert.deepEqual(bullets, BULLETS[name]);
    assert.doesNotMatch(output, /[Uu]nhandled|SourceError|delet/);
  }
  assert.deepEqual(world.takeRequests(), []);
  assert.deepEqual(Object.keys(await world.ask("shop")), [
    "API_KEY",
    "API_KEY_PREVIOUS",
    "MANAGED",
    "MANAGED_PREVIOUS",
  ]);
});
