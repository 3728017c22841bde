import { strict as assert } from "node:assert";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import { test, type TestContext } from "node:test";
import { promisify } from "node:util";
import { startTarget } from "../../../harness/target";
import { findTools } from "../../../harness/tools";
import * as root from "../../../package.json";
import { linkTools } from "../../support/checkout";
import { startPlugin } from "../../support/component-plugin";
import { TEST } from "../../support/command";
import { filesUnder } from "../../support/rotation";
import { ACCOUNT_ID } from "../../support/world";

interface RunOptions {
  readonly code?: number;
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: string;
}

const run = promisify(execFile);
const ROOT = path.join(__dirname, "../../..");
const CANARY = "canary-5d1e";
const MAIN = "cloudflare-worker-secrets";

const PROGRAM = `
import * as pulumi from "@pulumi/pulumi";
import { type EnvOf, WorkerScript } from "cloudflare-worker-secrets";
import { bundle } from "cloudflare-worker-secrets/bundle";
import { configSecret } from "cloudflare-worker-secrets/secrets";

const config = new pulumi.Config();
const bindings = {
  secretTextBindings: [{ name: "API_KEY", ...configSecret("api-key") }],
} as const;
export type Env = EnvOf<typeof bindings>;
// The form that Pulumi calls, in a package of ES modules.
export default () => {
  const script = new WorkerScript("shop", {
    accountId: config.require("accountId"),
    name: "shop",
    ...bundle("worker.ts"),
    ...bindings,
  });
  return { secretNames: script.secretNames };
};
`;

const WORKER = `
import type { Env } from "./index.js";

export default {
  fetch: (_request: Request, env: Env) => new Response(env.API_KEY.length + " characters"),
};
`;

const CONFIG = { strict: true, module: "Node16", skipLibCheck: false, noEmit: true, types: ["node"] };

/** A project of a user's own, outside of this repository. */
class Installed {
  output = "";

  private constructor(
    readonly folder: string,
    private readonly home: string,
  ) {}

  static async make(test: TestContext): Promise<Installed> {
    const folder = await fs.mkdtemp(path.join(os.tmpdir(), "installed-"));
    test.after(() => fs.rm(folder, { recursive: true, force: true, maxRetries: 5 }));
    await run(
      process.execPath,
      ["--import", "tsx", path.join(ROOT, "package/build.ts"), path.join(folder, "dist")],
      {
        cwd: ROOT,
      },
    );
    for (const name of [MAIN, `${MAIN}-local`]) {
      await run("npm", ["pack", "--pack-destination", folder, path.join(folder, "dist", name)], {
        cwd: folder,
      });
    }
    const installed = new Installed(path.join(folder, "shop"), path.join(folder, "home"));
    await Promise.all([fs.mkdir(installed.folder), fs.mkdir(installed.home)]);
    await linkTools(installed.home);
    await installed.write(
      "package.json",
      JSON.stringify({ name: "shop", private: true, type: "module", main: "index.ts" }),
    );
    await installed.write("Pulumi.yaml", "name: shop\nruntime: nodejs\n");
    await installed.write("index.ts", PROGRAM);
    await installed.write("worker.ts", WORKER);
    await installed.write(
      "tsconfig.json",
      JSON.stringify({ compilerOptions: CONFIG, files: ["index.ts", "worker.ts"] }),
    );
    return installed;
  }

  async write(name: string, content: string): Promise<void> {
    await fs.writeFile(path.join(this.folder, name), content);
  }

  async edit(name: string, before: string, after: string): Promise<void> {
    const content = await fs.readFile(path.join(this.folder, name), "utf8");
    await this.write(name, content.replace(before, after));
  }

  /** Installs packages as a user does, and returns how much larger that makes the project, in bytes. */
  async install(...packages: readonly string[]): Promise<number> {
    const before = await this.#size();
    await this.run(["npm", "install", "--no-audit", "--no-fund", "--prefer-offline", ...packages]);
    return (await this.#size()) - before;
  }

  /** Runs a command in the project and returns what it printed. */
  async run(
    command: readonly string[],
    { code = 0, env = {}, input = "" }: RunOptions = {},
  ): Promise<string> {
    const [program = "", ...args] = command;
    const child = spawn(program, args, {
      cwd: this.folder,
      env: { ...process.env, PULUMI_HOME: this.home, ...env },
    });
    child.stdin.end(input);
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => (output += text));
    }
    const [ended] = (await once(child, "close")) as [number];
    assert.equal(ended, code, output);
    this.output += output;
    return output;
  }

  /** Runs `npx cloudflare-worker-secrets`. */
  async command(args: string, options: RunOptions = {}): Promise<string> {
    return await this.run([`./node_modules/.bin/${MAIN}`, ...args.split(" ")], options);
  }

  async #size(): Promise<number> {
    const { stdout } = await run("du", ["--summarize", "--bytes", this.folder]);
    return Number.parseInt(stdout);
  }
}

