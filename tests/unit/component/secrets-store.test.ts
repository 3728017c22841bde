import { strict as assert } from "node:assert";
import * as pulumi from "@pulumi/pulumi";
import { SecretsStore, type SecretsStoreArgs, type StoreSecret, WorkerScript } from "../../../component";
import { SourceError } from "../../../component/contract/source-error";
import { checkArgs } from "../../../component/secrets-store/check";
import { secretsIn } from "../../../component/secrets-store/declared-secrets";
import {
  ACCOUNT_ID,
  CANARY,
  only,
  reveal,
  type RunOptions,
  runStack,
  SCRIPT,
  SECRET,
  STORE,
  STORE_ID,
  STORE_SECRET,
  type StackRun,
} from "../../support/mock-stack";

const KEY: StoreSecret = { name: "api-key", text: CANARY };
const NONE = { stores: [] };
const OTHER = { stores: [{ id: ACCOUNT_ID, name: "default_secrets_store" }] };

function declare(
  secrets: readonly StoreSecret[],
  args: Partial<SecretsStoreArgs> = {},
  options: RunOptions = NONE,
): Promise<StackRun> {
  return runStack(() => {
    const { storeId } = new SecretsStore("shared", { accountId: ACCOUNT_ID, secrets, ...args });
    return { storeId };
  }, options);
}

/** The secrets that the store gets, by name. */
function stored(run: StackRun): Record<string, Record<string, unknown>> {
  const found = run.resources.filter(({ type }) => type === STORE_SECRET);
  return Object.fromEntries(
    found.map(({ name, inputs }) => [name, reveal(inputs) as Record<string, unknown>]),
  );
}

/** All that the engine would receive unencrypted. */
function openInputs(run: StackRun): string {
  return JSON.stringify(run, (_, value: unknown) => (pulumi.runtime.isRpcSecret(value) ? "[sealed]" : value));
}

describe("the store", () => {
  test("is created if the account has none, and is named after the stack", async () => {
    const run = await declare([KEY]);
    expect(only(run, STORE)).toMatchObject({
      parent: "shared",
      inputs: { accountId: ACCOUNT_ID, name: "cloudflare-worker-secrets-dev" },
    });
    expect(run.outputs.storeId).toBe(STORE_ID);
    expect(stored(run)["shared/api-key"]).toMatchObject({ storeId: STORE_ID });
  });

  test("stays the stack's own once it is there, by its name", async () => {
    const stores = [...OTHER.stores, { id: STORE_ID, name: "ours" }];
    expect(only(await declare([KEY], { name: "ours" }, { stores }), STORE).inputs.name).toBe("ours");
  });

  test("is used and not declared if the account has another, or if its id is given", async () => {
    for (const [args, options] of [
      [{}, OTHER],
      [{ storeId: pulumi.output(ACCOUNT_ID) }, {}],
    ] as const) {
      const run = await declare([KEY], args, options);
      expect(run.resources.map(({ type }) => type)).not.toContain(STORE);
      expect(stored(run)["shared/api-key"]).toMatchObject({ storeId: ACCOUNT_ID });
    }
  });

  test("is unknown in a preview that does not know the account yet", async () => {
    const accountId = pulumi.output(pulumi.unknown as unknown as string);
    const run = await declare([{ ...KEY, takeOver: ACCOUNT_ID }], { accountId }, { preview: true });
    expect(run.resources.map(({ type }) => type)).not.toContain(STORE);
    expect(only(run, STORE_SECRET).import).toBeUndefined();
  });
});

describe("a secret", () => {
  test.each([
    ["a plain string", () => CANARY],
    ["a promise", () => Promise.resolve(CANARY)],
    ["an Output that is no secret", () => pulumi.output(CANARY)],
    ["a secret", () => pulumi.secret(CANARY)],
  ])("that is %s reaches the engine sealed, with a line of its own", async (_, text) => {
    const run = await declare([{ ...KEY, text: text() }]);
    expect(openInputs(run)).not.toContain(CANARY);
    expect(stored(run)).toEqual({
      "shared/api-key": {
        accountId: ACCOUNT_ID,
        storeId: STORE_ID,
        name: "api-key",
        value: CANARY,
        scopes: ["workers"],
      },
    });
    expect(only(run, SECRET)).toMatchObject({ name: "shared/api-key", dependsOn: "shared/api-key" });
  });

  test("has its comment, and its scopes sorted as Cloudflare sorts them", async () => {
    const run = await declare([{ ...KEY, comment: "why", scopes: ["workers", "ai_gateway"] }]);
    expect(stored(run)["shared/api-key"]).toMatchObject({
      comment: "why",
      scopes: ["ai_gateway", "workers"],
    });
  });

  test("with a previous value is two, and the previous one comes first", async () => {
    const run = await declare([{ ...KEY, previous: `${CANARY}-old`, comment: "why" }]);
    expect(openInputs(run)).not.toContain(CANARY);
    expect(stored(run)).toMatchObject({
      "shared/api-key_PREVIOUS": { name: "api-key_PREVIOUS", value: `${CANARY}-old`, comment: "why" },
      "shared/api-key": { value: CANARY },
    });
    const current = run.resources.find(
      ({ type, name }) => type === STORE_SECRET && name === "shared/api-key",
    );
    expect(current?.dependsOn).toBe("shared/api-key_PREVIOUS");
  });

  test("that is taken over is imported by its id, and an import that stays deletes nothing", async () => {
    const run = await declare(
      [
        { ...KEY, takeOver: "0".repeat(32) },
        { name: "other", text: "x" },
      ],
      {},
      OTHER,
    );
    const [taken, other] = run.resources.filter(({ type }) => type === STORE_SECRET);
    expect(taken).toMatchObject({
      import: `${ACCOUNT_ID}/${ACCOUNT_ID}/${"0".repeat(32)}`,
      retainOnDelete: true,
    });
    expect(other).toMatchObject({ import: undefined, retainOnDelete: undefined });
  });
});

