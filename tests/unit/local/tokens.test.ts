import type { Context } from "../../../local/api/context";
import { ApiError } from "../../../local/api/envelope";
import { authorize } from "../../../local/api/tokens/access";
import { conditionOf, isAllowedAddress } from "../../../local/api/tokens/addresses";
import { type ApiToken, TokenValues } from "../../../local/api/tokens/api-token";
import { requirementOf } from "../../../local/api/tokens/needs";
import { LEVEL, PERMISSION_GROUPS, type Scope } from "../../../local/api/tokens/permission-groups";
import { allows, policiesOf } from "../../../local/api/tokens/policies";
import { readResources } from "../../../local/api/tokens/resources";

const A = "0123456789abcdef0123456789abcdef";
const Z = "fedcba9876543210fedcba9876543210";
const ACCOUNT = `com.cloudflare.api.account.${A}`;
const SCRIPT = "com.cloudflare.edge.worker.script.";
const ZONE = "com.cloudflare.api.account.zone.";
const { read, content, write, admin } = LEVEL;

const groupOf = (name: string, scope: Scope) =>
  PERMISSION_GROUPS.find((group) => group.name === name && group.scope === scope)?.id;
const grant = (name: string, scope: Scope, resources: object, effect = "allow") =>
  policiesOf([{ effect, permission_groups: [{ id: groupOf(name, scope) }], resources }], A);

const tagOf = (account: string, worker: string) =>
  account === A && ["shop", "tag"].includes(worker) ? "tag" : undefined;
const need = (line: string) => {
  const [method = "", address = ""] = line.split(" ");
  const { pathname, searchParams } = new URL(address.replace(/^:/, `/accounts/${A}/`), "http://localhost");
  return requirementOf({ method, path: pathname, query: searchParams }, tagOf);
};

test.each([
  ["GET :workers/scripts", { level: read }],
  ["GET :workers/subdomain", { level: read }],
  ["POST :workers/workers", { level: admin }],
  ["PUT :workers/domains", { level: write }],
  ["GET :workers/scripts/shop", { level: content, script: "tag" }],
  ["GET :workers/scripts/shop/content/v2", { level: content, script: "tag" }],
  ["GET :workers/workers/tag/versions/latest", { level: read, script: "tag" }],
  ["GET :workers/workers/shop/versions/latest?include=modules", { level: content, script: "tag" }],
  ["GET :workers/services/shop", { level: read, script: "tag" }],
  ["HEAD :workers/scripts/new/settings", { level: read }],
  ["PUT :workers/scripts/shop", { level: write, script: "tag" }],
  ["PUT :workers/scripts/new", { level: admin }],
  ["DELETE :workers/scripts/shop", { level: admin, script: "tag" }],
  ["DELETE :workers/scripts/shop/secrets/KEY", { level: write, script: "tag" }],
  ["POST :workers/scripts/shop/tails", { level: read, script: "tag" }],
] as const)("%s needs a role of Workers", (line, expected) => {
  expect(need(line)).toEqual({ product: "workers", account: A, ...expected });
});

test.each([
  ["GET :storage/kv/namespaces", { product: "kv", level: read, account: A }],
  ["POST :d1/database", { product: "d1", level: write, account: A }],
  ["GET :r2/buckets", { product: "r2", level: read, account: A }],
  ["GET :queues", { product: "queues", level: read, account: A }],
  ["PATCH :secrets_store/stores/s/secrets/i", { product: "secrets_store", level: write, account: A }],
  ["POST :tokens", { product: "tokens", level: write, account: A }],
  ["GET :tokens/verify", "own"],
  ["GET :other", { product: "other", level: read, account: A }],
  [`POST /zones/${Z}/workers/routes`, { product: "routes", level: write, zone: Z }],
  [`GET /zones/${Z}`, { product: "zones", level: read, zone: Z }],
  ["GET /zones", { product: "zones", level: read, zone: "*" }],
  ["GET /accounts", "user"],
  ["GET /user", "user"],
])("%s", (line, expected) => {
  expect(need(line)).toEqual(expected);
});

test("a role is for an account, its Workers, a Worker or a zone, and a denial overrides it", () => {
  const own = { product: "workers", level: write, account: A, script: "tag" } as const;
  const editor = grant("Individual Workers Editor", "script", { [ACCOUNT]: { [`${SCRIPT}tag`]: "*" } });
  expect(allows(editor, own)).toBe(true);
  expect(allows(editor, { ...own, level: admin })).toBe(false);
  expect(allows(editor, { ...own, script: "other" })).toBe(false);
  expect(allows(editor, { ...own, account: Z })).toBe(false);
  expect(allows(editor, { ...own, script: undefined })).toBe(false);
  expect(
    allows(grant("Individual Workers Editor", "script", { [ACCOUNT]: { [`${SCRIPT}*`]: "*" } }), own),
  ).toBe(true);

  const all = grant("Workers Admin", "account", { [ACCOUNT]: "*" });
  expect(allows(all, own)).toBe(true);
  expect(allows([...all, ...grant("Workers Admin", "account", { [ACCOUNT]: "*" }, "deny")], own)).toBe(false);
  expect(allows(grant("Workers Admin", "account", { "com.cloudflare.api.account.*": "*" }), own)).toBe(true);

  const routes = { product: "routes", level: write, zone: Z } as const;
  for (const resources of [
    { [ZONE + Z]: "*" },
    { [`${ZONE}*`]: "*" },
    { [ACCOUNT]: { [`${ZONE}*`]: "*" } },
  ]) {
    expect(allows(grant("Workers Routes Write", "zone", resources), routes)).toBe(true);
    expect(allows(grant("Workers Routes Read", "zone", resources), routes)).toBe(false);
  }
  expect(allows(grant("Workers Routes Write", "zone", { [ZONE + A]: "*" }), routes)).toBe(false);
});

