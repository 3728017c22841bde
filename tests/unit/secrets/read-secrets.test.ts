import * as pulumi from "@pulumi/pulumi";
import { type EnvOf, SecretsStore, WorkerScript } from "../../../component";
import { inventory } from "../../../component/worker-script/inventory";
import { readSecrets, type SecretList } from "../../../secrets";
import { ACCOUNT_ID, CANARY, only, reveal, runStack, SCRIPT, STORE_SECRET } from "../../support/mock-stack";

const SECRETS = {
  shop: {
    ORDER_KEY: { from: { config: "order-key" }, maxAge: 90, description: "Customers sign with it" },
    SHARED: { from: { config: "vault:shared" } },
    DEBUG_TOKEN: { from: { config: "debug-token" }, stacks: ["dev", "staging"] },
  },
  warehouse: {
    SHARED: { from: { config: "vault:shared" } },
  },
} as const satisfies SecretList;

const CONFIG = {
  "cloudflare-worker-secrets:order-key": `${CANARY}-order`,
  "cloudflare-worker-secrets:debug-token": `${CANARY}-debug`,
  "vault:shared": `${CANARY}-shared`,
};

function configure(config: Record<string, string>): void {
  pulumi.runtime.setAllConfig(config, Object.keys(config));
}

/** What a program gets from the list in a stack. */
async function readIn(stack: string, list: SecretList = SECRETS): Promise<unknown> {
  const run = await runStack(() => ({ secrets: pulumi.output(readSecrets(list)) }), { stack });
  return JSON.parse(JSON.stringify(reveal(run.outputs.secrets)));
}

/** The message of the error that stops a program in a stack. */
function refusal(stack: string, list: SecretList = SECRETS): string {
  pulumi.runtime.setMockOptions(undefined, "cloudflare-worker-secrets", stack);
  try {
    readSecrets(list);
  } catch (error) {
    // Pulumi prints only such an error as its message.
    if (pulumi.RunError.isInstance(error)) return error.message;
    throw error;
  }
  throw new Error("Nothing was refused.");
}

test("each Worker gets its secrets, from the list's keys and with its ages", async () => {
  configure({ ...CONFIG, "vault:shared-previous": `${CANARY}-before` });
  const shared = {
    name: "SHARED",
    text: `${CANARY}-shared`,
    previous: `${CANARY}-before`,
    source: "config:vault:shared",
  };
  expect(await readIn("prod")).toEqual({
    shop: [{ name: "ORDER_KEY", maxAge: 90, text: `${CANARY}-order`, source: "config:order-key" }, shared],
    warehouse: [shared],
  });
});

test("a secret that only some stacks have is declared only there", async () => {
  configure(CONFIG);
  const { shop } = (await readIn("staging")) as { shop: unknown[] };
  expect(shop).toContainEqual({
    name: "DEBUG_TOKEN",
    stacks: ["dev", "staging"],
    text: `${CANARY}-debug`,
    source: "config:debug-token",
  });
});

test("one error lists every value that the stack lacks, with the command that sets it", async () => {
  configure({});
  expect(refusal("prod")).toBe(
    `Stack "prod" lacks 2 of the values in the list of secrets. Nothing was sent to Cloudflare.
  - shop ORDER_KEY: pulumi config set --secret order-key --stack prod
  - shop SHARED, warehouse SHARED: pulumi config set --secret vault:shared --stack prod
All at once: npm run secrets -- --set --stack prod < .env`,
  );
  configure({ ...CONFIG, "cloudflare-worker-secrets:debug-token": "" });
  await expect(readIn("dev")).resolves.toBeDefined();
  configure({ "cloudflare-worker-secrets:order-key": CANARY, "vault:shared": CANARY });
  await expect(readIn("prod")).resolves.toBeDefined();
  const lacking = refusal("dev");
  expect(lacking).toContain("lacks 1 of");
  expect(lacking).toContain("  - shop DEBUG_TOKEN: pulumi config set --secret debug-token --stack dev\n");
  expect(lacking).not.toContain(CANARY);
});

