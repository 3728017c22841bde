import "../../kit/lazy-closures";
import { execFile } from "node:child_process";
import * as fs from "node:fs/promises";
import { createRequire } from "node:module";
import * as path from "node:path";
import type { TestContext } from "node:test";
import { promisify } from "node:util";
import { LocalWorkspace, type PulumiFn, type Stack } from "@pulumi/pulumi/automation";
import { findTools } from "../../harness/tools";
import { startTarget } from "../../harness/target";
import { protectInlinePrograms } from "../../kit/inline-programs";
import { withoutSummary } from "../../kit/without-summary";
import type { LocalCloudflare, LocalCloudflareOptions } from "../../local/api";
import { type Checkout, copyCheckout } from "./checkout";
import { Command, type CommandOptions } from "./command";

/** Where all members of the team keep a stack. */
export interface SharedState {
  /** What `pulumi login` takes. */
  readonly backend: string;
  /** What `pulumi stack init --secrets-provider` takes. */
  readonly secretsProvider: string;
}

/** People with a checkout each, who deploy the stack `prod` of this repository to one Cloudflare. */
export interface Team {
  readonly cloudflare: LocalCloudflare;
  join(how: "make the stack" | "select the stack"): Promise<Member>;
}

interface Member {
  readonly checkout: Checkout;
  readonly stack: Stack;
  /** Takes over the files of another member, as git would bring them. */
  pull(from: Member, ...files: readonly string[]): Promise<void>;
  setSecret(key: string, value: string): Promise<void>;
  start(script: "rotate", args: readonly string[], options?: CommandOptions): Promise<Command>;
}

/** A member's environment has what opens the shared state, and no passphrase. */
export async function startTeam(
  test: TestContext,
  { backend, secretsProvider }: SharedState,
  options: LocalCloudflareOptions,
): Promise<Team> {
  protectInlinePrograms();
  const target = await startTarget(options);
  test.after(() => target.close());
  const { command } = (await findTools()).engine;
  // The program runs in this process and reads the API's address from the environment.
  process.env.CLOUDFLARE_BASE_URL = target.cloudflare.baseUrl;
  const join: Team["join"] = async (how) => {
    const checkout = await copyCheckout(test);
    const { root, home } = checkout;
    const given = Object.entries(target.environment(root, ""));
    const env: Record<string, string> = {
      ...Object.fromEntries(given.filter(([name]) => !name.startsWith("PULUMI_CONFIG_PASSPHRASE"))),
      PULUMI_BACKEND_URL: backend,
    };
    const production = "Pulumi.prod.yaml";
    await fs.copyFile(path.join(__dirname, "../..", production), checkout.file(production));
    const { stackProgram: program } = createRequire(__filename)(checkout.file("kit/stack-program.ts")) as {
      stackProgram: PulumiFn;
    };
    const named = { stackName: "prod", projectName: "cloudflare-worker-secrets", program };
    const workspace = { workDir: root, pulumiHome: home, pulumiCommand: command, envVars: env };
    const stack = withoutSummary(
      how === "make the stack"
        ? await LocalWorkspace.createStack(named, { ...workspace, secretsProvider })
        : await LocalWorkspace.selectStack(named, workspace),
    );
    return {
      checkout,
      stack,
      async pull(from, ...files) {
        for (const file of files) await checkout.write(file, await from.checkout.read(file));
      },
      async setSecret(key, value) {
        const set = ["config", "set", "--stack", "prod", "--secret", key];
        const running = promisify(execFile)(command.command, set, {
          cwd: root,
          env: { ...process.env, ...env, PULUMI_HOME: home },
        });
        running.child.stdin?.end(value);
        await running;
      },
      start: (script, args, { env: more, ...others } = {}) =>
        Command.start(test, checkout, script, { args, ...others, env: { ...env, ...more } }),
    };
  };
  return { cloudflare: target.cloudflare, join };
}