test(
  "the packages, installed in another project: deploy, rotate, audit, and the Cloudflare on this machine",
  TEST,
  async (t) => {
    const shop = await Installed.make(t);
    const target = await startTarget();
    t.after(() => target.close());
    const { dependencies, devDependencies, version } = root;
    const env = target.environment(shop.folder, "the passphrase of the shop");
    await fs.mkdir(new URL(env.PULUMI_BACKEND_URL ?? ""));
    const { command: pulumi } = (await findTools()).engine.command;

    // What the field checks packages with.
    await shop.run([path.join(ROOT, "node_modules/.bin/publint"), "--strict", `../${MAIN}-${version}.tgz`]);
    await shop.run([
      path.join(ROOT, "node_modules/.bin/publint"),
      "--strict",
      `../${MAIN}-local-${version}.tgz`,
    ]);
    await shop.run([path.join(ROOT, "node_modules/.bin/attw"), `../${MAIN}-${version}.tgz`]);

    await shop.install(
      `@pulumi/pulumi@${dependencies["@pulumi/pulumi"]}`,
      `@pulumi/cloudflare@${dependencies["@pulumi/cloudflare"]}`,
    );
    assert.ok((await shop.install(`../${MAIN}-${version}.tgz`)) < 10_000_000);
    const same = `import * as imported from "${MAIN}"; import { createRequire } from "node:module";
    process.exitCode = imported.WorkerScript === createRequire(import.meta.url)("${MAIN}").WorkerScript ? 0 : 1;`;
    await shop.run([process.execPath, "--input-type=module", "--eval", same]);

    // What programs in Python, Go and YAML start.
    const plugin = `node_modules/${MAIN}/plugin/pulumi-resource-cloudflare-worker-secrets`;
    await startPlugin(t, [path.join(shop.folder, plugin)]);

    await adopts(shop);

    await shop.run([pulumi, "stack", "init", "prod"], { env });
    await shop.run([pulumi, "config", "set", "accountId", ACCOUNT_ID, "--stack", "prod"], { env });
    await shop.run([pulumi, "config", "set", "--secret", "api-key", "--stack", "prod"], {
      env,
      input: `${CANARY}-one`,
    });
    // What is missing is asked for by its name.
    assert.match(
      await shop.command("dev", { code: 1 }),
      new RegExp(`npm install --save-dev ${MAIN}-local@${version}`),
    );
    const wanted = /tsx loads index\.[jt]s: npm install --save-dev tsx/;
    assert.match(await shop.command("preview --stack prod", { code: 1, env }), wanted);
    // Node loads it by itself, and would keep it for the deploy after a preview.
    await shop.write("index.js", "export const loaded = true;\n");
    await shop.edit("package.json", "index.ts", "index.js");
    assert.match(await shop.command("preview --stack prod", { code: 1, env }), wanted);
    await shop.edit("package.json", "index.js", "index.ts");
    await fs.rm(path.join(shop.folder, "index.js"));

    const { typescript, "@types/node": types } = devDependencies;
    await shop.install(
      "--save-dev",
      `../${MAIN}-local-${version}.tgz`,
      `typescript@${typescript}`,
      `@types/node@${types}`,
    );
    await shop.run(["./node_modules/.bin/tsc", "--project", "."]);
    await shop.command("preview --stack prod --markdown comment.md --save-plan plan.json", { env });
    assert.match(await fs.readFile(path.join(shop.folder, "comment.md"), "utf8"), /\+ created \| `API_KEY`/);
    await shop.command("deploy --stack prod --plan plan.json", { env });
    const answer = async () => (await fetch(target.cloudflare.workerUrl(ACCOUNT_ID, "shop") ?? "")).text();
    assert.equal(await answer(), `${CANARY.length + 4} characters`);
    const rotated = await shop.command("rotate api-key --stack prod --yes", {
      env,
      input: `${CANARY}-second`,
    });
    assert.match(rotated, new RegExp(`npx ${MAIN} rotate api-key --finish --stack prod`));
    assert.equal(await answer(), `${CANARY.length + 7} characters`);
    assert.match(await shop.command("audit", { env }), /^shop +prod +API_KEY +config:api-key .* live$/m);
    assert.match(
      await shop.command("start --stack prod", { env }),
      new RegExp(`${CANARY.length + 7} characters`),
    );
    assert.doesNotMatch(shop.output + (await filesUnder(shop.folder)), new RegExp(CANARY));
  },
);

/** A project of Wrangler's in the same repository gets a Pulumi project that imports the package. */
async function adopts(shop: Installed): Promise<void> {
  const config = 'name = "site"\nmain = "worker.ts"\ncompatibility_date = "2026-01-01"\n';
  await fs.mkdir(path.join(shop.folder, "site"));
  await shop.write("site/wrangler.toml", config);
  const env = { CLOUDFLARE_ACCOUNT_ID: ACCOUNT_ID };
  const adopt = (code: number) => shop.command("adopt site/wrangler.toml --offline", { code, env });
  assert.match(await adopt(2), /npm install --save-dev wrangler/);

  const wrangler = path.join(shop.folder, "node_modules/wrangler");
  await fs.symlink(path.join(ROOT, "node_modules/wrangler"), wrangler);
  assert.match(await adopt(0), /Written to site\/infra: index\.ts,/);
  await fs.unlink(wrangler);
  const read = (name: string) => fs.readFile(path.join(shop.folder, "site/infra", name), "utf8");
  assert.match(await read("index.ts"), /import \{ bundle \} from "cloudflare-worker-secrets\/bundle";/);
  const { dependencies } = JSON.parse(await read("package.json")) as { dependencies: object };
  assert.deepEqual(dependencies, {
    "@pulumi/cloudflare": `^${root.dependencies["@pulumi/cloudflare"]}`,
    "@pulumi/pulumi": `^${root.dependencies["@pulumi/pulumi"]}`,
    esbuild: ">=0.25.0 <1",
    [MAIN]: `^${root.version}`,
  });
}
