import { strict as assert } from "node:assert";
import * as pulumi from "@pulumi/pulumi";
import type { WorkerScriptArgs } from "../../../component";
import { SourceError } from "../../../component/contract/source-error";
import { unlessRefused } from "../../../component/refusal";
import { checkArgs } from "../../../component/worker-script/check";
import { ACCOUNT_ID, CANARY } from "../../support/mock-stack";

const VALID: WorkerScriptArgs = {
  accountId: ACCOUNT_ID,
  name: "script_1",
  content: "export default {}",
  secretTextBindings: [{ name: "API_KEY", text: CANARY }],
  plainTextBindings: [{ name: "LOG_LEVEL", text: "" }],
  inheritedSecrets: ["VAULTED"],
  bindings: [{ type: "kv_namespace", name: "CACHE", namespaceId: "kv" }],
  compatibilityDate: "2026-01-01",
};

/** The lines of the error, without the bullets; none if the arguments are accepted. */
async function problems(change: Record<string, unknown>): Promise<string[]> {
  await startRun();
  try {
    await checkArgs("worker", { ...VALID, ...change });
    return [];
  } catch (error) {
    assert.ok(pulumi.RunError.isInstance(error));
    const [heading, ...lines] = error.message.split("\n");
    expect(heading).toBe(
      'WorkerScript "worker" cannot be deployed as it is declared. Nothing was sent to Cloudflare.',
    );
    return lines.map((line) => line.replace(/^ {2}- /, ""));
  }
}

let warnings: string[];

/** Each run of a program has a connection to the engine of its own. */
async function startRun(): Promise<void> {
  await pulumi.runtime.setMocks({
    newResource: ({ type }) => {
      throw new Error(`The check declares nothing, but here is a ${type}`);
    },
    call: ({ token }) => {
      throw new Error(`The check calls nothing, but here is a call of ${token}`);
    },
  });
}

beforeEach(async () => {
  warnings = [];
  await startRun();
  jest.spyOn(console, "warn").mockImplementation((message: string) => warnings.push(message));
  jest.useFakeTimers({ now: new Date("2026-06-15T23:30:00Z"), doNotFake: ["nextTick", "setImmediate"] });
});

afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

test("valid arguments are accepted", async () => {
  expect(await problems({})).toEqual([]);
  expect(warnings).toEqual([]);
});

test("placement is accepted with a warning, because a provider crashed on it", async () => {
  expect(await problems({ placement: { mode: "smart" } })).toEqual([]);
  expect(warnings.join()).toMatch(/placement made the official provider crash in version 6\.17/);
});

test("assets that are not known before the deploy are accepted", async () => {
  expect(await problems({ assets: pulumi.unknown })).toEqual([]);
});

const LONG = "a".repeat(63);

test.each([
  ["name", "_"],
  ["name", "0-a_b"],
  ["name", "a".repeat(255)],
  ["name", "ends-with-"],
  ["workersDevSubdomain", "my-team"],
  ["undeclaredSecrets", "warn"],
  ["undeclaredVariables", "delete"],
  ["undeclaredBindings", "error"],
  ["unreadableWorker", "warn"],
  ["content", " x"],
  ["assets", { directory: "public" }],
  ["assets", { jwt: "token", config: {} }],
  ["compatibilityDate", undefined],
  ["compatibilityDate", "2026-06-15"],
  ["compatibilityDate", "2024-02-29"],
  ["secretTextBindings", undefined],
  ["secretTextBindings", []],
  ["secretTextBindings", [{ name: "K", text: "x".repeat(5_120) }]],
  ["secretTextBindings", [{ name: "$_ünïcödé1", text: "x" }]],
  ["secretTextBindings", [{ name: "K", text: "x", previous: "x".repeat(5_120), source: "x", maxAge: 0.5 }]],
  ["secretTextBindings", [{ name: "K", text: "x", previous: undefined }]],
  ["secretsStoreBindings", [{ name: "K", storeId: ACCOUNT_ID, secretName: "k-1", previous: "k-1_PREVIOUS" }]],
  ["secretsStoreBindings", [{ name: "K", storeId: pulumi.unknown, secretName: pulumi.unknown }]],
  ["plainTextBindings", [{ name: "K", text: "x".repeat(5_120) }]],
  ["bindings", [{ name: "K", type: "json", json: "{}" }]],
  ["bindings", [{ name: "K", type: "json", json: `"${"x".repeat(5_118)}"` }]],
  ["bindings", [{ name: "K", type: "secret_key", algorithm: '"HMAC"', format: "RAW", keyBase64: "eA==" }]],
  [
    "bindings",
    [{ name: "K", type: "secret_key", algorithm: '{"name":"HMAC"}', format: "jwk", keyJwk: "{}" }],
  ],
])("%s: accepted, case %#", async (property, value) => {
  expect(await problems({ [property]: value })).toEqual([]);
});

