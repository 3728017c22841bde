import { sealed, startPack, type Analyzed, type Pack, UNKNOWN } from "../../support/policy-pack";

const CANARY = "canary-4b7e19";
const SCRIPT = "cloudflare:index/workersScript:WorkersScript";
const VERSION = "cloudflare:index/workerVersion:WorkerVersion";
const COMPONENT = "cloudflare-worker-secrets:index:WorkerScript";
const STORE_SECRET = "cloudflare:index/secretsStoreSecret:SecretsStoreSecret";
const SUBDOMAIN = "cloudflare:index/workersScriptSubdomain:WorkersScriptSubdomain";
const TOKEN = "cloudflare:index/accountToken:AccountToken";
const ACCOUNT = "com.cloudflare.api.account.0123456789abcdef0123456789abcdef";

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
const API_KEY = { name: "API_KEY", type: "secret_text", text: sealed(CANARY) };
const LEVEL = { name: "LOG_LEVEL", type: "plain_text", text: "info" };

/** Resources that keep to every policy. Each test changes one of them in one place. */
const worker = {
  type: SCRIPT,
  parent: COMPONENT,
  props: { compatibilityDate: inDays(-30), bindings: [API_KEY, LEVEL] },
};
const component = { type: COMPONENT, props: {} };
const route = {
  type: SUBDOMAIN,
  stack: "prod",
  parent: COMPONENT,
  props: { enabled: false, previewsEnabled: false },
};
const stored = { type: STORE_SECRET, props: { name: "api-key", value: sealed(CANARY), scopes: ["workers"] } };
const oneWorker = { [ACCOUNT]: { "com.cloudflare.edge.worker.script.0a1b": "*" } };
const token = {
  type: TOKEN,
  name: "deploy",
  props: { expiresOn: inDays(30), policies: [tokenPolicy(oneWorker)] },
};

function tokenPolicy(resources: unknown, id = "editor", effect = "allow") {
  return { effect, permissionGroups: [{ id }], resources: JSON.stringify(resources) };
}

/** The resource with other inputs. */
function having<T extends Analyzed>(resource: T, props: object): T {
  return { ...resource, props: { ...resource.props, ...props } };
}

function binding(...bindings: object[]) {
  return having(worker, { bindings });
}

function variable(name: string, text: string) {
  return binding({ name, type: "plain_text", text });
}

function pages(envVars: object) {
  return {
    type: "cloudflare:index/pagesProject:PagesProject",
    props: { deploymentConfigs: { production: { envVars } } },
  };
}

let pack: Pack;
beforeAll(async () => {
  pack = await startPack();
});
afterAll(() => {
  pack.close();
});

/** The violations, none of which may have a value. */
async function analyze(...args: Parameters<Pack["analyze"]>): Promise<string[]> {
  const found = await pack.analyze(...args);
  expect(found.join()).not.toContain("canary");
  return found;
}

test("resources that keep to all policies have no violation", async () => {
  const stack = { type: "pulumi:pulumi:Stack", parent: "", props: {} };
  for (const resource of [worker, component, route, stored, token, stack]) {
    expect(await analyze(resource)).toEqual([]);
  }
});

interface Violation {
  readonly policy: string;
  readonly when: string;
  readonly resource: Analyzed;
  readonly says: readonly string[];
  readonly config?: object;
}

