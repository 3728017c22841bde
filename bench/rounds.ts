/** The measurements of one run of a case, by name. */
export type Sample<Metric extends string> = Readonly<Record<Metric, number>>;

export interface Case<Metric extends string> {
  readonly name: string;
  readonly run: (round: number) => Promise<Sample<Metric>>;
}

/** What the command gives to each group of measurements. */
export interface Bench {
  /** A folder for the group alone, removed afterwards. */
  readonly folder: string;
  readonly signal: AbortSignal;
  /** Shows what is being measured. */
  readonly progress: (text: string) => void;
}

/**
 * Runs all cases in turn, A B A B..., so that other load on the machine affects all of them equally. The first round
 * warms the file system's cache, and is thrown away.
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

/** Stops waiting for a run once the bench is interrupted; run.ts ends its processes. */
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
