import { strict as assert } from "node:assert";
import { execFile } from "node:child_process";
import * as fs from "node:fs/promises";
import { createRequire } from "node:module";
import * as path from "node:path";
import type { TestContext } from "node:test";
import { promisify } from "node:util";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import type { Checkout } from "./checkout";
import type { Command, CommandOptions } from "./command";
import { type Project, type ProjectOptions, startProject } from "./project";
import { ACCOUNT_ID } from "./world";
import { findTools } from "../../harness/tools";
import { wrangler } from "../../harness/wrangler";

/** A Worker that accepts callers with the secret's current value or, if set, its previous value. */
const GATE = `export default {
  fetch(request, env) {
    const known = [env.MY_SECRET_NAME_KEY, env.MY_SECRET_NAME_KEY_PREVIOUS];
    return new Response(null, { status: known.includes(request.headers.get("authorization")) ? 200 : 401 });
  },
};
`;

const WORKER = "gate";

/** A deployed stack `prod` with a secret `secrets-demo` to rotate. */
export interface Rotation extends Project {
  /** Runs `npm run rotate -- secrets-demo --stack prod ...` and checks its exit code, which is 0 by default. */
  rotate(args: readonly string[], options?: CommandOptions & { code?: number }): Promise<Command>;
  /** The status of the Worker's response to a caller with this value. */
  call(value: string): Promise<number>;
  /** The decrypted config; the keys are without the project's name. */
  config(): Promise<Record<string, string>>;
  pulumi(args: readonly string[], input?: string): Promise<string>;
  /** Deploys what the config holds, as a pipeline or `npm run dev` does. */
  deploy(): Promise<void>;
  /** Sets a secret with Wrangler, outside of Pulumi. */
  putByHand(name: string, value: string): Promise<void>;
  /**
   * Writes a `pulumi` script that runs some lines of shell and then the real `pulumi`.
   *
   * @returns an environment with that script first on PATH
   */
  wrapPulumi(lines: string): Promise<NodeJS.ProcessEnv>;
}

export async function startRotation(
  test: TestContext,
  value: string,
  options: ProjectOptions = {},
): Promise<Rotation> {
  const project = await startProject(test, options);
  const { checkout, cloudflare, env } = project;
  await checkout.write("script.js", GATE);
  const { command } = (await findTools()).engine;
  const pulumi = async (args: readonly string[], input = "") => {
    const running = promisify(execFile)(command.command, [...args, "--non-interactive"], {
      cwd: checkout.root,
      env: { ...process.env, ...env, PULUMI_HOME: checkout.home },
    });
    running.child.stdin?.end(input);
    return (await running).stdout;
  };
  // The program runs in this process and reads the API's address from the environment.
  process.env.CLOUDFLARE_BASE_URL = cloudflare.baseUrl;
  const { stackProgram } = createRequire(__filename)(checkout.file("kit/stack-program.ts")) as {
    stackProgram: PulumiFn;
  };
  const stack = await project.openStack("prod", stackProgram);
  const plain = [`accountId=${ACCOUNT_ID}`, `scriptName=${WORKER}`].flatMap((entry) => [
    "--plaintext",
    entry,
  ]);
  await pulumi(["config", "set-all", "--stack", "prod", ...plain, "--secret", `secrets-demo=${value}`]);
  await stack.up();

  return {
    ...project,
    async rotate(args, { code = 0, ...rest } = {}) {
      const command = await project.start("rotate", ["secrets-demo", "--stack", "prod", ...args], rest);
      assert.equal(await command.exit(), code, command.output);
      return command;
    },
    async call(given) {
      const url = cloudflare.workerUrl(ACCOUNT_ID, WORKER);
      assert.ok(url);
      return (await fetch(url, { headers: { authorization: given } })).status;
    },
    async config() {
      const printed = await pulumi(["config", "--stack", "prod", "--show-secrets", "--json"]);
      const entries = Object.entries(JSON.parse(printed) as Record<string, { value: string }>);
      return Object.fromEntries(
        entries.map(([key, entry]) => [key.replace("cloudflare-worker-secrets:", ""), entry.value]),
      );
    },
    pulumi,
    async deploy() {
      await stack.up();
    },
    async putByHand(name, secret) {
      const args = ["secret", "put", name, "--name", WORKER];
      const { code, output } = await wrangler(cloudflare, ACCOUNT_ID, args, { stdin: secret });
      assert.equal(code, 0, output);
    },
    wrapPulumi: (lines) => wrapPulumi(checkout, lines),
  };
}

/** @returns an environment with a `pulumi` first on PATH that runs some lines of shell before the real one */
export async function wrapPulumi(checkout: Checkout, lines: string): Promise<NodeJS.ProcessEnv> {
  const { command } = (await findTools()).engine;
  const bin = path.join(checkout.folder, "bin");
  await fs.mkdir(bin, { recursive: true });
  const script = `#!/bin/sh\n${lines}\nexec '${command.command}' "$@"\n`;
  await fs.writeFile(path.join(bin, "pulumi"), script, { mode: 0o755 });
  return { PATH: `${bin}:${process.env.PATH}` };
}

/** Reads all files below the folder, except dependencies and plugins, to search them for a value in clear. */
export async function filesUnder(folder: string): Promise<string> {
  const entries = await fs.readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter(
    (entry) => entry.isFile() && !/node_modules|plugins|versions/.test(entry.parentPath),
  );
  const texts = await Promise.all(
    files.map((file) => fs.readFile(path.join(file.parentPath, file.name), "latin1").catch(() => "")),
  );
  return texts.join("\n");
}

/** The copies of stack configs that rotations edit. */
export async function copiesLeft(root: string): Promise<string[]> {
  return (await fs.readdir(root)).filter((name) => name.startsWith(".Pulumi."));
}
