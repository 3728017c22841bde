import { strict as assert } from "node:assert";
import { execFile } from "node:child_process";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { test, type TestContext } from "node:test";
import { promisify } from "node:util";
import * as cloudflare from "@pulumi/cloudflare";
import type { WorkerScriptArgs } from "../../../component";
import { CANARY, filesWith } from "../../support/live-stack";
import { installPolicyAnalyzer } from "../../support/policy-analyzer";
import { ACCOUNT_ID, ECHO, type Program, startWorld, worker } from "../../support/world";

const ROOT = path.join(__dirname, "../../..");
const run = promisify(execFile);

/** A stack under the policy pack. No operation may leave a secret's value in its output or in a file. */
async function openStack(t: TestContext, stackName: string, pack: (folder: string) => Promise<string>) {
  const world = await startWorld(t);
  await installPolicyAnalyzer(t, world.folder);
  const config = path.join(world.folder, "policy-config.json");
  const stack = await world.openStack(stackName);
  const options = { policyPacks: [await pack(world.folder)], policyPackConfigs: [config], diff: true };
  const watched = async (operation: Promise<string>) => {
    const output = await operation;
    assert.ok(!output.includes(CANARY), output.replaceAll(CANARY, "<canary>"));
    assert.deepEqual(await filesWith(CANARY, world.folder), []);
    return output;
  };
  return {
    world,
    configure: (policies: object) => fs.writeFile(config, JSON.stringify(policies)),
    up: (program: Program) => watched(stack.up(program, options)),
    fails: (operation: "preview" | "up", program: Program) =>
      watched(stack.failing(stack[operation](program, options))),
  };
}

/** The package that `npm pack` makes, as another project has it. */
async function packed(folder: string): Promise<string> {
  // `npm test` hands the setting of this project's .npmrc down.
  const options = ["--silent", "--ignore-scripts=false", "--pack-destination", folder];
  const { stdout } = await run("npm", ["pack", ...options], { cwd: path.join(ROOT, "policy") });
  await run("tar", ["-xf", stdout.trim()], { cwd: folder });
  await fs.symlink(path.join(ROOT, "node_modules"), path.join(folder, "node_modules"));
  return path.join(folder, "package");
}

test("a violation stops a preview, and a deploy before anything is sent", async (t) => {
  const inRepository = () => Promise.resolve(path.join(ROOT, "policy"));
  const { world, configure, fails } = await openStack(t, "test", inRepository);
  await configure({});
  for (const operation of ["preview", "up"] as const) {
    const output = await fails(operation, () => {
      new cloudflare.WorkersScript("raw", {
        accountId: ACCOUNT_ID,
        scriptName: "script_1",
        content: ECHO,
        mainModule: "script.js",
        compatibilityDate: new Date().toISOString().slice(0, 10),
        bindings: [
          { name: "API_KEY", type: "secret_text", text: CANARY },
          { name: "AUTH_TOKEN", type: "plain_text", text: `${CANARY}-variable` },
        ],
      });
      return undefined;
    });
    assert.match(output, /\[mandatory\] +raw-worker-secret .*\n"raw" has secrets of its own: API_KEY/);
    assert.match(output, /\[mandatory\] +plain-text-secret .*\nThe variable AUTH_TOKEN of "raw"/);
  }
  assert.deepEqual(world.takeRequests(), []);
});

test("as a package: an advisory warns, a remediation corrects, and the gate and the allow-list are kept", async (t) => {
  const { world, configure, up, fails } = await openStack(t, "shop-prod", packed);
  await configure({
    "allowed-resources": { allowed: {} },
    "compatibility-date": { maxDays: 1 },
    "no-workers-dev": "remediate",
  });
  const program = (args: Partial<WorkerScriptArgs> = {}, foreign?: string): Program => {
    return () => {
      const own = new cloudflare.WorkersKvNamespace("cache", { accountId: ACCOUNT_ID, title: "cache" });
      const namespaceId = foreign ?? own.id;
      const bindings = [{ name: "CACHE", type: "kv_namespace", namespaceId }];
      return worker({ API_KEY: CANARY }, { workersDev: true, bindings, ...args })();
    };
  };

  const output = await up(program());
  assert.match(output, /\[advisory\] +compatibility-date .*\n"worker" has one from \d+ days ago/);
  assert.match(output, /\[advisory\] +secret-max-age .*\n"worker" has secrets without a maxAge: API_KEY/);
  assert.match(output, /\[remediate\] +no-workers-dev/);
  assert.doesNotMatch(output, /\[mandatory\]/);
  const { result } = await world.send("GET", "/workers/scripts/script_1/subdomain");
  assert.deepEqual(result, { enabled: false, previews_enabled: false });
  assert.deepEqual(await world.ask(), { API_KEY: CANARY });

  world.takeRequests();
  const gateOpen = await fails("up", program({ undeclaredSecrets: "delete" }));
  assert.match(
    gateOpen,
    /\[mandatory\] +undeclared-secrets .*\nWorkerScript "worker" sets undeclaredSecrets/,
  );
  const foreign = await fails("preview", program({}, "fedcba9876543210fedcba9876543210"));
  assert.match(
    foreign,
    /\[mandatory\] +allowed-resources [^]*"worker" is bound to .*: CACHE \(kv_namespace\)/,
  );
  assert.doesNotMatch(world.takeRequests().join("\n"), /PUT|POST/);
});
