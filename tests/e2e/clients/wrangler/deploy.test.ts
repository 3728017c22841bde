import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { CANARY } from "../../../support/api";
import { type RunOptions, skipNewest, WranglerProject } from "../../../support/wrangler-project";

const TEST = { timeout: 600_000, skip: skipNewest };

let project: WranglerProject;

before(async () => {
  project = await WranglerProject.start();
  await project.write({
    "index.js": `export default { fetch: (request, env) => Response.json({ ...env }), scheduled() {} };`,
    "secrets.json": JSON.stringify({ TOKEN: `${CANARY} 1` }),
  });
  await configure();
});
after(() => project.close());

const configure = (config: object = {}) =>
  project.write({
    "wrangler.json": JSON.stringify({
      name: "w",
      main: "index.js",
      compatibility_date: "2024-01-01",
      vars: { VAR: "v" },
      secrets: { required: ["TOKEN"] },
      ...config,
    }),
  });

const run = (line: string, options: RunOptions = {}) => project.run("4.164.0", line, options);
const env = async (): Promise<unknown> => (await fetch(project.url("w"))).json();

test("deploy asks for required secrets, takes them from a file, and then keeps them", TEST, async () => {
  assert.match(await run("deploy --dry-run"), /dry-run: exiting now/);
  assert.match(await project.refused("4.164.0", "deploy"), /required secrets have not been set: TOKEN/);
  await run("deploy --secrets-file secrets.json --var DASHBOARD:1");
  assert.deepEqual(await env(), { DASHBOARD: "1", TOKEN: `${CANARY} 1`, VAR: "v" });
  await run("deploy --keep-vars");
  assert.deepEqual(await env(), { DASHBOARD: "1", TOKEN: `${CANARY} 1`, VAR: "v" });
  await run("deploy");
  assert.deepEqual(await env(), { TOKEN: `${CANARY} 1`, VAR: "v" });
  assert.match(await run("whoami"), new RegExp(project.accountId));
});

test(
  "triggers deploy sets routes, custom domains and cron triggers, and replaces those before",
  TEST,
  async () => {
    const { cloudflare, accountId } = project;
    const read = async (path: string): Promise<unknown> => {
      const headers = { authorization: `Bearer ${cloudflare.apiToken}` };
      const answer = await fetch(`${cloudflare.baseUrl}${path}`, { headers });
      return ((await answer.json()) as { result: unknown }).result;
    };
    const domain = (name: string) => ({ pattern: `${name}.example.com`, custom_domain: true });
    const routes = ["example.com/api/*", domain("one")];
    await configure({ routes: [...routes, domain("two")], triggers: { crons: ["*/5 * * * *"] } });
    assert.match(
      await run("triggers deploy"),
      /example\.com\/api\/\*[^]*one\.example\.com \(custom domain\)[^]*two\.example\.com \(custom domain\)/,
    );
    await configure({ routes, triggers: { crons: ["0 9 * * 1"] } });
    assert.match(await run("triggers deploy"), /schedule: 0 9 \* \* 1/);
    const [zone] = (await read("/zones?name=example.com")) as { id: string }[];
    const routed = (await read(`/zones/${zone?.id ?? ""}/workers/routes`)) as Record<string, unknown>[];
    assert.deepEqual(
      routed.map(({ pattern, script }) => [pattern, script]),
      [["example.com/api/*", "w"]],
    );
    const domains = (await read(`/accounts/${accountId}/workers/domains`)) as Record<string, unknown>[];
    assert.deepEqual(
      domains.map(({ hostname, service, zone_id }) => [hostname, service, zone_id]),
      [["one.example.com", "w", zone?.id]],
    );
  },
);

test(
  "secret and versions secret change what they say, and rollback brings a version back",
  TEST,
  async () => {
    await run("secret bulk", { stdin: JSON.stringify({ A: CANARY, B: CANARY }) });
    await run("secret delete B");
    assert.deepEqual(await env(), { A: CANARY, TOKEN: `${CANARY} 1`, VAR: "v" });
    await run("versions secret bulk", { stdin: JSON.stringify({ A: `${CANARY} 2`, C: CANARY }) });
    await run("versions secret delete C");
    assert.match(await run("versions secret list"), /Secret Name: TOKEN\n[^]*Secret Name: A\n/);
    assert.deepEqual(await env(), { A: CANARY, TOKEN: `${CANARY} 1`, VAR: "v" });

    const uploaded = await run("versions upload --secrets-file secrets.json --tag t1");
    const [, version = ""] = /Worker Version ID: (\S+)/.exec(uploaded) ?? [];
    assert.match(await run(`versions view ${version}`), /Tag: +t1/);
    await run(`versions deploy ${version}@100% -y`);
    assert.deepEqual(await env(), { A: `${CANARY} 2`, TOKEN: `${CANARY} 1`, VAR: "v" });
    await run("rollback -y -m back");
    assert.deepEqual(await env(), { A: CANARY, TOKEN: `${CANARY} 1`, VAR: "v" });
    assert.match(await run("deployments list"), /Source: +Rollback\nMessage: +back/);
    await run("delete");
    assert.equal(project.cloudflare.workerUrl(project.accountId, "w"), undefined);
  },
);