test.each([
  ["accountId", "", /^accountId: expected 32 hexadecimal digits.*pulumi config set accountId/],
  ["accountId", "0123456789ABCDEF0123456789abcdef", /^accountId: .*lower case/],
  ["accountId", "0".repeat(31), /^accountId: /],
  ["accountId", "0".repeat(33), /^accountId: /],
  ["accountId", `${"0".repeat(31)}g`, /^accountId: /],
  ["accountId", undefined, /^accountId: /],
  ["accountId", 1, /^accountId: /],
  ["name", "", /^name: expected 1 to 255 characters of a-z, 0-9, - and _/],
  ["name", "-a", /^name: /],
  ["name", "Script", /^name: /],
  ["name", "a.b", /^name: /],
  ["name", "a\n", /^name: /],
  ["name", "a".repeat(256), /^name: /],
  ["unreadableWorker", "delete", /^unreadableWorker: expected one of error, warn/],
  ["undeclaredSecrets", "keep", /^undeclaredSecrets: expected one of error, warn, delete/],
  ["undeclaredVariables", "keep", /^undeclaredVariables: expected one of error, warn, delete/],
  ["undeclaredBindings", "keep", /^undeclaredBindings: expected one of error, warn, delete/],
  ["workersDevSubdomain", "", /^workersDevSubdomain: expected only the account's own part/],
  ["workersDevSubdomain", "https://my-team.workers.dev", /^workersDevSubdomain: /],
  ["workersDevSubdomain", "my-team.workers.dev", /^workersDevSubdomain: /],
  ["content", "", /^content: expected the script's source code/],
  ["content", " \n", /^content: /],
  ["modules", { "/a": { contentType: "text/plain", content: "" } }, /^modules\["\/a"\]: expected a path/],
  ["assets", { config: { notFoundHandling: "none" } }, /^assets: expected a directory, or the jwt/],
  ["assets", null, /^assets: expected a directory/],
  ["compatibilityDate", "2026-06-16", /^compatibilityDate: expected a date as YYYY-MM-DD, not in the future/],
  ["compatibilityDate", "2026-1-1", /^compatibilityDate: /],
  ["compatibilityDate", "2026-02-30", /^compatibilityDate: /],
  ["compatibilityDate", "2026-13-01", /^compatibilityDate: /],
  ["compatibilityDate", "", /^compatibilityDate: /],
  [
    "secretTextBindings",
    [{ name: "", text: "x" }],
    /^secretTextBindings\[0\]\.name: expected a JavaScript variable/,
  ],
  ["secretTextBindings", [{ name: "API-KEY", text: "x" }], /^secretTextBindings\[0\]\.name: /],
  ["secretTextBindings", [{ name: "1A", text: "x" }], /^secretTextBindings\[0\]\.name: /],
  ["secretTextBindings", [{ name: "class", text: "x" }], /^secretTextBindings\[0\]\.name: /],
  ["secretTextBindings", [{ name: "A;B", text: "x" }], /^secretTextBindings\[0\]\.name: /],
  ["secretTextBindings", [{ name: "A" }], /^secretTextBindings\[0\]\.text: expected 1 to 5120 bytes/],
  ["secretTextBindings", [{ name: "A", text: "" }], /^secretTextBindings\[0\]\.text: .*config set --secret/],
  ["secretTextBindings", [{ name: "A", text: "x".repeat(5_121) }], /^secretTextBindings\[0\]\.text: /],
  ["secretTextBindings", [{ name: "A", text: "é".repeat(2_561) }], /^secretTextBindings\[0\]\.text: /],
  [
    "secretTextBindings",
    [{ name: "A", text: "x", previous: "" }],
    /^secretTextBindings\[0\]\.previous: expected 1 to 5120/,
  ],
  ["secretTextBindings", [{ text: "x", previous: "x" }], /^secretTextBindings\[0\]\.name: /],
  [
    "secretTextBindings",
    [{ name: "A", text: "x", maxAge: 0 }],
    /^secretTextBindings\[0\]\.maxAge: expected a number of days above 0/,
  ],
  ["secretTextBindings", [{ name: "A", text: "x", maxAge: "90" }], /^secretTextBindings\[0\]\.maxAge: /],
  ["secretTextBindings", [{ name: "A", text: "x", maxAge: NaN }], /^secretTextBindings\[0\]\.maxAge: /],
  [
    "secretTextBindings",
    [{ name: "A", text: "x", source: "" }],
    /^secretTextBindings\[0\]\.source: expected the place that the value comes from/,
  ],
  [
    "plainTextBindings",
    [{ name: "A", text: "x".repeat(5_121) }],
    /^plainTextBindings\[0\]\.text: expected at most 5120/,
  ],
  ["plainTextBindings", [{ name: "A-B", text: "x" }], /^plainTextBindings\[0\]\.name: /],
  ["inheritedSecrets", ["A-B"], /^inheritedSecrets\[0\]: expected a JavaScript variable name/],
  ["secretTextBindings", { API_KEY: "x" }, /^secretTextBindings: expected a list/],
  ["bindings", "x", /^bindings: expected a list/],
  [
    "bindings",
    [{ name: "A", type: "plain_text", text: "x".repeat(5_121) }],
    /^bindings\[0\]\.text: expected at most/,
  ],
  [
    "bindings",
    [{ name: "A", type: "json", json: `"${"x".repeat(5_119)}"` }],
    /^bindings\[0\]\.json: expected JSON text of at most 5120 bytes.*JSON\.stringify/,
  ],
  ["bindings", [{ name: "A", type: "json", json: "{'a': 1}" }], /^bindings\[0\]\.json: /],
  ["bindings", [{ name: "A", type: "json" }], /^bindings\[0\]\.json: /],
  ["bindings", [{ name: "A-B", type: "json", json: "{}" }], /^bindings\[0\]\.name: /],
  [
    "bindings",
    [{ name: "A", type: "secret_key", algorithm: "HMAC" }],
    /^bindings\[0\]\.algorithm: expected JSON text, such as \{"name":"HMAC","hash":"SHA-256"\}\..*JSON\.stringify/,
  ],
  ["bindings", [{ name: "A", type: "Secret_Key", algorithm: "{" }], /^bindings\[0\]\.algorithm: /],
  [
    "bindings",
    [{ name: "A", type: "secret_key", keyJwk: "not JSON" }],
    /^bindings\[0\]\.keyJwk: expected the key as JSON text/,
  ],
  [
    "bindings",
    [{ name: "A", type: "secret_key", format: "pem" }],
    /^bindings\[0\]\.format: expected one of raw, pkcs8, spki, jwk/,
  ],
  [
    "secretsStoreBindings",
    [{ name: "A-B", storeId: ACCOUNT_ID, secretName: "a" }],
    /^secretsStoreBindings\[0\]\.name: expected a JavaScript variable name/,
  ],
  [
    "secretsStoreBindings",
    [{ name: "A", storeId: "shared", secretName: "a" }],
    /^secretsStoreBindings\[0\]\.storeId: expected the store's id.*secrets-store store list/,
  ],
  [
    "secretsStoreBindings",
    [{ name: "A", storeId: ACCOUNT_ID, secretName: "a b" }],
    /^secretsStoreBindings\[0\]\.secretName: expected the name of a secret.*secrets-store secret list/,
  ],
  [
    "secretsStoreBindings",
    [{ name: "A", storeId: ACCOUNT_ID, secretName: "a", previous: "" }],
    /^secretsStoreBindings\[0\]\.previous: expected the name of a secret/,
  ],
  ["secretsStoreBindings", {}, /^secretsStoreBindings: expected a list/],
  ["bindings", [{ name: "A", type: "SECRET_TEXT" }], /^bindings\[0\]: .*Declare it in secretTextBindings/],
  ["bindings", [{ name: "A", type: "secret_text" }], /^bindings\[0\]: .*Declare it in secretTextBindings/],
])("%s: one problem, case %#", async (property, value, expected) => {
  expect(await problems({ [property]: value })).toEqual([expect.stringMatching(expected)]);
});

test.each([
  [
    "secretTextBindings",
    [
      { name: "API_KEY", text: "x" },
      { name: "API_KEY", text: "y" },
    ],
  ],
  ["plainTextBindings", [{ name: "API_KEY", text: "x" }]],
  ["inheritedSecrets", ["API_KEY"]],
  ["secretsStoreBindings", [{ name: "API_KEY", storeId: ACCOUNT_ID, secretName: "a" }]],
  ["bindings", [{ name: "API_KEY", type: "json", json: "{}" }]],
])("a name that is used twice is refused, also in %s", async (list, value) => {
  expect(await problems({ [list]: value })).toEqual([
    expect.stringMatching(/expected a name of its own, but secretTextBindings\[0\]\.name is the same/),
  ]);
});

test("a binding that is null is named like any other that is wrong", async () => {
  const found = await problems({ secretTextBindings: [null], bindings: [Promise.resolve(null)] });
  expect(found.map((line) => line.split(": ")[0])).toEqual(
    expect.arrayContaining(["secretTextBindings[0].name", "secretTextBindings[0].text", "bindings[0].name"]),
  );
});

test("a previous value has a name of its own too", async () => {
  const found = await problems({
    secretTextBindings: [{ name: "A", text: "x", previous: "y" }],
    inheritedSecrets: ["A_PREVIOUS"],
  });
  expect(found).toEqual([
    expect.stringMatching(
      /^inheritedSecrets\[0\]: expected a name of its own, but secretTextBindings\[0\]\.previous \(bound under/,
    ),
  ]);
});

test("a script with a workers.dev route has a name that fits into a host name", async () => {
  expect(await problems({ workersDev: true, name: LONG })).toEqual([]);
  const expected = [expect.stringMatching(/^name: expected at most 63 characters.*leave workersDev out/)];
  expect(await problems({ workersDev: true, name: `${LONG}a` })).toEqual(expected);
  expect(await problems({ workersDev: true, name: "a-" })).toEqual(expected);
  expect(await problems({ workersDev: false, name: `${LONG}a` })).toEqual([]);
});

test("128 variables and secrets are the most, over all lists; other kinds do not count", async () => {
  const secrets = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ name: `S${index}`, text: "x" }));
  const others = {
    plainTextBindings: [{ name: "P", text: "x" }],
    inheritedSecrets: ["I"],
    secretsStoreBindings: [{ name: "STORED", storeId: ACCOUNT_ID, secretName: "stored" }],
    bindings: [
      { name: "J", type: "json", json: "{}" },
      { name: "T", type: "plain_text", text: "x" },
      { name: "S", type: "secret_key", keyBase64: "eA==" },
      { name: "KV", type: "kv_namespace", namespaceId: "kv" },
    ],
  };
  expect(await problems({ ...others, secretTextBindings: secrets(123) })).toEqual([]);
  expect(await problems({ ...others, secretTextBindings: secrets(124) })).toEqual([
    expect.stringMatching(/expected at most 128 variables and secrets together, found 129/),
  ]);
  expect(warnings).toEqual([expect.stringMatching(/128 variables/)]);
});

