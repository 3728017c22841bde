import * as path from "node:path";
import { IS_PACKAGE } from "../../component/contract/command-line";
import { UsageError } from "../../kit/command/command";
import { ROOT } from "../../kit/project";
import { Account } from "./account";
import type { Environment } from "./environment";
import { fromLive } from "./from-live";
import { fromWrangler } from "./from-wrangler";
import type { GivenName } from "./given";
import { refuseMixture, refuseStacks } from "./refuse";
import { readWranglerProject } from "./wrangler";

/** What the command was asked for. */
interface Arguments {
  readonly config: string | undefined;
  readonly out: string | undefined;
  readonly stack: string | undefined;
  readonly offline: boolean;
}

export interface Read {
  readonly worker: string;
  readonly environments: readonly Environment[];
  /** What was read, for the report. */
  readonly from: string;
  /** The project's folder. */
  readonly folder: string;
}

/** Reads Wrangler's configuration, with all its environments. */
export async function readConfigured(
  { config, out, stack = "prod", offline }: Arguments,
  given: readonly GivenName[],
  interrupted: AbortSignal,
): Promise<Read> {
  const project = readWranglerProject(config);
  const [top] = project.environments;
  const worker = top?.config.topLevelName ?? top?.config.name;
  if (worker === undefined) throw new UsageError(`name: expected in ${path.basename(project.file)}.`);
  refusePages(top?.config);
  refuseStacks(
    project.environments.map(({ name, config: one }) => ({
      ...{ stack: name ?? stack, accountId: accountOf(one.account_id), scriptName: one.name ?? "" },
    })),
  );
  const folder = outFolder(out, worker, path.join(path.dirname(project.file), "infra"));
  const accounts = new Map<string, Account>();
  const environments: Environment[] = [];
  for (const { name, config: one } of project.environments) {
    const accountId = accountOf(one.account_id);
    const account = accounts.get(accountId) ?? new Account(accountId, process.env, interrupted);
    accounts.set(accountId, account);
    const asked = offline ? undefined : account;
    environments.push(
      await fromWrangler({
        project,
        config: one,
        stack: name ?? stack,
        accountId,
        out: folder,
        account: asked,
        given,
      }),
    );
  }
  refuseMixture(environments);
  return {
    worker,
    environments,
    folder,
    from: `${path.basename(project.file)}, read by Wrangler ${project.version}`,
  };
}

/** Reads a live Worker. */
export async function readLive(
  { out, stack = "prod" }: Arguments,
  scriptName: string,
  given: readonly GivenName[],
  interrupted: AbortSignal,
): Promise<Read> {
  const account = new Account(accountOf(undefined), process.env, interrupted);
  refuseStacks([{ stack, accountId: account.id, scriptName }]);
  const folder = outFolder(out, scriptName, path.resolve(scriptName));
  const live = await account.worker(scriptName);
  if (live === undefined) throw new Error(`The account has no Worker ${scriptName}.`);
  const environment = await fromLive({ account, scriptName, stack, given }, live);
  return {
    worker: scriptName,
    environments: [environment],
    folder,
    from: `the Worker ${scriptName}, as it is live`,
  };
}

function accountOf(configured: string | undefined): string {
  const id = configured ?? process.env.CLOUDFLARE_ACCOUNT_ID ?? "";
  if (/^[0-9a-f]{32}$/.test(id)) return id;
  throw new UsageError(
    "No account: set account_id in the configuration, or CLOUDFLARE_ACCOUNT_ID, to 32 hexadecimal digits (npx wrangler whoami).",
  );
}

function refusePages(config: object | undefined): void {
  if (
    config !== undefined &&
    "pages_build_output_dir" in config &&
    config.pages_build_output_dir !== undefined
  ) {
    throw new UsageError(
      "pages_build_output_dir: this is a project of Cloudflare Pages, which is not a Worker.",
    );
  }
}

/** A program in a checkout imports the component by its path, and finds its packages above it. */
function outFolder(out: string | undefined, worker: string, beside: string): string {
  if (IS_PACKAGE) return path.resolve(out ?? beside);
  const folder = path.resolve(out ?? path.join(ROOT, worker));
  if (path.relative(ROOT, folder).startsWith("..")) {
    throw new UsageError("--out: expected a folder in this repository, whose packages the program uses.");
  }
  return folder;
}
