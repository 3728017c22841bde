/** What one run of a case gave, by the name of what was measured. */
export type Sample<Metric extends string> = Readonly<Record<Metric, number>>;

export interface Case<Metric extends string> {
  readonly name: string;
  readonly run: (round: number) => Promise<Sample<Metric>>;
}

/** What a group needs from the command that runs it. */
export interface Bench {
  /** Belongs to the group; it is removed afterwards. */
  readonly folder: string;
  readonly signal: AbortSignal;
  /** Hears what is being done. */
  readonly progress: (text: string) => void;
}

/**
 * Runs all cases in turn, A B A B..., so that whatever else the machine does falls on all of them alike. The first
 * round warms the file system's cache up, and is thrown away.
 */
export async function interleave<Metric extends string>(
  { signal, progress }: Bench,
  rounds: number,
  cases: readonly Case<Metric>[],
): Promise<ReadonlyMap<string, Sample<Metric>[]>> {
  const samples = new Map<string, Sample<Metric>[]>(cases.map(({ name }) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const { name, run } of cases) {
      signal.throwIfAborted();
      progress(`${round === 0 ? "warm-up" : `round ${round} of ${rounds}`}: ${name}`);
      const sample = await untilAborted(run(round), signal);
      if (round > 0) samples.get(name)?.push(sample);
    }
  }
  return samples;
}

/** Does not wait for a run that nobody wants any more; run.ts ends its processes. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      reject(new Error("Interrupted"));
    };
    signal.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => {
      signal.removeEventListener("abort", stop);
    });
  });
}

export function median(samples: readonly number[]): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low = NaN, high = low] = sorted.slice(Math.ceil(middle) - 1, Math.floor(middle) + 1);
  return (low + high) / 2;
}

export async function timed<T>(work: () => Promise<T>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