test("previous values count towards the 128, and towards the 64 of the free plan", async () => {
  const rotating = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ name: `S${index}`, text: "x", previous: "y" }));
  const others = { plainTextBindings: [], inheritedSecrets: [], bindings: [] };
  expect(await problems({ ...others, secretTextBindings: rotating(64) })).toEqual([]);
  expect(warnings).toEqual([expect.stringMatching(/128 variables/)]);
  expect(await problems({ ...others, secretTextBindings: rotating(65) })).toEqual([
    expect.stringMatching(/expected at most 128 variables and secrets together, found 130/),
  ]);
  warnings = [];
  await problems({ ...others, secretTextBindings: rotating(32) });
  expect(warnings).toEqual([]);
  await problems({ ...others, secretTextBindings: rotating(33) });
  expect(warnings).toEqual([expect.stringMatching(/66 variables and secrets; .*free plan/)]);
});

test("more than 64 are a warning, because an account on the free plan refuses them", async () => {
  const secretTextBindings = Array.from({ length: 62 }, (_, index) => ({ name: `S${index}`, text: "x" }));
  await problems({ secretTextBindings });
  expect(warnings).toEqual([]);
  await problems({ secretTextBindings: [...secretTextBindings, { name: "ONE_MORE", text: "x" }] });
  expect(warnings).toEqual([
    expect.stringMatching(/WorkerScript "worker": 65 variables and secrets; .*free plan/),
  ]);
});

