import type { Cloudflare } from "../../kit/live/cloudflare";
import { readLive } from "../../kit/live/read-live";
import { mapBounded } from "../../kit/map-bounded";
import type { Notes } from "../../kit/notes";
import type { PulumiCli } from "../../kit/pulumi-cli";
import { ageOf } from "./age";
import { changeOf, isByHand } from "./changes";
import { compare } from "./compare";
import { readEdits } from "./edits";
import { withEscSources } from "./esc";
import type { AskPassphrase } from "./decrypted";
import { readRecords } from "./records";
import type { AuditedSecret, Report } from "./report";
import { readStore } from "./read-store";
import { findShared, inStore, readFingerprints } from "./sharing";
import { listStacks, readStacks } from "./stacks";
import { type DeployedWorker, STORE } from "./state";

export interface AuditOptions {
  readonly cli: PulumiCli;
  /** Without a client, the audit does not check what is live. */
  readonly cloudflare: Cloudflare | undefined;
  /** Whether to compare values, which decrypts the states. */
  readonly byValue: boolean;
  /** Undefined if there is no terminal to ask on. */
  readonly askPassphrase?: AskPassphrase | undefined;
  /** Collects what could not be determined. */
  readonly notes: Notes;
  /** Called with the current step. */
  readonly progress: (doing: string) => void;
}

/** Each makes two requests at a time. Cloudflare accepts 1,200 requests in five minutes. */
const WORKERS_AT_A_TIME = 16;

/** Finds all secrets of all Workers in all stacks of the project. */
export async function audit(options: AuditOptions): Promise<Report> {
  const { cli, cloudflare, byValue, askPassphrase, notes, progress } = options;
  progress("reading the stacks");
  const environments = await listStacks(cli, notes);
  const workers = await readStacks(cli, environments, notes);
  progress("asking Cloudflare");
  const live = await ask(cloudflare, workers, (client, worker) =>
    worker.script === STORE ? readStore(client, worker) : readLive(client, worker, notes),
  );
  const compared = workers.flatMap((worker) => compare(worker, live(worker), notes));
  const byHand = compared.filter(isByHand).map(({ worker }) => worker);
  const edits = await ask(cloudflare, byHand, readEdits);
  progress("asking git");
  const records = await readRecords(cli, compared, live, notes);
  const found = withEscSources(compared, records, notes);
  progress(byValue ? "comparing values" : "");
  const fingerprints = byValue ? await readFingerprints(cli, environments, notes, askPassphrase) : undefined;
  const sharedWith = findShared(found, fingerprints);

  // The value of a binding to a Secrets Store is the one that a stack of the project has put there.
  const stored = new Map(found.flatMap((secret) => (secret.worker.store ? [[inStore(secret), secret]] : [])));

  const now = new Date();
  const secrets = found.map((secret): AuditedSecret => {
    const { worker, binding, source, state } = secret;
    const { environment, accountId = "unknown", script } = worker;
    const valued = stored.get(source) ?? secret;
    const of = valued.worker;
    const known = { ...records(of.environment), live: live(of), edits: edits(of) };
    const changed = changeOf(valued, known, notes);
    const { maxAge, version } = valued.declared ?? {};
    return {
      ...{ environment, accountId, worker: script, binding, source, state, changed },
      ...(version === undefined ? {} : { version: version.id }),
      ...(maxAge === undefined ? {} : { maxAge }),
      ...ageOf(changed, maxAge, now),
      sharedWith: sharedWith(secret),
    };
  });
  secrets.sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
  return { project: cli.project, at: now.toISOString(), environments, secrets, notes: notes.sentences() };
}

/** Requests each Worker once, even if several stacks have it, and each stack's part of a Secrets Store. */
async function ask<T>(
  cloudflare: Cloudflare | undefined,
  workers: readonly DeployedWorker[],
  request: (cloudflare: Cloudflare, worker: DeployedWorker) => Promise<T>,
): Promise<(worker: DeployedWorker) => T | undefined> {
  const answers = new Map<string, T>();
  const keyOf = ({ accountId = "", script, environment }: DeployedWorker) =>
    `${accountId}/${script}/${script === STORE ? environment : ""}`;
  if (cloudflare !== undefined) {
    const distinct = new Map(workers.map((worker) => [keyOf(worker), worker]));
    await mapBounded([...distinct], WORKERS_AT_A_TIME, async ([key, worker]) => {
      answers.set(key, await request(cloudflare, worker));
    });
  }
  return (worker) => answers.get(keyOf(worker));
}

function sortKey({ worker, binding, environment }: AuditedSecret): string {
  return [worker, binding, environment].join("\0");
}
