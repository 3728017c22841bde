import { configKey } from "../../component/contract/source";
import type { PulumiCli } from "../../kit/pulumi-cli";
import { ageOf, changeOf, isByHand } from "./changes";
import type { Cloudflare } from "./cloudflare";
import { compare, type FoundSecret } from "./compare";
import { type ConfigHistory, readConfigHistory } from "./config-history";
import { readEdits, readLive } from "./live";
import type { Notes } from "./notes";
import { mapBounded } from "./pool";
import type { AuditedSecret, Report } from "./report";
import { findShared, readFingerprints } from "./sharing";
import { firstLine, listStacks, readStacks, STACKS_AT_A_TIME } from "./stacks";
import type { DeployedWorker } from "./state";

export interface AuditOptions {
  readonly cli: PulumiCli;
  /** Without it nobody looks at what is live. */
  readonly cloudflare: Cloudflare | undefined;
  /** Whether values are compared too, for which the states are decrypted. */
  readonly byValue: boolean;
  /** Gets what could not be found out. */
  readonly notes: Notes;
  /** Hears what is being done. */
  readonly progress: (doing: string) => void;
}

/** Cloudflare takes 1,200 requests in five minutes. */
const REQUESTS_AT_A_TIME = 16;

/** Finds all secrets of all Workers in all stacks of the project. */
export async function audit({ cli, cloudflare, byValue, notes, progress }: AuditOptions): Promise<Report> {
  progress("reading the stacks");
  const environments = await listStacks(cli, notes);
  const workers = await readStacks(cli, environments, notes);
  progress("asking Cloudflare");
  const live = await ask(cloudflare, workers, readLive);
  const found = workers.flatMap((worker) => compare(worker, live(worker), notes));
  const byHand = found.filter(isByHand).map(({ worker }) => worker);
  const edits = await ask(cloudflare, byHand, readEdits);
  progress("asking git");
  const history = await readHistories(cli, found, notes);
  progress(byValue ? "comparing values" : "");
  const fingerprints = byValue ? await readFingerprints(cli, environments, notes) : undefined;
  const sharedWith = findShared(found, fingerprints);

  const now = new Date();
  const secrets = found.map((secret): AuditedSecret => {
    const { worker, binding, source, state, declared } = secret;
    const { environment, accountId = "unknown", script } = worker;
    const changed = changeOf(secret, history(environment), edits(worker), notes);
    const { maxAge } = declared ?? {};
    return {
      ...{ environment, accountId, worker: script, binding, source, state, changed },
      ...(maxAge === undefined ? {} : { maxAge }),
      ...ageOf(changed, maxAge, now),
      sharedWith: sharedWith(secret),
    };
  });
  secrets.sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
  return { project: cli.project, at: now.toISOString(), environments, secrets, notes: notes.sentences() };
}

/** Asks once about each Worker, also where several stacks have it. */
async function ask<T>(
  cloudflare: Cloudflare | undefined,
  workers: readonly DeployedWorker[],
  request: (cloudflare: Cloudflare, worker: DeployedWorker) => Promise<T>,
): Promise<(worker: DeployedWorker) => T | undefined> {
  const answers = new Map<string, T>();
  const keyOf = ({ accountId = "", script }: DeployedWorker) => `${accountId}/${script}`;
  if (cloudflare !== undefined) {
    const distinct = new Map(workers.map((worker) => [keyOf(worker), worker]));
    await mapBounded([...distinct], REQUESTS_AT_A_TIME, async ([key, worker]) => {
      answers.set(key, await request(cloudflare, worker));
    });
  }
  return (worker) => answers.get(keyOf(worker));
}

/** The history of each stack's config from which a secret comes. */
async function readHistories(
  cli: PulumiCli,
  found: readonly FoundSecret[],
  notes: Notes,
): Promise<(environment: string) => ConfigHistory | undefined> {
  const configured = found.filter(({ source }) => configKey(source) !== undefined);
  const stacks = [...new Set(configured.map(({ worker }) => worker.environment))];
  const histories = new Map<string, ConfigHistory>();
  await mapBounded(stacks, STACKS_AT_A_TIME, async (stack) => {
    try {
      histories.set(stack, await readConfigHistory(cli.stackFile(stack), cli.project));
    } catch (error) {
      notes.add(`Nobody can tell who changed the config of {}, and when: ${firstLine(error)}.`, stack);
    }
  });
  return (environment) => histories.get(environment);
}

function sortKey({ worker, binding, environment }: AuditedSecret): string {
  return [worker, binding, environment].join("\0");
}