const VIOLATIONS: readonly Violation[] = [
  {
    policy: "raw-worker-secret",
    when: "a Worker with secrets is declared without the component",
    resource: { type: SCRIPT, props: worker.props },
    says: ['"worker"', "API_KEY", "secretTextBindings"],
  },
  {
    policy: "raw-worker-secret",
    when: "it is a child of a component that declares another Worker",
    resource: { ...worker, parentName: "other" },
    says: ["API_KEY"],
  },
  {
    policy: "raw-worker-secret",
    when: "a version of a Worker has a secret",
    resource: { ...worker, type: VERSION },
    says: ["API_KEY"],
  },
  {
    policy: "raw-worker-secret",
    when: "the type is in upper case and a preview does not know the name",
    resource: { ...binding({ ...API_KEY, type: "SECRET_TEXT", name: UNKNOWN }), parentName: "other" },
    says: ["bindings[0]"],
  },
  {
    policy: "plain-text-secret",
    when: "a variable has a name of secrets",
    resource: variable("AUTH_TOKEN", CANARY),
    says: ["AUTH_TOKEN", "the name says so", "secretTextBindings", "except"],
  },
  {
    policy: "plain-text-secret",
    when: "a key in a JSON variable has a name of secrets",
    resource: binding({
      name: "OPTIONS",
      type: "json",
      json: JSON.stringify({ mail: [{ password: CANARY }] }),
    }),
    says: ["OPTIONS", "the name says so"],
  },
  {
    policy: "plain-text-secret",
    when: "a variable of a Pages project has a name of secrets",
    resource: pages({ AUTH_TOKEN: { type: "plain_text", value: CANARY } }),
    says: ["AUTH_TOKEN", "the name says so", 'the type "secret_text"', "except"],
  },
  {
    policy: "plain-text-secret",
    when: "a variable of a Pages project has no type",
    resource: pages({ DB_PASSWORD: { value: "canary-harbour" } }),
    says: ["DB_PASSWORD"],
  },
  {
    policy: "plain-text-secret",
    when: "a variable of type json is no JSON",
    resource: binding({ name: "PASSWORD", type: "json", json: `{${CANARY}` }),
    says: ["PASSWORD"],
  },
  {
    policy: "unsealed-secret",
    when: "the text of a secret is no secret of Pulumi",
    resource: binding({ ...API_KEY, text: CANARY }),
    says: ["API_KEY", "pulumi.secret", "rotate"],
  },
  {
    policy: "unsealed-secret",
    when: "a key is no secret of Pulumi",
    resource: binding(sealed(API_KEY), { name: "SIGNER", type: "secret_key", keyJwk: `{"k":"${CANARY}"}` }),
    says: ["unencrypted in the state: SIGNER."],
  },
  {
    policy: "unsealed-secret",
    when: "a secret of the store is no secret of Pulumi",
    resource: having(stored, { value: CANARY }),
    says: ['"worker"', "value"],
  },
  {
    policy: "token-expiry",
    when: "a token does not expire",
    resource: having(token, { expiresOn: undefined }),
    says: ['"deploy" does not expire', "expiresOn"],
  },
  {
    policy: "token-expiry",
    when: "the time has another form",
    resource: having(token, { expiresOn: "tomorrow" }),
    says: ["does not expire"],
  },
  {
    policy: "token-expiry",
    when: "a token expires too late",
    resource: having(token, { expiresOn: inDays(31) }),
    config: { maxDays: 30 },
    says: ["expires in 31 days", "within 30 days"],
  },
  {
    policy: "token-scope",
    when: "a token is for every account",
    resource: having(token, { policies: [tokenPolicy({ "com.cloudflare.api.account.*": "*" })] }),
    says: ["com.cloudflare.api.account.*", "policies[0]"],
  },
  {
    policy: "token-scope",
    when: "a token is for all zones of an account",
    resource: having(token, {
      policies: [
        tokenPolicy(oneWorker),
        tokenPolicy({ [ACCOUNT]: { "com.cloudflare.api.account.zone.*": "*" } }),
      ],
    }),
    says: ["com.cloudflare.api.account.zone.*", "policies[1]"],
  },
  {
    policy: "token-scope",
    when: "a token is for a whole account",
    resource: having(token, { policies: [tokenPolicy({ [ACCOUNT]: "*" })] }),
    says: ["the whole account 0123456789abcdef0123456789abcdef"],
  },
  {
    policy: "token-scope",
    when: "only another permission group may be for a whole account",
    resource: having(token, {
      policies: [
        { ...tokenPolicy({ [ACCOUNT]: "*" }), permissionGroups: [{ id: "reader" }, { id: "editor" }] },
      ],
    }),
    config: { accountWide: ["reader"] },
    says: ["the whole account"],
  },
  {
    policy: "token-scope",
    when: "the resources cannot be read",
    resource: having(token, { policies: [{ ...tokenPolicy(oneWorker), resources: `{${CANARY}` }] }),
    says: ["no JSON object"],
  },
  {
    policy: "token-scope",
    when: "a permission group is forbidden",
    resource: token,
    config: { forbidden: ["edit*"] },
    says: ["forbidden: editor", "policies[0]"],
  },
  {
    policy: "no-workers-dev",
    when: "workersDev is on in production",
    resource: having(route, { enabled: true }),
    says: ["workersDev", "custom domain"],
  },
  {
    policy: "no-workers-dev",
    when: "preview URLs are on in a stack that the config calls production",
    resource: { ...having(route, { previewsEnabled: true }), stack: "eu.live" },
    config: { production: ["*.live"] },
    says: ["previewsEnabled"],
  },
  {
    policy: "undeclared-secrets",
    when: "the gate does not stop",
    resource: having(component, { undeclaredSecrets: "warn" }),
    says: ["undeclaredSecrets", "inheritedSecrets"],
  },
  {
    policy: "undeclared-secrets",
    when: "another argument that the config names is set",
    resource: having(component, { takeOver: true }),
    config: { arguments: ["unreadableWorker", "takeOver"] },
    says: ["sets takeOver."],
  },
  {
    policy: "compatibility-date",
    when: "the date is old",
    resource: having(worker, { compatibilityDate: inDays(-400) }),
    says: ["from 400 days ago", "365 days"],
  },
  {
    policy: "compatibility-date",
    when: "there is no date",
    resource: having(worker, { compatibilityDate: undefined }),
    says: ["has none"],
  },
  {
    policy: "store-secret-scopes",
    when: "a secret has another scope",
    resource: having(stored, { scopes: ["ai_gateway", "workers"] }),
    says: ["ai_gateway", "for workers only"],
  },
];