test("one error lists the mistakes in the list, because Pulumi does not check types", () => {
  const list = {
    shop: {
      A: { from: { config: "" } },
      B: { from: { config: "key; rm -rf /" } },
      C: { from: { vault: "a" } },
      D: { stacks: "prod", from: { config: "d" } },
      F: { from: { config: "a", aws: "b" } },
      G: { from: { aws: 1 } },
      H: { from: { config: "a", path: "b..c" } },
      I: { from: { config: "a", path: 1 } },
      E: {},
    },
  };
  const from = (name: string) =>
    `  - shop.${name}.from: expected { config: "<key>" }, a key of the stack's config, { config: "<key>", path: "<path>" }, ` +
    '{ aws: "<name or ARN>" }, ' +
    '{ gcp: "projects/<project>/secrets/<secret>" } or { vault: "<path>", key: "<key>" }.';
  expect(refusal("prod", list as unknown as SecretList).split("\n")).toEqual([
    "The list of secrets has mistakes:",
    ...["A", "B", "C"].map(from),
    `  - shop.D.stacks: expected a list of stacks, such as ["prod"].`,
    ...["F", "G", "H", "I", "E"].map(from),
  ]);
});

const STRUCTURED = {
  shop: {
    DB_PASSWORD: { from: { config: "database", path: "password" }, maxAge: 90 },
    TOKEN: { from: { config: "vault:users", path: '[0]["to ken"]' } },
  },
} as const satisfies SecretList;

test("a path into an object of the config is read, with the previous value beside it", async () => {
  configure({
    "cloudflare-worker-secrets:database": `{"password": "${CANARY}", "password-previous": "${CANARY}-before"}`,
    "vault:users": `[{"to ken": "${CANARY}-token"}]`,
  });
  expect(await readIn("prod", STRUCTURED)).toEqual({
    shop: [
      {
        name: "DB_PASSWORD",
        maxAge: 90,
        text: CANARY,
        previous: `${CANARY}-before`,
        source: "config:database.password",
      },
      { name: "TOKEN", text: `${CANARY}-token`, source: 'config:vault:users[0]["to ken"]' },
    ],
  });
});

test("a path that has no text is a line in the one error", () => {
  configure({ "cloudflare-worker-secrets:database": `{"${CANARY}": "x"}` });
  expect(refusal("prod", STRUCTURED)).toBe(
    `Stack "prod" lacks 2 of the values in the list of secrets. Nothing was sent to Cloudflare.
  - shop DB_PASSWORD: pulumi config set --path --secret database.password --stack prod
  - shop TOKEN: pulumi config set --path --secret 'vault:users[0]["to ken"]' --stack prod
All at once: npm run secrets -- --set --stack prod < .env`,
  );
});

test("a key with dots and a path of the same name are not both in a list", () => {
  const list = {
    shop: {
      A: { from: { config: "a.b" } },
      B: { from: { config: "a", path: "b" } },
      C: { from: { config: "a.b" } },
    },
  };
  expect(refusal("prod", list).split("\n").slice(1)).toEqual([
    "  - shop.B.from: a.b is a key and a path in one list. Give the key another name.",
    "  - shop.C.from: a.b is a key and a path in one list. Give the key another name.",
  ]);
});

test("the type of env follows from a path as from a key", () => {
  type Names = keyof EnvOf<{
    secretTextBindings: ReturnType<typeof readSecrets<typeof STRUCTURED>>["shop"];
  }>;
  const names: Same<Names, "DB_PASSWORD" | "DB_PASSWORD_PREVIOUS" | "TOKEN" | "TOKEN_PREVIOUS"> = true;
  expect(names).toBe(true);
});

