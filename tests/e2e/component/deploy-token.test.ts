import { strict as assert } from "node:assert";
import { execFile } from "node:child_process";
import * as path from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import type { Stack } from "@pulumi/pulumi/automation";
import { DeployToken, type DeployTokenArgs, deployNeeds, WorkerScript } from "../../../component";
import { ROOT } from "../../../kit/project";
import { filesWith } from "../../support/live-stack";
import { ACCOUNT_ID as accountId, ECHO, type Program, secretLines, startWorld } from "../../support/world";

const DAY_MS = 86_400_000;

/** The day that is so many days from now. */
const day = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);

/** The stack of an administrator: tokens by name. */
function tokens(declared: Record<string, Omit<DeployTokenArgs, "accountId">>): Program {
  return () => {
    const made = Object.entries(declared).map(([name, args]) => {
      const { value } = new DeployToken(name, { accountId, ...args });
      return [name, value] as const;
    });
    return Object.fromEntries(made);
  };
}

/** The stack that the tokens deploy. */
function app(text: string, names: readonly string[] = ["shop"]): Program {
  return () => {
    const workers = names.map((name) => {
      const secretTextBindings = [{ name: "API_KEY", text }];
      return new WorkerScript(name, { accountId, name, content: ECHO, secretTextBindings });
    });
    return { deployNeeds: deployNeeds({ workers }) };
  };
}

test("each kind of token does what its stack's next step needs, and is replaced without a failed deploy", async (t) => {
  let time = new Date();
  const world = await startWorld(t, { now: () => time });
  const [admin, stack] = [await world.openStack("admin"), await world.openStack("app")];
  const values = new Set<string>();
  let output = "";
  const printed = async (operation: Promise<string>) => {
    const text = await operation;
    output += text;
    return text;
  };
  const make = async (declared: Parameters<typeof tokens>[0]): Promise<Record<string, string>> => {
    await printed(admin.up(tokens(declared)));
    const made = Object.entries(await admin.stack.outputs()).map(([name, { value }]) => [
      name,
      String(value),
    ]);
    for (const [, value = ""] of made) values.add(value);
    return Object.fromEntries(made) as Record<string, string>;
  };
  const use = (value = "") => stack.stack.setConfig("cloudflare:apiToken", { value, secret: true });
  const status = async (value: string, method: string, place: string, account = accountId) => {
    const address = `${world.cloudflare.baseUrl}/accounts/${account}${place}`;
    return (await fetch(address, { method, headers: { authorization: `Bearer ${value}` } })).status;
  };

  const { first = "" } = await make({ first: { kind: "bootstrap", expiresOn: day(3) } });
  await use(first);
  await printed(stack.up(app("1")));
  const needs = (await stack.stack.outputs()).deployNeeds?.value as { workers: string[] };
  assert.deepEqual(needs, { workers: ["shop"], routeZones: [], secretsStore: false });

  const deploy = { kind: "deploy", needs, expiresOn: day(30) } as const;
  const preview = { kind: "preview", expiresOn: day(30) } as const;
  const { ci = "", pr = "" } = await make({ ci: deploy, pr: preview });
  assert.equal(await status(first, "GET", "/workers/scripts"), 403, "the bootstrap token is deleted");

  await use(ci);
  await printed(stack.up(app("2")));
  assert.deepEqual(await world.ask("shop"), { API_KEY: "2" });
  world.takeRequests();
  const created = await printed(stack.failing(stack.up(app("2", ["shop", "new"]))));
  assert.match(created, /Nothing was sent to Cloudflare\.\n.*Cloudflare refused the API token/);
  assert.match(created, /A new Worker needs one of\n? *kind: "bootstrap"/);
  assert.deepEqual(sent(world.takeRequests()), []);
  assert.equal(await status(ci, "GET", "/workers/scripts/shop/settings", "1".repeat(32)), 403);
  assert.equal(await status(ci, "POST", "/tokens"), 403);

  await use(pr);
  assert.deepEqual(secretLines(await printed(stack.preview(app("3")))), ["~ shop/API_KEY"]);
  assert.match(await printed(stack.failing(stack.up(app("3")))), /Authentication error/);
  assert.deepEqual(await world.ask("shop"), { API_KEY: "2" });

  const next = { ...deploy, expiresOn: day(60) };
  const both = await make({ ci: { ...next, previousExpiresOn: deploy.expiresOn } });
  assert.notEqual(both.ci, ci);
  for (const [at, value] of [ci, both.ci].entries()) {
    await use(value);
    await printed(stack.up(app(`rotated ${at}`)));
    assert.deepEqual(await world.ask("shop"), { API_KEY: `rotated ${at}` });
  }
  assert.deepEqual(await make({ ci: next }), { ci: both.ci });
  assert.equal(await status(ci, "GET", "/workers/scripts/shop/settings"), 403);
  assert.equal(await status(both.ci ?? "", "GET", "/workers/scripts/shop/settings"), 200);

  const listed = await listTokens(admin.stack);
  output += listed;
  const audited = JSON.parse(listed) as {
    tokens: { name: string; may: string; findings: string[] }[];
    notes: string[];
  };
  assert.deepEqual(audited.notes, []);
  assert.deepEqual(
    audited.tokens.map(({ name, may, findings }) => [name, may, findings]),
    [[`cloudflare-worker-secrets-admin-ci until ${next.expiresOn}`, "deploy shop", []]],
  );

  time = new Date(time.getTime() + 61 * DAY_MS);
  world.takeRequests();
  const expired = await printed(stack.failing(stack.up(app("late"))));
  assert.match(expired, /Nothing was sent to Cloudflare\.\n.*If it has expired[^]*expiresOn/);
  assert.deepEqual(sent(world.takeRequests()), []);

  assert.equal(values.size, 4);
  for (const value of values) {
    assert.match(value, /^[0-9A-Za-z\-_]{40,80}$/);
    assert.ok(!output.includes(value), "a token is in the output");
    assert.deepEqual(await filesWith(value, world.folder), []);
  }
});

/** `npm run audit -- --tokens --json`. */
async function listTokens({ workspace }: Stack): Promise<string> {
  const { pulumiHome = "", pulumiCommand } = workspace;
  const folders = [path.dirname(pulumiCommand.command), process.env.PATH ?? ""];
  const PATH = folders.join(path.delimiter);
  const env = { ...process.env, ...workspace.envVars, PULUMI_HOME: pulumiHome, PATH };
  const args = ["--require", "tsx/cjs", "commands/audit/main.ts", "--tokens", "--json"];
  return (await promisify(execFile)(process.execPath, args, { cwd: ROOT, env })).stdout;
}

/** The requests that change something. */
function sent(requests: readonly string[]): string[] {
  return requests.filter((line) => !line.startsWith("GET "));
}
