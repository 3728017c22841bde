import assert from "node:assert/strict";
import { test } from "node:test";
import Cloudflare from "cloudflare";
import { refusal, start, Subject } from "../../support/api";

const ZONE = "fedcba9876543210fedcba9876543210";
const REFUSED = [403, 10000];
const UNAUTHORIZED = [403, 9109];

/** Creates a token with the permission groups of these names, on the resources. */
async function createToken(
  { client, accountId }: Subject,
  policies: readonly (readonly [name: string, resources: Record<string, unknown>])[],
  more: { expires_on?: string; condition?: { request_ip: { in?: string[]; not_in?: string[] } } } = {},
) {
  const groups = await client.accounts.tokens.permissionGroups.get({ account_id: accountId });
  return client.accounts.tokens.create({
    account_id: accountId,
    name: "ci",
    policies: policies.map(([name, resources]) => ({
      effect: "allow",
      permission_groups: [{ id: groups.find((group) => group.name === name)?.id ?? "" }],
      resources: resources as Record<string, string>,
    })),
    ...more,
  });
}

/** Sends a request with another token, and returns the status and the code of its answer. */
async function sends({ cloudflare, accountId }: Subject, token: string, line: string, body?: unknown) {
  const [method = "", path = ""] = line.split(" ");
  const place = path.startsWith("/") ? path : `/accounts/${accountId}/${path}`;
  const response = await fetch(`${cloudflare.baseUrl}${place}`, {
    method,
    headers: { authorization: `Bearer ${token}` },
    ...(body !== undefined && { body: body instanceof FormData ? body : JSON.stringify(body) }),
  });
  if (response.ok) return "ok";
  const { errors } = (await response.json()) as { errors: { code: number }[] };
  return [response.status, errors[0]?.code];
}

function upload(bindings: readonly object[] = []): FormData {
  const form = new FormData();
  form.set("metadata", JSON.stringify({ main_module: "w.js", bindings }));
  const source = "export default { fetch: () => new Response('ok') };";
  form.set("w.js", new File([source], "w.js", { type: "application/javascript+module" }));
  return form;
}

test("a token does what its policies say on the Workers that they name, and nothing else", async (t) => {
  const subject = await start(t);
  const { client, accountId: account_id } = subject;
  const account = `com.cloudflare.api.account.${account_id}`;
  await Promise.all([subject.upload("own"), subject.upload("other")]);
  const tag = String((await subject.result("GET", "workers/workers/own"))["id"]);
  const editor = await createToken(subject, [
    ["Individual Workers Editor", { [account]: { [`com.cloudflare.edge.worker.script.${tag}`]: "*" } }],
    ["Workers Routes Write", { [`com.cloudflare.api.account.zone.${ZONE}`]: "*" }],
  ]);
  const can = (line: string, body?: unknown) => sends(subject, editor.value ?? "", line, body);

  assert.equal(await can("PUT workers/scripts/own", upload()), "ok");
  assert.equal(await can("GET workers/scripts/own/content/v2"), "ok");
  assert.equal(await can("GET workers/scripts/own/settings"), "ok");
  assert.equal(await can(`GET workers/workers/${tag}/versions/latest`), "ok");
  assert.equal(await can("GET tokens/verify"), "ok");
  const route = { pattern: "example.com/*", script: "own" };
  assert.equal(await can(`POST /zones/${ZONE}/workers/routes`, route), "ok");
  assert.deepEqual(await can(`POST /zones/${"0".repeat(32)}/workers/routes`, route), REFUSED);
  // Wrangler's ways to the same: the body names the zones, and what is there already is replaced.
  const routes = "PUT workers/scripts/own/routes";
  assert.equal(await can(routes, [{ pattern: "example.com/*", zone_id: ZONE }]), "ok");
  assert.deepEqual(await can(routes, [{ pattern: "example.com/*", zone_name: "example.com" }]), REFUSED);
  await client.workers.routes.create({ zone_id: "0".repeat(32), pattern: "example.org/*", script: "own" });
  assert.deepEqual(await can(routes, []), REFUSED, "the route in another zone would be removed");
  assert.deepEqual(await can("PUT workers/scripts/own/domains/records", { origins: [] }), REFUSED);

  for (const line of [
    "PUT workers/scripts/other",
    "PUT workers/scripts/new",
    // As the name of a script, a tag would make another Worker.
    `PUT workers/scripts/${tag}`,
    "GET workers/scripts/other/settings",
    "GET workers/scripts",
    "GET workers/subdomain",
    "DELETE workers/scripts/own",
    "POST workers/workers",
    "GET storage/kv/namespaces",
    "GET secrets_store/stores",
    `GET /accounts/${"1".repeat(32)}/workers/scripts/own/settings`,
  ]) {
    assert.deepEqual(await can(line, /^P/.test(line) ? upload() : undefined), REFUSED, line);
  }
  for (const line of ["GET tokens", "POST tokens", "GET /user", "GET /zones"]) {
    assert.deepEqual(await can(line, line.startsWith("POST") ? {} : undefined), UNAUTHORIZED, line);
  }
  assert.deepEqual(await can("GET /accounts"), [400, 1001]);

  // Cloudflare does not authorise bindings, except those to a Secrets Store.
  const { id } = await client.kv.namespaces.create({ account_id, title: "of another team" });
  const kv = { name: "KV", type: "kv_namespace", namespace_id: id };
  assert.equal(await can("PUT workers/scripts/own", upload([kv])), "ok");
  const stored = { name: "KEY", type: "secrets_store_secret", store_id: "s", secret_name: "n" };
  assert.deepEqual(await can("PUT workers/scripts/own", upload([stored])), [400, 10021]);
});

