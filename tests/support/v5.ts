import { strict as assert } from "node:assert";
import { execFile } from "node:child_process";
import * as fs from "node:fs/promises";
import { createRequire } from "node:module";
import * as path from "node:path";
import type { TestContext } from "node:test";
import { promisify } from "node:util";
import type { PulumiFn, Stack } from "@pulumi/pulumi/automation";
import { findEngine } from "../../kit/engine";
import type { Command, CommandOptions } from "./command";
import { type Project, startProject } from "./project";
import { wrapPulumi } from "./rotation";
import { ACCOUNT_ID, ECHO } from "./world";

const FIXTURE = path.join(__dirname, "../fixtures/v5.49.1");
/** The fixture's values: the two secrets, and the key of the config that both have. */
export const VALUES = ["dragons", "keyvalue"] as const;

/** The file in which the command saves the state. */
export const BACKUP = "seed-v5-dev.v5-state.json";

/** A project whose stack `dev` is as v5.49.1 has deployed it, with its Worker `script_1` live. */
export interface V5Project extends Project {
  /** Requests that change something, since the last call: `METHOD path`. */
  takeChanges(): string[];
  /** Runs `npm run from-v5 -- --stack dev ...` without a terminal, and checks its exit code and that no value is printed. */
  fromV5(args: readonly string[], options: CommandOptions & { code: number }): Promise<string>;
  /** Opens the stack with a program that has these statements. */
  withProgram(statements: string): Promise<Stack>;
  /** The state, encrypted, as Pulumi exports it. */
  exported(): Promise<string>;
  ask(): Promise<Record<string, string>>;
  putByHand(name: string, text: string): Promise<void>;
  /** As `Rotation` has it. */
  wrapPulumi(lines: string): Promise<NodeJS.ProcessEnv>;
}

export async function startV5(test: TestContext): Promise<V5Project> {
  // Each run of the program goes into the checkout's folder, which is removed after the test.
  const cwd = process.cwd();
  test.after(() => {
    process.chdir(cwd);
  });
  const changes: string[] = [];
  const project = await startProject(test, {
    ...{ withPassphrase: true, projectName: "seed-v5" },
    onRequest: ({ method, path: place }) => {
      if (method !== "GET")
        changes.push(`${method} ${place.replace(/^\/client\/v4\/accounts\/[0-9a-f]{32}/, "")}`);
    },
  });
  const { checkout, cloudflare } = project;
  const env = { ...project.env, PULUMI_CONFIG_PASSPHRASE: "playground" };
  await checkout.write("Pulumi.yaml", "name: seed-v5\nruntime: nodejs\n");
  await fs.copyFile(path.join(FIXTURE, "Pulumi.dev.yaml"), checkout.file("Pulumi.dev.yaml"));
  const stacks = checkout.file("state/.pulumi/stacks/seed-v5");
  await fs.mkdir(stacks, { recursive: true });
  await fs.writeFile(checkout.file("state/.pulumi/meta.yaml"), "version: 1\n");
  await fs.copyFile(path.join(FIXTURE, "dev.json"), path.join(stacks, "dev.json"));

  const request = async (method: string, place: string, body: FormData | string) => {
    const url = `${cloudflare.baseUrl}/accounts/${ACCOUNT_ID}/workers/scripts/script_1${place}`;
    const response = await fetch(url, {
      method,
      headers: { authorization: `Bearer ${cloudflare.apiToken}` },
      body,
    });
    assert.ok(response.ok, await response.text());
    changes.splice(0);
  };
  const putByHand = (name: string, text: string) =>
    request("PUT", "/secrets", JSON.stringify({ name, text, type: "secret_text" }));
  await request("PUT", "", v5Upload());
  await putByHand("API_KEY", VALUES[1]);

  const exported = async () => {
    const { command } = (await findEngine()).command;
    const options = { cwd: checkout.root, env: { ...process.env, ...env, PULUMI_HOME: checkout.home } };
    return (await promisify(execFile)(command, ["stack", "export", "--stack", "dev"], options)).stdout;
  };
  return {
    ...project,
    env,
    wrapPulumi: (lines) => wrapPulumi(checkout, lines),
    takeChanges: () => changes.splice(0),
    exported,
    putByHand,
    async fromV5(args, { code, ...options }) {
      const more = { ...options, env: { ...env, ...options.env } };
      const command: Command = await project.start("from-v5", ["--stack", "dev", ...args], more);
      assert.equal(await command.exit(), code, command.output);
      for (const value of VALUES) assert.ok(!command.output.includes(value), command.output);
      return command.output;
    },
    async withProgram(statements) {
      const imports =
        'import { WorkerScript } from "./component";\nimport { configSecret } from "./secrets";\n';
      await checkout.write("index.ts", `${imports}void configSecret;\n${statements}\n`);
      Object.assign(process.env, { CLOUDFLARE_BASE_URL: cloudflare.baseUrl });
      const { stackProgram } = createRequire(__filename)(checkout.file("kit/stack-program.ts")) as {
        stackProgram: PulumiFn;
      };
      const stack = await project.openStack("dev", stackProgram);
      stack.workspace.envVars = { ...stack.workspace.envVars, ...env };
      return stack;
    },
    async ask() {
      const url = cloudflare.workerUrl(ACCOUNT_ID, "script_1");
      assert.ok(url, "script_1 is not live");
      return (await (await fetch(url)).json()) as Record<string, string>;
    },
  };
}

/** The upload of v5: `secretTextBindings` are in it, and a `WorkerSecret` follows in a request of its own. */
function v5Upload(): FormData {
  const bindings = [
    { name: "MY_SECRET_NAME_KEY", type: "secret_text", text: VALUES[0] },
    { name: "STAGE", type: "plain_text", text: "dev" },
  ];
  const form = new FormData();
  form.set(
    "metadata",
    new Blob([JSON.stringify({ main_module: "worker.mjs", bindings })], { type: "application/json" }),
  );
  form.set("worker.mjs", new Blob([ECHO], { type: "application/javascript+module" }), "worker.mjs");
  return form;
}
