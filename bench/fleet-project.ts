import { execFile } from "node:child_process";
import * as path from "node:path";
import { promisify } from "node:util";
import type { Workspace } from "@pulumi/pulumi/automation";
import type { AuditedSecret, Report } from "../commands/audit/report";
import { type Fleet, SECRETS_A_WORKER, STORED } from "./fleet";
import { makeCheckout } from "./fleet-checkout";
import { importCopies, TEMPLATE_STACK, TEMPLATE_WORKER, templateProgram, writeBackend } from "./fleet-states";
import type { Bench } from "./rounds";
import { PASSPHRASE } from "./worker-program";
import type { World } from "./world";

const run = promisify(execFile);

/** A user's project whose stacks are one of several fleets. */
export interface Project {
  /** Runs what `npm run audit -- --json` starts, and returns what it prints. */
  readonly audit: (fleet: Fleet, args: readonly string[]) => Promise<string>;
  /** Exports the state of each stack, one after the other. */
  readonly exportAll: (fleet: Fleet) => Promise<void>;
}

/** @param fleets the largest contains the stacks of all others */
export async function makeProject(
  { folder, signal }: Bench,
  { openStack, deleteWorker, post }: World,
  fleets: readonly Fleet[],
  largest: Fleet,
): Promise<Project> {
  const { id } = await post("secrets_store/stores", { name: "the fleet's" });
  const program = templateProgram(String(id), true);
  const template = await openStack(TEMPLATE_STACK, program);
  await template.up({ signal, program: templateProgram(String(id), false) });
  await template.up({ signal, program });
  await deleteWorker(TEMPLATE_WORKER);
  await importCopies(template, largest);
  const backends = new Map<Fleet, string>();
  for (const fleet of fleets) {
    backends.set(fleet, await writeBackend(template, fleet, path.join(folder, `backend-${fleet.workers}`)));
  }
  const checkout = path.join(folder, "checkout");
  const { name } = await template.workspace.projectSettings();
  await makeCheckout(checkout, name, largest.stacks);
  return projectIn(checkout, template.workspace, backends);
}

function projectIn(cwd: string, workspace: Workspace, backends: ReadonlyMap<Fleet, string>): Project {
  const pulumi = workspace.pulumiCommand.command;
  const optionsFor = (fleet: Fleet, passphrase?: string) => ({
    cwd,
    env: {
      ...process.env,
      ...workspace.envVars,
      PULUMI_HOME: workspace.pulumiHome,
      PULUMI_BACKEND_URL: backends.get(fleet),
      PULUMI_CONFIG_PASSPHRASE: passphrase,
      PULUMI_CONFIG_PASSPHRASE_FILE: undefined,
      // The engine that the bench found.
      ...(path.isAbsolute(pulumi)
        ? { PATH: [path.dirname(pulumi), process.env.PATH].join(path.delimiter) }
        : {}),
    },
    // Enough for a state, or the report of a whole fleet.
    maxBuffer: 1 << 28,
  });
  return {
    async audit(fleet, args) {
      const command = ["--require", "tsx/cjs", "commands/audit/main.ts", "--json", ...args];
      const passphrase = args.includes("--compare") ? PASSPHRASE : undefined;
      const { stdout } = await run(process.execPath, command, optionsFor(fleet, passphrase)).catch(reported);
      return stdout;
    },
    async exportAll(fleet) {
      for (const stack of fleet.stacks) {
        await run(pulumi, ["stack", "export", "--stack", stack.name, "--non-interactive"], optionsFor(fleet));
      }
    },
  };
}

/** The audit exits with an error if it finds something; its report says what. */
function reported(error: Error & { readonly stdout?: string }): { stdout: string } {
  if (!error.stdout) throw error;
  return { stdout: error.stdout };
}

/**
 * Checks that the audit has seen the whole fleet: one that sees less is faster, and proves nothing.
 *
 * @throws Error that says how much it saw
 */
export function checkReport(
  { environments, secrets, notes }: Report,
  fleet: Fleet,
  args: readonly string[],
): void {
  const state = args.includes("--offline") ? "unknown" : "live";
  const isSeen = (secret: AuditedSecret) =>
    secret.state === state &&
    secret.changed.recordedIn === "git" &&
    secret.sharedWith.length === sharing(secret, fleet);
  const workers = new Set(secrets.map(({ worker }) => worker));
  const known = secrets.filter(isSeen);
  if (
    environments.length !== fleet.stacks.length ||
    // The store counts as one.
    workers.size !== fleet.workers + 1 ||
    secrets.length !== fleet.workers * (SECRETS_A_WORKER + 1) + STORED.length ||
    known.length !== secrets.length ||
    notes.length > 0
  ) {
    const seen = `${secrets.length} secrets of ${workers.size} Workers in ${environments.length} stacks`;
    const expected = `${known.length} of them ${state}, dated by git and shared as they are`;
    throw new Error([`${fleet.name}: the audit saw ${seen}, ${expected}.`, ...notes].join(" "));
  }
}

/** With how many others a secret has one value: those of the store with the Workers that are bound to it. */
function sharing({ source, binding }: AuditedSecret, { workers }: Fleet): number {
  const inStore = STORED.indexOf(binding);
  const bound = STORED.findIndex((name) => source.endsWith(`/${name}`));
  const place = Math.max(inStore, bound);
  return place === -1 ? 0 : Math.ceil((workers - place) / STORED.length);
}