test("a role for all Workers reads names, and code only if it says so", async (t) => {
  const subject = await start(t);
  await subject.upload("w");
  const all = { [`com.cloudflare.api.account.${subject.accountId}`]: "*" };
  const metadata = await createToken(subject, [["Workers Metadata Read-Only", all]]);
  const content = await createToken(subject, [["Workers Content Read-Only", all]]);
  const admin = await createToken(subject, [["Workers Admin", all]]);
  const codes = async (token: { value?: string }) => {
    const lines = ["GET workers/scripts", "GET workers/scripts/w/content/v2", "DELETE workers/scripts/w"];
    return Promise.all(lines.map((line) => sends(subject, token.value ?? "", line)));
  };
  assert.deepEqual(await codes(metadata), ["ok", REFUSED, REFUSED]);
  assert.deepEqual(await codes(content), ["ok", "ok", REFUSED]);
  // Written another way, a path is the same path.
  for (const line of ["GET workers/scripts/w/%63ontent/v2", "GET %77orkers/%73cripts/w"]) {
    assert.deepEqual(await sends(subject, metadata.value ?? "", line), REFUSED, line);
  }
  assert.deepEqual(await sends(subject, admin.value ?? "", "POST %74okens", {}), UNAUTHORIZED);
  assert.deepEqual(await codes(admin), ["ok", "ok", "ok"]);
});

test("custom domains and routes take a right on each of their zones, and a zone has its own hostnames only", async (t) => {
  const subject = await start(t);
  const { client, accountId: account_id } = subject;
  await subject.upload("w");
  const all = { [`com.cloudflare.api.account.${account_id}`]: "*" };
  const [{ id: zone_id } = { id: "" }] = (await client.zones.list({ name: "example.com" })).result;
  const [{ id: other } = { id: "" }] = (await client.zones.list({ name: "example.org" })).result;
  const admin = await createToken(subject, [["Workers Admin", all]]);
  const zoned = await createToken(subject, [
    ["Workers Admin", all],
    ["Zone Settings Write", { [`com.cloudflare.api.account.zone.${zone_id}`]: "*" }],
  ]);
  const domain = (hostname: string, zone?: string) => ({ hostname, service: "w", zone_id: zone });
  const lines = async ({ value = "" }: { value?: string }) => ({
    put: await sends(subject, value, "PUT workers/domains", domain("a.example.com")),
    records: await sends(subject, value, "PUT workers/scripts/w/domains/records", {
      origins: [{ hostname: "a.example.com" }, { hostname: "b.example.com" }],
    }),
    route: await sends(subject, value, `POST /zones/${zone_id}/workers/routes`, { pattern: "example.com/*" }),
  });
  assert.deepEqual(await lines(admin), { put: REFUSED, records: REFUSED, route: REFUSED });
  assert.deepEqual(await lines(zoned), { put: "ok", records: "ok", route: "ok" });

  const can = (line: string, body?: unknown) => sends(subject, zoned.value ?? "", line, body);
  assert.deepEqual(await can("PUT workers/domains", domain("a.example.org")), REFUSED);
  const [{ id } = { id: "" }] = (await client.workers.domains.list({ account_id })).result;
  assert.deepEqual(await sends(subject, admin.value ?? "", `DELETE workers/domains/${id}`), REFUSED);
  await client.workers.domains.update({ account_id, ...domain("c.example.org", other), zone_id: other });
  const records = { origins: [{ hostname: "a.example.com" }] };
  assert.deepEqual(await can("PUT workers/scripts/w/domains/records", records), REFUSED, "c.example.org");
  // The right to one zone gives no right to the hostnames of another.
  const foreign = [400, 10022];
  assert.deepEqual(await can("PUT workers/domains", domain("d.example.org", zone_id)), foreign);
  assert.deepEqual(await can(`POST /zones/${zone_id}/workers/routes`, { pattern: "example.org/*" }), foreign);
  const routes = [{ pattern: "example.org/*", zone_id }];
  assert.deepEqual(await can("PUT workers/scripts/w/routes", routes), foreign);
  for (const pattern of ["*.example.com/x", "*example.com/*", "https://A.example.com/*"]) {
    assert.equal(await can(`POST /zones/${zone_id}/workers/routes`, { pattern }), "ok", pattern);
  }
});

