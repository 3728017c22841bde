import { UsageError } from "../../kit/command/command";
import type { Cloudflare } from "../../kit/live/cloudflare";
import { mapBounded } from "../../kit/map-bounded";
import { Notes } from "../../kit/notes";
import { unlocked } from "../../kit/passphrase";
import { startProgress } from "../../kit/progress";
import type { PulumiCli } from "../../kit/pulumi-cli";
import { pulumiCommand } from "../../kit/pulumi-command";
import { exportStack } from "../../kit/stack-state";
import type { HiddenInput } from "../../kit/terminal";
import { visible } from "../../kit/visible";
import { compare, type Comparison } from "./compare";
import { declaredWorkers, type DeclaredWorker } from "./declared";
import { edit } from "./edit";

export interface LookOptions {
  readonly cli: PulumiCli;
  /** Undefined if there is no terminal to ask for a passphrase on. */
  readonly hidden: HiddenInput | undefined;
  readonly interrupted: AbortSignal;
  /** Makes a client that adds what it could not read to the notes. */
  readonly cloudflare: (notes: Notes) => Cloudflare;
}

/** What was found, and what else there is to say about it. */
export interface Look {
  readonly comparisons: readonly Comparison[];
  readonly notes: readonly string[];
}

/** Each makes two requests at a time. Cloudflare accepts 1,200 requests in five minutes. */
const LOOKS_AT_A_TIME = 16;
/** Each creates a version and deploys it. */
const EDITS_AT_A_TIME = 4;

/** A stack whose Workers are compared with what it declares, and edited. */
export class StackOfWorkers {
  constructor(
    private readonly stack: string,
    /** The name of a script or of a resource; undefined means all Workers. */
    private readonly worker: string | undefined,
    private readonly options: LookOptions,
  ) {}

  /** Reads the state, decrypted in this process's memory, and what is live. */
  async look(): Promise<Look> {
    const { cli, hidden, interrupted } = this.options;
    const read = () => exportStack(cli, this.stack, ["--show-secrets"]);
    const workers = this.#chosen(declaredWorkers(await unlocked(this.stack, hidden, interrupted, read)));
    return this.#forEach(workers, LOOKS_AT_A_TIME, (worker, cloudflare, notes) =>
      compare(worker, cloudflare, this.#pulumi, notes),
    );
  }

  /** Edits the secrets of these Workers, and looks what is live then. */
  async mend(wanted: readonly Comparison[]): Promise<Look> {
    return this.#forEach(wanted, EDITS_AT_A_TIME, async (comparison, cloudflare, notes) => {
      await edit(comparison, cloudflare, notes);
      return compare(comparison.worker, cloudflare, this.#pulumi, notes);
    });
  }

  readonly #pulumi = (...words: string[]) => pulumiCommand({ stack: this.stack }, ...words);

  async #forEach<T>(
    items: readonly T[],
    limit: number,
    use: (item: T, cloudflare: Cloudflare, notes: Notes) => Promise<Comparison>,
  ): Promise<Look> {
    const notes = new Notes();
    const cloudflare = this.options.cloudflare(notes);
    const progress = process.stderr.isTTY ? startProgress("Repair") : undefined;
    let done = 0;
    try {
      const comparisons = await mapBounded(items, limit, async (item) => {
        const comparison = await use(item, cloudflare, notes);
        progress?.note(`${++done} of ${items.length} Workers`);
        return comparison;
      });
      return { comparisons, notes: notes.sentences().map(visible) };
    } finally {
      progress?.stop();
    }
  }

  #chosen(workers: readonly DeclaredWorker[]): readonly DeclaredWorker[] {
    const { worker } = this;
    if (worker === undefined) return workers.toSorted((a, b) => (a.script < b.script ? -1 : 1));
    const named = workers.filter(({ script }) => script === worker);
    const found = named.length > 0 ? named : workers.filter(({ resource }) => resource === worker);
    if (found.length > 0) return found;
    const names = workers.map(({ script }) => script).sort();
    // The name is not repeated, because it may be a value by mistake.
    throw new UsageError(
      `No Worker of stack ${this.stack} has this name. The names are: ${names.join(", ") || "none"}.`,
    );
  }
}