describe("a binding", () => {
  const args = { accountId: ACCOUNT_ID, name: "one", content: "export default {}" };
  const bind = (secrets: readonly StoreSecret[], name: string, options: RunOptions = NONE) =>
    runStack(() => {
      const store = new SecretsStore("shared", { accountId: ACCOUNT_ID, secrets });
      const secretsStoreBindings = [{ name: "API_KEY", ...store.secret(name) }];
      new WorkerScript("one", { ...args, secretsStoreBindings });
      return {};
    }, options);

  test("leads to the store's secret, and to its previous value while there is one", async () => {
    const run = await bind([{ ...KEY, previous: "old" }], "api-key");
    const type = "secrets_store_secret";
    expect(reveal(only(run, SCRIPT).inputs.bindings)).toEqual([
      { name: "API_KEY", type, storeId: STORE_ID, secretName: "api-key" },
      { name: "API_KEY_PREVIOUS", type, storeId: STORE_ID, secretName: "api-key_PREVIOUS" },
    ]);
  });

  test("leads to the previous value that a secrets manager has, and to no other, with the version on the secret's line", async () => {
    const answer = (previous?: string): Partial<StoreSecret> => ({
      text: Promise.resolve(pulumi.secret(CANARY)),
      previous: Promise.resolve(previous === undefined ? undefined : pulumi.secret(previous)),
      version: Promise.resolve({ id: "7", created: "2026-01-02T03:04:05Z" }),
    });
    const run = await bind([{ ...KEY, ...answer("old") }], "api-key");
    expect(Object.keys(stored(run))).toEqual(["shared/api-key_PREVIOUS", "shared/api-key"]);
    expect(reveal(only(run, SCRIPT).inputs.bindings)).toHaveLength(2);
    const versions = run.resources.flatMap(({ type, inputs }) => (type === SECRET ? [inputs.version] : []));
    expect(versions.toSorted()).toEqual(["7", undefined]);

    const without = await bind([{ ...KEY, ...answer() }], "api-key");
    expect(Object.keys(stored(without))).toEqual(["shared/api-key"]);
    expect(reveal(only(without, SCRIPT).inputs.bindings)).toHaveLength(1);
  });

  test("to what is not declared, or not for Workers, is refused at once", async () => {
    await runStack(() => {
      const secrets: StoreSecret[] = [KEY, { name: "access-key", text: "x", scopes: ["access"] }];
      const store = new SecretsStore("shared", { accountId: ACCOUNT_ID, secrets });
      expect(() => store.secret("other")).toThrow(
        /"shared": secret\("other"\): expected one of its secrets \(api-key, access-key\)/,
      );
      expect(() => store.secret("access-key")).toThrow(/with the scope workers/);
      return {};
    }, NONE);
  });

  test("to a name that is not declared is a type error too", () => {
    const bindWrongly = (store: SecretsStore<"api-key">) => {
      // @ts-expect-error -- not declared
      store.secret("api_key");
    };
    expect(bindWrongly).toBeDefined();
  });
});

