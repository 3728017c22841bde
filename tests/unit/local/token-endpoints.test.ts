import { createApp } from "../../../local/api/app";
import type { Context } from "../../../local/api/context";
import { authorize } from "../../../local/api/tokens/access";
import { type ApiToken, TokenValues } from "../../../local/api/tokens/api-token";
import { PERMISSION_GROUPS } from "../../../local/api/tokens/permission-groups";
import { policiesOf } from "../../../local/api/tokens/policies";

const A = "0123456789abcdef0123456789abcdef";
const B = "b123456789abcdef0123456789abcdef";
const ZONE = "fedcba9876543210fedcba9876543210";

const tokens = new Map<string, ApiToken>();
const values = new TokenValues();
const context = {
  store: { find: (account: string) => ({ tag: `tag-of-${account}` }), list: () => [] },
  resources: {
    tokenValues: values,
    apiTokens: { find: (_: string, id: string) => tokens.get(id) },
    storeSecrets: {},
  },
  now: () => new Date(),
} as unknown as Context;

/** Every endpoint of the local API that a client can ask, from its own routes: a new one is in these tests by itself. */
const endpoints = [
  ...new Set(
    createApp(context)
      .routes.filter(({ method, path }) => method !== "ALL" && !/\/signed\/|\/assets\/upload$/.test(path))
      .map(({ method, path }) => `${method} ${path.replace("/client/v4", "")}`),
  ),
];

/** A token of account A that has these groups, or all of them, on everything that a policy can name. */
function tokenWith(...names: readonly string[]): string {
  const account = "com.cloudflare.api.account.*";
  const resources = {
    account: { [account]: "*" },
    script: { [account]: { "com.cloudflare.edge.worker.script.*": "*" } },
    zone: { "com.cloudflare.api.account.zone.*": "*" },
  };
  const groups = PERMISSION_GROUPS.filter(({ name }) => names.length === 0 || names.includes(name));
  const sent = groups.map(({ id, scope }) => ({
    effect: "allow",
    permission_groups: [{ id }],
    resources: resources[scope],
  }));
  const id = names.join();
  const policies = policiesOf(sent, A);
  tokens.set(id, { id, name: id, status: "active", issued_on: "", modified_on: "", policies });
  return values.issue(A, id);
}

/** Whether a token may ask an endpoint below an account. */
function may(token: string, endpoint: string, account = A): boolean {
  const [method = "", address = ""] = endpoint.split(" ");
  const [path = "", query = ""] = address.split("?");
  const asked = {
    method,
    path: path
      .replace(":account", account)
      .replace(":zone", ZONE)
      .replaceAll(/:\w+(\{[^}]*\})?/g, "x"),
    query: new URLSearchParams(query),
  };
  try {
    authorize(context, asked, `Bearer ${token}`, "127.0.0.1", "session");
    return true;
  } catch {
    return false;
  }
}

test("a token with every permission group reaches nothing of another account", () => {
  const all = tokenWith();
  const ofAccounts = endpoints.filter((endpoint) => endpoint.includes("/accounts/:account/"));
  expect(ofAccounts.length).toBeGreaterThan(80);
  expect(ofAccounts.filter((endpoint) => !may(all, endpoint))).toEqual([]);
  expect(ofAccounts.filter((endpoint) => may(all, endpoint, B))).toEqual([]);
});

test("the role Metadata Read-Only asks these endpoints, and no other: no code, no data, and no change but to tails", () => {
  const metadata = tokenWith("Workers Metadata Read-Only");
  const allowed = endpoints.filter((endpoint) => may(metadata, endpoint)).sort();
  expect(allowed.map((endpoint) => endpoint.replace("/accounts/:account/workers/", ""))).toEqual([
    "DELETE scripts/:name/tails/:tail",
    "GET /accounts/:account/tokens/verify",
    "GET domains",
    "GET domains/:item",
    "GET domains/records",
    "GET domains/records/:id",
    "GET durable_objects/namespaces",
    "GET scripts",
    "GET scripts/:name/deployments",
    "GET scripts/:name/deployments/:deployment",
    "GET scripts/:name/references",
    "GET scripts/:name/schedules",
    "GET scripts/:name/script-settings",
    "GET scripts/:name/secrets",
    "GET scripts/:name/secrets/:secret",
    "GET scripts/:name/settings",
    "GET scripts/:name/subdomain",
    "GET scripts/:name/tails",
    "GET scripts/:name/versions",
    "GET scripts/:name/versions/:version",
    "GET services/:name",
    "GET subdomain",
    "GET tails/by-consumer/:name",
    "GET workers/:name",
    "GET workers/:name/versions/:version",
    "GET /accounts/:account/workflows/:name",
    // Cloudflare's page of roles says so: "Tail logs for a Worker: Metadata Read-Only for that Worker".
    "POST scripts/:name/tails",
  ]);
  const read = endpoints.find((endpoint) => endpoint.endsWith("/workers/:name/versions/:version")) ?? "";
  expect(may(metadata, `${read}?include=modules`)).toBe(false);
});

test("Content Read-Only adds the code, and nothing else", () => {
  const [metadata, content] = [
    tokenWith("Workers Metadata Read-Only"),
    tokenWith("Workers Content Read-Only"),
  ];
  expect(endpoints.filter((endpoint) => may(content, endpoint) && !may(metadata, endpoint))).toEqual([
    "GET /accounts/:account/workers/scripts/:name",
    "GET /accounts/:account/workers/scripts/:name/content/v2",
  ]);
});

test("a role for individual Workers is enough for no endpoint that is about custom domains", () => {
  const [one, all] = [tokenWith("Individual Workers Admin"), tokenWith("Workers Admin")];
  const domains = endpoints.filter((endpoint) => endpoint.includes("/domains"));
  expect(domains.filter((endpoint) => may(one, endpoint))).toEqual([]);
  expect(domains.filter((endpoint) => !may(all, endpoint))).toEqual([]);
});

test("a token cannot be given what another account has", () => {
  const [group] = PERMISSION_GROUPS.filter(({ name }) => name === "Workers Admin");
  const sent = [
    {
      effect: "allow",
      permission_groups: [{ id: group?.id }],
      resources: { [`com.cloudflare.api.account.${A}`]: "*", [`com.cloudflare.api.account.${B}`]: "*" },
    },
  ];
  expect(() => policiesOf(sent, A)).toThrow("resources of another account");
});