const secret = pulumi.secret(CANARY);

test.each<[string, Record<string, unknown>, string]>([
  ["a text", { plainTextBindings: [{ name: "A", text: secret }] }, "plainTextBindings[0].text"],
  [
    "a promised text",
    { plainTextBindings: [{ name: "A", text: Promise.resolve(secret) }] },
    "plainTextBindings[0].text",
  ],
  [
    "a text made from it",
    { plainTextBindings: [{ name: "A", text: pulumi.interpolate`https://${secret}@host` }] },
    "plainTextBindings[0].text",
  ],
  ["an item", { plainTextBindings: [pulumi.secret({ name: "A", text: CANARY })] }, "plainTextBindings[0]"],
  ["a list", { plainTextBindings: pulumi.secret([{ name: "A", text: CANARY }]) }, "plainTextBindings"],
  [
    "a json value",
    { bindings: [{ name: "A", type: "json", json: pulumi.jsonStringify({ a: secret }) }] },
    "bindings[0].json",
  ],
  [
    "a variable of bindings",
    { bindings: [{ name: "A", type: "PLAIN_TEXT", text: secret }] },
    "bindings[0].text",
  ],
  ["a json item", { bindings: [pulumi.secret({ name: "A", type: "json", json: "{}" })] }, "bindings[0]"],
  [
    "a list with a json item",
    { bindings: pulumi.secret([{ name: "A", type: "json", json: "{}" }]) },
    "bindings[0]",
  ],
])("a secret in a readable place is refused: %s", async (_, change, path) => {
  const found = await problems(change);
  expect(found).toEqual([
    `${path}: expected no secret, because Cloudflare shows this value in the dashboard. Declare it in ` +
      "secretTextBindings. If it is not confidential, keep it in the config without --secret.",
  ]);
  expect(found.join()).not.toContain(CANARY);
});