describe("the check", () => {
  /** The lines of the error, without the bullets; none if the arguments are accepted. */
  async function problems(change: Record<string, unknown>): Promise<string[]> {
    await pulumi.runtime.setMocks({
      newResource: () => assert.fail("the check declares nothing"),
      call: () => assert.fail("the check calls nothing"),
    });
    try {
      await checkArgs("shared", { accountId: ACCOUNT_ID, secrets: [KEY], ...change });
      return [];
    } catch (error) {
      assert.ok(pulumi.RunError.isInstance(error));
      expect(error.message).not.toContain(CANARY);
      const [heading, ...lines] = error.message.split("\n");
      expect(heading).toMatch(/^SecretsStore "shared" cannot be deployed as it is declared/);
      return lines.map((line) => line.replace(/^ {2}- /, ""));
    }
  }
  const secrets = (change: Record<string, unknown>) => ({ secrets: [{ ...KEY, ...change }] });
  const many = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ name: `s${index}`, text: "x" }));

  test.each<[Record<string, unknown>]>([
    [{}],
    [{ secrets: [] }],
    [{ secrets: many(100), storeId: ACCOUNT_ID, name: "ours" }],
    [secrets({ text: "x".repeat(65_536), previous: "y", source: "config:api-key", maxAge: 90 })],
    [secrets({ scopes: ["access", "ai_gateway", "containers", "dex", "websearch", "workers"] })],
    [secrets({ text: pulumi.unknown, comment: pulumi.unknown, takeOver: ACCOUNT_ID })],
    [{ accountId: pulumi.output(pulumi.unknown) }],
  ])("accepts case %#", async (change) => {
    expect(await problems(change)).toEqual([]);
  });

  test.each<[Record<string, unknown>, RegExp]>([
    [{ accountId: "x" }, /^accountId: expected 32 hexadecimal digits/],
    [{ storeId: "shared" }, /^storeId: expected the store's id.*Leave it out/],
    [{ name: " " }, /^name: expected a name/],
    [{ secrets: KEY }, /^secrets: expected a list/],
    [secrets({ name: "api key" }), /^secrets\[0\]\.name: expected the secret's name/],
    [secrets({ name: "a/b" }), /^secrets\[0\]\.name: /],
    [secrets({ text: "" }), /^secrets\[0\]\.text: expected 1 to 65536 bytes/],
    [secrets({ text: "é".repeat(32_769) }), /^secrets\[0\]\.text: /],
    [secrets({ previous: "" }), /^secrets\[0\]\.previous: expected 1 to 65536 bytes/],
    [secrets({ scopes: [] }), /^secrets\[0\]\.scopes: expected a list of at least one of access, ai_gateway/],
    [secrets({ scopes: "workers" }), /^secrets\[0\]\.scopes: /],
    [secrets({ scopes: ["worker"] }), /^secrets\[0\]\.scopes: /],
    [secrets({ scopes: ["workers", "workers"] }), /^secrets\[0\]\.scopes: /],
    [secrets({ comment: pulumi.secret(CANARY) }), /^secrets\[0\]\.comment: expected no secret/],
    [secrets({ comment: 1 }), /^secrets\[0\]\.comment: expected a text/],
    [secrets({ maxAge: 0 }), /^secrets\[0\]\.maxAge: /],
    [secrets({ source: "" }), /^secrets\[0\]\.source: /],
    [secrets({ takeOver: true }), /^secrets\[0\]\.takeOver: expected the id of the live secret/],
    [{ secrets: [KEY, KEY] }, /^secrets\[1\]\.name: expected a name of its own, but secrets\[0\]\.name is/],
    [
      {
        secrets: [
          { name: "api-key_PREVIOUS", text: "x" },
          { ...KEY, previous: "y" },
        ],
      },
      /^secrets\[1\]\.previous \(stored under the name with _PREVIOUS\): expected a name of its own/,
    ],
    [
      { secrets: [...many(99), { ...KEY, previous: "y" }] },
      /^secrets: expected at most 100, previous values included, found 101/,
    ],
  ])("names what is wrong, case %#", async (change, expected) => {
    expect(await problems(change)).toEqual([expect.stringMatching(expected)]);
  });

  test("lists everything at once, also of an item that is null", async () => {
    const found = await problems({ accountId: "x", secrets: [null, { text: "", previous: "x" }] });
    expect(found.map((line) => line.split(": ")[0])).toEqual([
      "accountId",
      "secrets[0].name",
      "secrets[0].text",
      "secrets[1].name",
      "secrets[1].text",
    ]);
  });

  test("has what is no list, and null in it, to itself: nothing else reads them", () => {
    expect(secretsIn("text")).toEqual([]);
    expect(secretsIn([null, KEY])).toEqual([KEY]);
  });

  test("has a line for each source that fails", async () => {
    const text = Promise.reject(new SourceError('AWS Secrets Manager, secret "shop": it does not exist.'));
    expect(await problems(secrets({ text, scopes: [] }))).toEqual([
      expect.stringMatching(/^secrets\[0\]\.scopes: /),
      'secrets[0].text: AWS Secrets Manager, secret "shop": it does not exist.',
    ]);
  });

  test("refuses a store in a stack that deploys without values, which it could only send empty", async () => {
    process.env.WORKER_SECRET_VALUES = "keep";
    try {
      expect(await problems(secrets({ text: "" }))).toEqual([
        expect.stringMatching(/^secrets: expected a stack that sends values.*in a stack of its own/),
      ]);
    } finally {
      delete process.env.WORKER_SECRET_VALUES;
    }
  });

  test("refuses a second store of an account", async () => {
    await problems({});
    const args = { accountId: ACCOUNT_ID, secrets: [] };
    await expect(Promise.all([checkArgs("one", args), checkArgs("two", args)])).rejects.toThrow(
      /accountId: expected an account of its own, but SecretsStore "shared" has the same/,
    );
  });
});