test.each(VIOLATIONS)("$policy: $when", async ({ policy, resource, says, config = {} }) => {
  const found = await analyze(resource, { [policy]: config as Record<string, unknown> });
  expect(found.map((text) => text.slice(0, text.indexOf(":")))).toEqual([policy]);
  for (const part of says) expect(found[0]).toContain(part);
});

const ACCEPTED: readonly Omit<Violation, "says">[] = [
  {
    policy: "plain-text-secret",
    when: "the config excepts the name",
    resource: variable("AUTH_TOKEN", CANARY),
    config: { except: ["AUTH_*"] },
  },
  {
    policy: "plain-text-secret",
    when: "a Pages project has a secret and a setting",
    resource: pages({
      AUTH_TOKEN: { type: "secret_text", value: sealed(CANARY) },
      LEVEL: { type: "plain_text", value: "info" },
      UNREAD: UNKNOWN,
    }),
  },
  {
    policy: "plain-text-secret",
    when: "JSON holds no text",
    resource: binding({ name: "LIMITS", type: "json", json: "[1,null]" }),
  },
  {
    policy: "token-scope",
    when: "the group may be for a whole account",
    resource: having(token, { policies: [tokenPolicy({ [ACCOUNT]: "*" })] }),
    config: { accountWide: ["editor"] },
  },
  {
    policy: "token-scope",
    when: "the policy denies",
    resource: having(token, { policies: [tokenPolicy({ [ACCOUNT]: "*" }, "editor", "deny")] }),
  },
  {
    policy: "no-workers-dev",
    when: "the stack is not production",
    resource: { ...having(route, { enabled: true }), stack: "dev" },
  },
  {
    policy: "store-secret-scopes",
    when: "the config allows the scope",
    resource: having(stored, { scopes: ["dex"] }),
    config: { allowed: ["dex"] },
  },
  {
    policy: "undeclared-secrets",
    when: "the argument is not in the config",
    resource: having(component, { takeOver: true }),
  },
];

test.each(ACCEPTED)("$policy accepts: $when", async ({ policy, resource, config = {} }) => {
  expect(await analyze(resource, { [policy]: config as Record<string, unknown> })).toEqual([]);
});

test("what a preview does not know yet is no violation, and the rest is still checked", async () => {
  const unknown = [
    having(worker, {
      compatibilityDate: UNKNOWN,
      bindings: [{ ...API_KEY, text: UNKNOWN }, UNKNOWN, { ...LEVEL, type: UNKNOWN }],
    }),
    having(worker, { bindings: UNKNOWN }),
    having(route, { enabled: UNKNOWN }),
    having(stored, { value: UNKNOWN, scopes: UNKNOWN }),
    having(token, {
      expiresOn: UNKNOWN,
      policies: [UNKNOWN, { ...tokenPolicy(oneWorker), resources: UNKNOWN, permissionGroups: [UNKNOWN] }],
    }),
  ];
  for (const resource of unknown) expect(await analyze(resource)).toEqual([]);
  const partly = binding(
    { ...LEVEL, text: UNKNOWN },
    { name: "AUTH_TOKEN", type: "plain_text", text: CANARY },
  );
  expect(await analyze(partly)).toHaveLength(1);
});

test("no-workers-dev turns the addresses off, and leaves the other inputs as they are", async () => {
  const open = having(route, {
    enabled: true,
    previewsEnabled: true,
    scriptName: UNKNOWN,
    note: sealed("kept"),
  });
  expect(await pack.remediate(open, "no-workers-dev")).toEqual({
    enabled: false,
    previewsEnabled: false,
    scriptName: UNKNOWN,
    note: sealed("kept"),
  });
  expect(await pack.remediate(route, "no-workers-dev")).toBeUndefined();
});