test("a secret in a place that Cloudflare does not show is accepted, and so is an Output that is not secret", async () => {
  const change = {
    plainTextBindings: [{ name: "A", text: pulumi.output("readable") }],
    bindings: pulumi.secret([
      { name: "K", type: "secret_key", algorithm: '"HMAC"', keyBase64: CANARY },
      { name: "KV", type: "kv_namespace", namespaceId: CANARY },
    ]),
  };
  expect(await problems(change)).toEqual([]);
});

/** Resolves in the same turn of the event loop, but after everything that is at hand. */
async function later<T>(value: T): Promise<T> {
  for (let turn = 0; turn < 1_000; turn++) {
    await Promise.resolve();
  }
  return value;
}

describe("two resources that declare the same Worker", () => {
  const refused = (args: Record<string, unknown>, resource: string) =>
    checkArgs(resource, { ...VALID, ...args }).then(
      () => undefined,
      (error: unknown) => (error as Error).message,
    );

  test.each([
    ["plain names", "script_1"],
    ["a name that is an Output", pulumi.output("script_1")],
    ["a name that is promised", Promise.resolve("script_1")],
    ["a name that is known a little later", () => later("script_1")],
  ])("are both refused, and each names the other: %s", async (_, name) => {
    const [first, second, other] = await Promise.all([
      refused({}, "first"),
      refused({ name: typeof name === "function" ? name() : name }, "second"),
      refused({ name: "script_2" }, "third"),
    ]);
    expect(first).toMatch(
      /"first" cannot be deployed[^]*- name: expected a Worker of its own, but WorkerScript "second"/,
    );
    expect(second).toMatch(
      /"second" cannot be deployed[^]*WorkerScript "first" has the same account and name/,
    );
    expect(other).toBeUndefined();
  });

  test("are accepted in different accounts, at a preview that does not know, and in the next run", async () => {
    const accountId = "f".repeat(32);
    const unknown = pulumi.output(pulumi.unknown);
    const all = [{}, { accountId }, { name: unknown }, { name: unknown }];
    expect(await Promise.all(all.map((args, index) => refused(args, `r${index}`)))).toEqual(
      Array(4).fill(undefined),
    );
    await startRun();
    expect(await refused({}, "again")).toBeUndefined();
  });
});