/** As a program declares a Worker. `npm run types` checks it. */
function shopBindings() {
  const secrets = readSecrets(SECRETS);
  return {
    secretTextBindings: secrets.shop,
    plainTextBindings: [{ name: "LOG_LEVEL", text: "info" }],
  } as const;
}

type Env = EnvOf<ReturnType<typeof shopBindings>>;
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;

const same: {
  names: Same<
    keyof Env,
    | "ORDER_KEY"
    | "ORDER_KEY_PREVIOUS"
    | "SHARED"
    | "SHARED_PREVIOUS"
    | "DEBUG_TOKEN"
    | "DEBUG_TOKEN_PREVIOUS"
    | "LOG_LEVEL"
  >;
  texts: Same<Env["ORDER_KEY" | "SHARED" | "LOG_LEVEL"], string>;
  /** Not every stack has it. */
  optional: Same<Env["DEBUG_TOKEN"], string | undefined>;
  previous: Same<Env["SHARED_PREVIOUS"], string | undefined>;
} = { names: true, texts: true, optional: true, previous: true };

test("the type of env follows from the list, for each Worker", () => {
  expect(Object.values(same)).not.toContain(false);
  const env: Partial<Env> = {};
  // @ts-expect-error -- not in the list
  expect(env.MISSING).toBeUndefined();
  type Names = keyof EnvOf<{
    secretTextBindings: ReturnType<typeof readSecrets<typeof SECRETS>>["warehouse"];
  }>;
  const others: Same<Names, "SHARED" | "SHARED_PREVIOUS"> = true;
  expect(others).toBe(true);
});

test("a mistake in the list is a type error", () => {
  const lists: SecretList[] = [
    // @ts-expect-error -- no source
    { shop: { A: {} } },
    // @ts-expect-error -- not a kind of source
    { shop: { A: { from: { confg: "a" } } } },
    // @ts-expect-error -- a value has no place in the list
    { shop: { A: { from: { config: "a" }, text: "x" } } },
  ];
  expect(lists).toHaveLength(3);
});

test("WorkerScript deploys the list's secrets, and records their sources and ages for the audit", async () => {
  configure(CONFIG);
  const run = await runStack(
    () => {
      const args = { accountId: ACCOUNT_ID, name: "shop", content: "export default {}", ...shopBindings() };
      new WorkerScript("shop", args);
      return { recorded: inventory(args, { names: [], kept: [] }) };
    },
    { stack: "prod" },
  );
  const { bindings } = only(run, SCRIPT).inputs;
  expect(pulumi.runtime.isRpcSecret(bindings)).toBe(true);
  expect(reveal(bindings)).toEqual([
    { name: "LOG_LEVEL", type: "plain_text", text: "info" },
    { name: "ORDER_KEY", type: "secret_text", text: `${CANARY}-order` },
    { name: "SHARED", type: "secret_text", text: `${CANARY}-shared` },
  ]);
  expect(run.outputs.recorded).toEqual([
    { name: "ORDER_KEY", type: "secret_text", source: "config:order-key", maxAge: 90 },
    { name: "SHARED", type: "secret_text", source: "config:vault:shared" },
  ]);
});

test("a Secrets Store takes its part of the list as a Worker does", async () => {
  configure({ ...CONFIG, "cloudflare-worker-secrets:api-key": `${CANARY}-stored` });
  const list = {
    ...SECRETS,
    shared: { "api-key": { from: { config: "api-key" }, maxAge: 90, stacks: ["dev"] } },
  } as const satisfies SecretList;
  const run = await runStack(
    () => {
      const store = new SecretsStore("shared", { accountId: ACCOUNT_ID, secrets: readSecrets(list).shared });
      return { bound: store.secret("api-key") };
    },
    { stores: [] },
  );
  expect(reveal(only(run, STORE_SECRET).inputs)).toMatchObject({
    name: "api-key",
    value: `${CANARY}-stored`,
  });
});
