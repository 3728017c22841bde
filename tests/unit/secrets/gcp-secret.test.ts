import { strict as assert } from "node:assert";
import { gcpSecret, type GcpSecretOptions, readSecrets } from "../../../secrets";
import { crc32c } from "../../../secrets/source/crc32c";
import { GcpServer, type GcpStoredVersion, refusal } from "../../../harness/gcp-server";
import { startJsonServer } from "../../../harness/json-server";
import { failureOf, readSource, startRun } from "../../support/source-run";

const CANARY = "canary-9b2c47";
const NAME = "projects/shop/secrets/api-key";
const DAY_MS = 24 * 60 * 60 * 1000;
const daysAgo = (days: number) => new Date(Date.now() - days * DAY_MS);

/** Google's own addresses, whose requests go to the server on this machine. */
const GOOGLE = /^https:\/\/[\w.-]+\.googleapis\.com(?=[:/])/;
const hosts = new Set<string>();
let gcp: GcpServer;
beforeAll(async () => {
  // Google's client would import node-fetch, and jest has no import() for packages.
  const toServer = (url: string | URL, init?: RequestInit) =>
    fetch(
      String(url)
        .replace(GOOGLE, (host) => (hosts.add(host), gcp.server.url))
        .replace(/(:\d+):443/, "$1"),
      init,
    );
  Object.assign(globalThis, { window: { fetch: toServer } });
  gcp = await GcpServer.start();
});
afterAll(() => {
  gcp.close();
});
beforeEach(async () => {
  gcp.fault = () => undefined;
  gcp.server.takeRequests();
  hosts.clear();
  await startRun();
});

/** Stores versions, the oldest first. */
function store(...versions: (Partial<GcpStoredVersion> & { created: Date })[]): void {
  gcp.secrets = {
    [NAME]: versions.map((version, index) => ({ data: `${CANARY} ${index + 1}`, ...version })),
  };
}

function secret(options: GcpSecretOptions = {}, name = NAME) {
  return gcpSecret(name, { endpoint: gcp.server.url, ...options });
}

/** The paths that were asked for, without the token's. */
const asked = () =>
  gcp.server.takeRequests().flatMap(({ path }) => /secrets\/[\w-]+\/(versions[^?]*)/.exec(path)?.[1] ?? []);

test("a secret has its text, version and date, and for a week the enabled version before", async () => {
  const [old, disabled, newest] = [daysAgo(300), daysAgo(200), daysAgo(6.9)];
  store({ created: old }, { created: disabled, state: "DISABLED" }, { created: newest });
  expect(await readSource(secret())).toEqual({
    text: `${CANARY} 3`,
    previous: `${CANARY} 1`,
    version: { id: "3", created: newest.toISOString(), by: undefined },
    previousVersion: { id: "1", created: old.toISOString(), by: undefined },
    source: `gcp-secret-manager:${NAME}`,
  });
  expect(asked()).toEqual(["versions/latest:access", "versions", "versions/1:access"]);
});

test("a list of secrets reads it with the same options", async () => {
  store({ created: daysAgo(90) }, { created: daysAgo(1) });
  const from = { gcp: NAME, endpoint: gcp.server.url, version: "1" } as const;
  const [binding] = readSecrets({ shop: { API_KEY: { from } } }).shop;
  assert.ok(binding);
  expect(await readSource(binding)).toMatchObject({ text: `${CANARY} 1`, version: { id: "1" } });
});

test("the version before ends, and is not read then", async () => {
  store({ created: daysAgo(90) }, { created: daysAgo(7.1) });
  expect(await readSource(secret())).toMatchObject({ text: `${CANARY} 2`, previous: undefined });
  expect(asked()).toEqual(["versions/latest:access", "versions"]);
  expect(await readSource(secret({ previousFor: 8 }))).toMatchObject({ previous: `${CANARY} 1` });
  asked();
  const version = { id: "2", created: gcp.secrets[NAME]?.[1]?.created.toISOString() };
  expect(await readSource(secret({ previousFor: 0 }))).toMatchObject({ previous: undefined, version });
  expect(asked()).toEqual(["versions/latest:access", "versions/2"]);
});

test.each([
  ["https://secretmanager.googleapis.com", NAME],
  [
    "https://secretmanager.europe-west1.rep.googleapis.com",
    "projects/shop/locations/europe-west1/secrets/api-key",
  ],
])("%s answers for its secrets", async (address, name) => {
  gcp.secrets = { [name]: [{ data: CANARY, created: daysAgo(1) }] };
  expect(await readSource(gcpSecret(name))).toMatchObject({ text: CANARY });
  expect(hosts).toEqual(new Set([address]));
});

test("a version whose date Google does not say has none", async () => {
  store({ created: daysAgo(1) });
  gcp.fault = ({ path }) =>
    /versions\/1\?/.test(path) ? { body: { name: `${NAME}/versions/1` } } : undefined;
  const version = { id: "1", created: undefined };
  expect(await readSource(secret({ previousFor: 0 }))).toMatchObject({ version });
});

test("the first version has none before it", async () => {
  store({ created: daysAgo(1) });
  expect(await readSource(secret())).toMatchObject({ text: `${CANARY} 1`, previous: undefined });
});