describe("a source that cannot be read", () => {
  const owed = (error: Error) => {
    const promise = Promise.reject(error);
    promise.catch(() => undefined);
    return { text: promise, previous: promise, version: promise, previousVersion: promise };
  };
  const failing = owed(new SourceError("Vault, secret x: it is denied."));

  test("is a line among the others, with the binding's name", async () => {
    const found = await problems({
      accountId: "x",
      secretTextBindings: [
        { name: "API_KEY", text: CANARY },
        { name: "FAILS", ...failing },
        Promise.resolve({ name: `${CANARY} `, ...failing }),
      ],
    });
    expect(found.map((line) => line.replace(/ expected .*/, ""))).toEqual([
      "accountId:",
      "secretTextBindings[2].name:",
      "secretTextBindings[1].text (FAILS): Vault, secret x: it is denied.",
      "secretTextBindings[2].text: Vault, secret x: it is denied.",
    ]);
  });

  test.each(["text", "previous", "version", "previousVersion"])("fails with any part: %s", async (part) => {
    const value = { text: CANARY, [part]: failing.text };
    expect(await problems({ secretTextBindings: [{ name: "A", ...value }] })).toEqual([
      "secretTextBindings[0].text (A): Vault, secret x: it is denied.",
    ]);
  });

  test("is no problem of the arguments if a promise rejects with any other error", async () => {
    await startRun();
    const secretTextBindings = [{ name: "A", ...owed(new Error("bug")) }];
    await expect(checkArgs("worker", { ...VALID, secretTextBindings })).rejects.toThrow("bug");
  });

  test("leaves what is not its own: an Output may be unknown, and another secret's text with it", async () => {
    await startRun();
    const text = pulumi.output<string>(pulumi.unknown as unknown as string);
    const previous = Promise.resolve(pulumi.secret("before"));
    const version = Promise.resolve({ id: "7" });
    const secretTextBindings = [
      { name: "A", text },
      { name: "B", text: CANARY, previous, version },
    ];
    const { secretTextBindings: answered } = await checkArgs("worker", { ...VALID, secretTextBindings });
    expect(answered).toEqual([
      { name: "A", text },
      { name: "B", text: CANARY, previous: await previous, version: { id: "7" } },
    ]);
  });
});

test("all problems are in one error, whether the values are plain, promised or Outputs", async () => {
  const found = await problems({
    accountId: "x",
    name: Promise.resolve("Script"),
    content: pulumi.output(""),
    compatibilityDate: pulumi.secret("tomorrow"),
    secretTextBindings: [
      { name: "OK", text: pulumi.secret("x".repeat(5_121)) },
      pulumi.output({ name: "a-b", text: "" }),
    ],
  });
  expect(found.map((line) => line.split(": ")[0])).toEqual([
    "accountId",
    "name",
    "content",
    "compatibilityDate",
    "secretTextBindings[0].text",
    "secretTextBindings[1].name",
    "secretTextBindings[1].text",
  ]);
});

test("an error shows no value, not even of a secret in the place of a name", async () => {
  const secret = `${CANARY} `;
  const found = await problems({
    accountId: secret,
    name: secret,
    compatibilityDate: secret,
    secretTextBindings: [
      { name: secret, text: secret.repeat(500) },
      { name: secret, text: "" },
    ],
    plainTextBindings: [{ name: secret, text: secret.repeat(500) }],
    inheritedSecrets: [secret],
    bindings: [{ name: secret, type: "secret_text", text: secret }],
  });
  expect(found.length).toBeGreaterThan(10);
  expect(found.join("\n")).not.toContain(CANARY);
});

test("at preview what is known is checked, and what is unknown is left to the deploy", async () => {
  const unknown = pulumi.output(pulumi.unknown);
  const change = { content: unknown, name: "Script", secretTextBindings: [{ name: "A", text: unknown }] };
  expect(await problems(change)).toEqual([expect.stringMatching(/^name: /)]);
});

test("the outputs of a refused component do not repeat the error", async () => {
  await expect(unlessRefused(Promise.resolve(), { name: "script_1" })).resolves.toEqual({ name: "script_1" });
  await expect(unlessRefused(Promise.reject(new Error("refused")), { name: "script_1" })).resolves.toEqual(
    {},
  );
});

test("a list that is unknown at preview is said to hide the names", async () => {
  const change = { secretTextBindings: pulumi.output(pulumi.unknown) };
  expect(await problems(change)).toEqual([]);
  expect(warnings).toEqual([expect.stringMatching(/secretTextBindings is not known before the deploy/)]);
});