test.each([
  [{ [`${SCRIPT}tag`]: "*" }],
  [{ [ACCOUNT]: "no" }],
  [{ [ACCOUNT]: { [`${SCRIPT}tag`]: "no" } }],
  [{ [ACCOUNT]: { other: "*" } }],
  [{ other: "*" }],
])("resources that Cloudflare does not support are named: %j", (resources) => {
  expect(typeof readResources(resources)).toBe("string");
});

test.each([
  [undefined],
  [[]],
  [["x"]],
  [[{ effect: "allow" }]],
  [[{ effect: "allow", permission_groups: ["x"], resources: {} }]],
  [[{ effect: "allow", permission_groups: [{ id: groupOf("Workers Admin", "account") }], resources: "x" }]],
  [[{ effect: "allow", permission_groups: [{ id: groupOf("Workers Admin", "account") }], resources: {} }]],
])("policies that Cloudflare does not take are refused: %j", (policies) => {
  expect(() => policiesOf(policies, A)).toThrow(/^Invalid token: /);
});

test("addresses are checked against ranges of both families", () => {
  const { condition } = conditionOf({
    request_ip: { in: ["203.0.113.0/24", "2001:db8::/32"], not_in: ["203.0.113.7"] },
  });
  const allowed = ["203.0.113.1", "2001:db8::1"];
  const refused = ["203.0.113.7", "198.51.100.1", "2001:db9::1"];
  expect(allowed.filter((address) => !isAllowedAddress(condition, address))).toEqual([]);
  expect(refused.filter((address) => isAllowedAddress(condition, address))).toEqual([]);
  for (const none of [undefined, null, {}, { request_ip: null }]) {
    expect(isAllowedAddress(conditionOf(none).condition, "192.0.2.1")).toBe(true);
  }
  for (const range of ["x", "203.0.113.0/33", "203.0.113.0/x"]) {
    expect(() => conditionOf({ request_ip: { in: [range] } })).toThrow("ranges of IP addresses");
  }
});

test("a request is refused by its header, its token, the token's time and status, and what it asks for", () => {
  const values = new TokenValues();
  const tokens = new Map<string, ApiToken>();
  const context = {
    store: { find: () => undefined, list: () => [{ tag: "tag" }] },
    resources: { tokenValues: values, apiTokens: { find: (_: string, id: string) => tokens.get(id) } },
    now: () => new Date("2026-01-02T00:00:00Z"),
  } as unknown as Context;
  const issue = (id: string, more: Partial<ApiToken> = {}) => {
    const policies = grant("Workers Metadata Read-Only", "account", { [ACCOUNT]: "*" });
    tokens.set(id, { id, name: id, status: "active", issued_on: "", modified_on: "", policies, ...more });
    return `Bearer ${values.issue(A, id)}`;
  };
  const ask = (authorization: string | null, path = `/accounts/${A}/workers/scripts`, method = "GET") => {
    try {
      const asked = { method, path, query: new URLSearchParams() };
      return authorize(context, asked, authorization, "127.0.0.1", "session")?.id ?? "session";
    } catch (error) {
      return error instanceof ApiError ? error.code : error;
    }
  };
  const good = issue("good");
  expect([ask(null), ask("Basic x"), ask("Bearer unknown"), ask("Bearer session")]).toEqual([
    9106,
    6003,
    9109,
    "session",
  ]);
  expect([ask(good), ask(good, `/accounts/${A}/tokens/verify`)]).toEqual(["good", "good"]);
  expect(ask(good, `/accounts/${A}/workers/scripts/tag`, "PUT")).toBe(10000);
  expect([ask(good, `/accounts/${A}/tokens`), ask(good, "/accounts"), ask(good, "/user")]).toEqual([
    9109, 1001, 9109,
  ]);
  expect(ask(good, "/user/tokens/verify")).toBe(1000);
  expect([
    ask(issue("late", { expires_on: "2026-01-02T00:00:00Z" })),
    ask(issue("early", { not_before: "2026-01-03T00:00:00Z" })),
    ask(issue("off", { status: "disabled" })),
    ask(issue("away", { condition: { request_ip: { in: ["203.0.113.0/24"] } } })),
    ask(issue("valid", { expires_on: "2026-01-03T00:00:00Z", not_before: "2026-01-01T00:00:00Z" })),
  ]).toEqual([9109, 9109, 9109, 9109, "valid"]);
});