test("a pinned version is found on a later page, and the one before it", async () => {
  gcp.pageSize = 2;
  store(...[9, 8, 7, 3, 2, 1].map((days) => ({ created: daysAgo(days) })));
  const found = await readSource(secret({ version: "3", previousFor: 30 }));
  expect(found).toMatchObject({ text: `${CANARY} 3`, version: { id: "3" }, previous: `${CANARY} 2` });
  gcp.pageSize = 50;
});

test("bindings of one version share its fetch", async () => {
  store({ created: daysAgo(1) });
  await Promise.all([secret(), secret()].map(readSource));
  expect(asked()).toEqual(["versions/latest:access", "versions"]);
});

test("a busy Google is asked again", async () => {
  store({ created: daysAgo(1) });
  const faults = [refusal(429, "RESOURCE_EXHAUSTED"), refusal(503, "UNAVAILABLE")];
  gcp.fault = ({ path }) => (path.includes(":access") ? faults.shift() : undefined);
  expect(await readSource(secret())).toMatchObject({ text: `${CANARY} 1` });
});

describe("an error says the secret, the reason and the fix, and quotes nothing:", () => {
  test.each([
    [404, "NOT_FOUND", /: there is no such secret, or no such version of it\. Check the project/],
    [
      403,
      "PERMISSION_DENIED",
      /: the credentials may not read it\. They need the role Secret Manager Secret Accessor/,
    ],
    [400, "INVALID_ARGUMENT", /: Google cannot have a secret or a version of this name/],
    [401, "UNAUTHENTICATED", /: there are no valid credentials for Google Cloud\. Run `gcloud auth/],
    [418, "TEAPOT", /: the request failed \(TEAPOT\)\. Try again/],
  ])("%s %s", async (code, status, message) => {
    gcp.fault = ({ path }) => (path.includes(":access") ? refusal(code, status, CANARY) : undefined);
    const found = await failureOf(secret());
    expect(found).toMatch(`Google Cloud Secret Manager, version latest of "${NAME}": `);
    expect(found).toMatch(message);
    expect(found).not.toContain(CANARY);
  });

  test("busy for long", async () => {
    gcp.fault = ({ path }) =>
      path.includes(":access") ? refusal(429, "RESOURCE_EXHAUSTED", CANARY) : undefined;
    expect(await failureOf(secret())).toMatch(
      /Google refuses so many requests, also after retries\. Try again\.$/,
    );
    expect(asked()).toHaveLength(5);
  });

  test("a disabled version", async () => {
    store({ created: daysAgo(1) }, { created: daysAgo(1), state: "DISABLED" });
    expect(await failureOf(secret())).toMatch(
      /: it is disabled or destroyed\. Enable it, or add a version\.$/,
    );
  });

  test("the versions may not be listed", async () => {
    store({ created: daysAgo(1) });
    gcp.fault = ({ path }) => (/versions(\/1)?\?/.test(path) ? refusal(403, "PERMISSION_DENIED") : undefined);
    expect(await failureOf(secret())).toMatch(/Secret Manager Viewer too, or set previousFor: 0\.$/);
    const version = { id: "1", created: undefined };
    expect(await readSource(secret({ previousFor: 0 }))).toMatchObject({ text: `${CANARY} 1`, version });
  });

  test("an error in the list of versions", async () => {
    store({ created: daysAgo(1) });
    gcp.fault = ({ path }) => (path.includes("versions?") ? refusal(404, "NOT_FOUND") : undefined);
    expect(await failureOf(secret())).toMatch(/there is no such secret/);
  });

  test.each([
    [
      "damaged",
      { data: "AAAA", dataCrc32c: "1" },
      /: its checksum is another one, so it was damaged on the way/,
    ],
    ["without a checksum", { data: "AAAA" }, /: its checksum is another one/],
    ["without an answer", undefined, /: its checksum is another one/],
    ["binary", { data: "/w==", dataCrc32c: String(crc32c(Buffer.from([255]))) }, /: it is binary/],
  ])("%s", async (_, payload, message) => {
    store({ created: daysAgo(1) });
    const body = { name: `${NAME}/versions/1`, payload };
    gcp.fault = ({ path }) => (path.includes(":access") ? { body } : undefined);
    expect(await failureOf(secret())).toMatch(message);
  });

  test("no server", async () => {
    const { GOOGLE_APPLICATION_CREDENTIALS } = process.env;
    const closed = await startJsonServer(() => ({ body: {} }));
    closed.close();
    expect(await failureOf(secret({ endpoint: closed.url }))).toMatch(/: no server listens at its address/);
    await startRun();
    process.env.GOOGLE_APPLICATION_CREDENTIALS = "/nowhere";
    expect(await failureOf(secret())).toMatch(/: there are no valid credentials for Google Cloud/);
    process.env.GOOGLE_APPLICATION_CREDENTIALS = GOOGLE_APPLICATION_CREDENTIALS;
  });
});

test.each(["api-key", "projects/shop/secrets/api-key/versions/7", ""])(
  "a name is a resource name, not %j",
  (name) => {
    expect(() => gcpSecret(name)).toThrow(/^gcpSecret: expected the resource name of a secret/);
  },
);

test("the checksum is CRC-32C", () => {
  // The check value of the algorithm: https://reveng.sourceforge.io/crc-catalogue/17plus.htm
  expect(crc32c(Buffer.from("123456789"))).toBe(0xe3069283);
});