test("a token of an account reaches no other account, and is not given what is there", async (t) => {
  const subject = await start(t);
  const other = new Subject(subject.cloudflare);
  await other.upload("w");
  const every = { "com.cloudflare.api.account.*": "*" };
  const token = await createToken(subject, [
    ["Workers Admin", every],
    ["Workers KV Storage Write", every],
    ["Account API Tokens Write", every],
  ]);
  const can = (line: string, body?: unknown) => sends(subject, token.value ?? "", line, body);
  const there = `/accounts/${other.accountId}`;
  assert.equal(await can("GET workers/scripts"), "ok");
  assert.deepEqual(await can(`GET ${there}/workers/scripts/w`), REFUSED);
  assert.deepEqual(await can(`POST ${there}/tokens`, {}), UNAUTHORIZED);
  assert.deepEqual(await can(`GET ${there}/tokens/verify`), [401, 1000]);
  const all = { [`com.cloudflare.api.account.${other.accountId}`]: "*" };
  const { status, code } = await refusal(createToken(subject, [["Workers Admin", all]]));
  assert.deepEqual([status, code], [400, 1001]);
});

test("a token is valid until it expires, is rolled, disabled or deleted, and from its addresses only", async (t) => {
  let time = new Date("2026-01-01T00:00:00Z");
  const subject = await start(t, { now: () => time });
  const { client, accountId: account_id } = subject;
  const all = { [`com.cloudflare.api.account.${account_id}`]: "*" };
  const policies = [["Workers Metadata Read-Only", all]] as const;
  const token = await createToken(subject, policies, { expires_on: "2026-02-01T00:00:00Z" });
  const { id = "", value = "" } = token;
  const works = (used: string) => sends(subject, used, "GET workers/scripts");
  assert.match(value, /^[0-9A-Za-z\-_]{40,80}$/);
  assert.equal(await works(value), "ok");
  const seen = await client.accounts.tokens.get(id, { account_id });
  assert.ok(!JSON.stringify(seen).includes(value));
  assert.equal(seen.policies?.[0]?.permission_groups[0]?.name, "Workers Metadata Read-Only");

  const rolled = await client.accounts.tokens.value.update(id, { account_id });
  assert.deepEqual(await works(value), UNAUTHORIZED);
  assert.equal(await works(rolled), "ok");
  const own = new Cloudflare({ apiToken: rolled, baseURL: subject.cloudflare.baseUrl });
  assert.deepEqual(await own.accounts.tokens.verify({ account_id }), {
    id,
    status: "active",
    expires_on: "2026-02-01T00:00:00Z",
  });
  time = new Date("2026-02-01T00:00:00Z");
  assert.deepEqual(await works(rolled), UNAUTHORIZED);
  assert.equal((await client.accounts.tokens.get(id, { account_id })).status, "expired");
  const past = createToken(subject, policies, { expires_on: "2026-01-31T00:00:00Z" });
  assert.deepEqual((await refusal(past)).code, 1001);

  const away = await createToken(subject, policies, {
    condition: { request_ip: { in: ["203.0.113.0/24"] } },
  });
  assert.deepEqual(await works(away.value ?? ""), UNAUTHORIZED);
  const here = await createToken(subject, policies, { condition: { request_ip: { in: ["127.0.0.0/8"] } } });
  assert.equal(await works(here.value ?? ""), "ok");
  await client.accounts.tokens.delete(here.id ?? "", { account_id });
  assert.deepEqual(await works(here.value ?? ""), UNAUTHORIZED);
});

test("a token that Cloudflare would not create is refused", async (t) => {
  const subject = await start(t);
  const account = `com.cloudflare.api.account.${subject.accountId}`;
  const script = `com.cloudflare.edge.worker.script.${"a".repeat(32)}`;
  for (const [name, resources] of [
    ["Individual Workers Editor", { [script]: "*" }],
    ["Individual Workers Editor", { [account]: "*" }],
    ["Workers Editor", { [account]: { [script]: "*" } }],
    ["No Such Group", { [account]: "*" }],
  ] as const) {
    const { status, code } = await refusal(createToken(subject, [[name, resources]]));
    assert.deepEqual([status, code], [400, 1001], name);
  }
});
