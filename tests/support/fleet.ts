import "../../kit/lazy-closures";
import { execFile } from "node:child_process";
import * as os from "node:os";
import type { TestContext } from "node:test";
import { promisify } from "node:util";
import * as pulumi from "@pulumi/pulumi";
import type { Stack } from "@pulumi/pulumi/automation";
import type { AuditedSecret, Report } from "../../commands/audit/report";
import { type SecretTextBinding, WorkerScript, type WorkerScriptArgs } from "../../component";
import { configSecret } from "../../secrets";
import { type Project, type ProjectOptions, startProject } from "./project";
import { ACCOUNT_ID, ECHO, type Program } from "./world";

/** Part of every value. Nothing that is printed or written may contain it. */
export const CANARY = "canary-of-the-audit";

/** The environment of a user who may not decrypt the stacks. */
const OPENS_NOTHING = {
  PULUMI_CONFIG_PASSPHRASE: undefined,
  PULUMI_CONFIG_PASSPHRASE_FILE: undefined,
  VAULT_SERVER_URL: undefined,
  VAULT_SERVER_TOKEN: undefined,
};

interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** A project with deployed stacks and a committed checkout, from which the tests audit. */
export interface Fleet extends Project {
  /** Returns the requests since the last call, without the account's prefix. */
  takeRequests(): string[];
  /** Deploys a stack. Its config has `secrets` and the two keys that the project always requires. */
  deploy(stack: string, program: Program, secrets?: Readonly<Record<string, string>>): Promise<Stack>;
  /** Commits the whole checkout, with the given author and age in days. */
  commit(author: string, daysAgo: number): Promise<void>;
  git(...args: string[]): Promise<string>;
  /** Runs `npm run audit` until it exits, without what opens the stacks. Fails if it prints a value. */
  audit(args?: readonly string[], options?: RunOptions): Promise<Result>;
  /** Runs it with `--json`. */
  report(args?: readonly string[], options?: RunOptions): Promise<{ code: number; report: Report }>;
  /** Puts a secret outside of Pulumi, with the request that `wrangler secret put` makes. */
  putByHand(script: string, name: string): Promise<void>;
  /** Sends a request to the API, as another client would, and returns its result. */
  send(method: string, place: string, body?: object): Promise<unknown>;
}

export async function startFleet(test: TestContext, options: ProjectOptions = {}): Promise<Fleet> {
  const requests: string[] = [];
  const project = await startProject(test, {
    ...options,
    onRequest({ method, path, status }) {
      requests.push(`${method} ${path.replace(/^\/client\/v4\/accounts\/[0-9a-f]{32}/, "")} ${status}`);
    },
  });
  const { checkout, cloudflare } = project;
  const git = async (...args: string[]) =>
    (await promisify(execFile)("git", args, { cwd: checkout.root })).stdout;
  await checkout.write(".git/info/exclude", "node_modules\nstate\nhome\n");
  const audit = async (args: readonly string[] = [], { cwd = checkout.root, env = {} }: RunOptions = {}) => {
    const result = await run(process.execPath, ["--require", "tsx/cjs", "commands/audit/main.ts", ...args], {
      cwd,
      env: {
        PATH: process.env.PATH,
        NODE_OPTIONS: process.env.NODE_OPTIONS,
        GOGC: process.env.GOGC,
        HOME: os.homedir(),
        PULUMI_HOME: checkout.home,
        TMPDIR: checkout.tmp,
        ...project.env,
        ...OPENS_NOTHING,
        ...env,
      },
    });
    for (const text of [result.stdout, result.stderr]) {
      if (text.includes(CANARY)) throw new Error("The audit shows a value.");
    }
    return result;
  };

  const send = async (method: string, place: string, body?: object) => {
    const headers = { authorization: `Bearer ${cloudflare.apiToken}` };
    const answer = await fetch(`${cloudflare.baseUrl}/accounts/${ACCOUNT_ID}${place}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(await answer.text());
    requests.splice(0);
    return ((await answer.json()) as { result: unknown }).result;
  };

  return {
    ...project,
    takeRequests: () => requests.splice(0),
    git,
    audit,
    async deploy(name, program, secrets = {}) {
      const stack = await project.openStack(name, () => Promise.resolve(program()));
      const values = Object.entries({ "secrets-demo": `${CANARY} ${name}`, ...secrets });
      const config = values.map(([key, value]) => [key, { value, secret: true }] as const);
      await stack.setAllConfig({ accountId: { value: ACCOUNT_ID }, ...Object.fromEntries(config) });
      await stack.up();
      requests.splice(0);
      return stack;
    },
    async commit(author, daysAgo) {
      const date = new Date(Date.now() - daysAgo * 24 * 60 * 60 * 1000).toISOString();
      await git("add", "--all");
      await git(
        ...["-c", `user.name=${author}`, "-c", "user.email=author@example.com"],
        ...["commit", "--quiet", "--allow-empty", `--date=${date}`, "--message=Config"],
      );
    },
    async report(args = [], runOptions) {
      const { code, stdout, stderr } = await audit(["--json", ...args], runOptions);
      if (stdout === "") throw new Error(stderr);
      return { code, report: JSON.parse(stdout) as Report };
    },
    async putByHand(script, name) {
      const secret = { name, text: `${CANARY} by hand`, type: "secret_text" };
      await send("PUT", `/workers/scripts/${script}/secrets`, secret);
    },
    send,
  };
}

type Declared = SecretTextBinding | (() => SecretTextBinding);

/** A program with one Worker, `shop-<stack>`, that has these secrets. */
export function shop(secrets: readonly Declared[], args: Partial<WorkerScriptArgs> = {}): Program {
  return () => {
    new WorkerScript("worker", {
      accountId: ACCOUNT_ID,
      name: `shop-${pulumi.getStack()}`,
      content: ECHO,
      secretTextBindings: secrets.map((secret) => (typeof secret === "function" ? secret() : secret)),
      ...args,
    });
    return {};
  };
}

/** A secret of the stack's config, which only the program can read. */
export function fromConfig(name: string, maxAge?: number, key = "secrets-demo"): Declared {
  return () => ({ name, ...configSecret(key), maxAge });
}

/** Each secret of a report as `<environment>/<worker>/<binding> <state>`, and whether it is overdue. */
export function lines({ secrets }: Report): string[] {
  return secrets.map((secret) => `${idOf(secret)} ${secret.state}${overdue(secret)}`);
}

export function idOf({ environment, worker, binding }: AuditedSecret): string {
  return `${environment}/${worker}/${binding}`;
}

function overdue(secret: AuditedSecret): string {
  return secret.overdue === false ? "" : secret.overdue === true ? " overdue" : " overdue?";
}

/** Runs a command until it exits, with any exit code. */
function run(command: string, args: string[], options: RunOptions): Promise<Result> {
  return new Promise((resolve) => {
    execFile(command, args, { ...options, maxBuffer: 1 << 28 }, (error, stdout, stderr) => {
      const code = typeof error?.code === "number" ? error.code : error === null ? 0 : NaN;
      resolve({ code, stdout, stderr });
    });
  });
}
