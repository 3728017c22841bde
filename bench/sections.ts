import { median, type Sample } from "./rounds";

export type Unit = "ms" | "MB" | "requests" | "bytes" | "%";

export interface Row {
  readonly name: string;
  readonly unit: Unit;
  readonly samples: readonly number[];
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** The name of the row that this one is compared with; `ratio` is this row's median divided by that one's. */
  readonly against?: string;
  readonly ratio?: number;
  /** The ratio that it should not exceed; in a row of percent, the share, which it should reach or not exceed. */
  readonly goal?: number;
  readonly met?: boolean;
  /** Whether the goal is a share to reach. */
  readonly atLeast?: boolean;
}

export interface Section {
  readonly title: string;
  /** What a row is, and what is measured. */
  readonly legend: readonly string[];
  readonly rows: readonly Row[];
}

export interface Comparison {
  readonly against: string;
  /** By the row's name. */
  readonly goals?: Readonly<Record<string, number>>;
}

/** One metric of all cases that ran, as rows. */
export function rowsOf<Metric extends string>(
  samples: ReadonlyMap<string, readonly Sample<Metric>[]>,
  metric: Metric,
  unit: Unit,
  { against, goals = {} }: Comparison,
): Row[] {
  const base = median((samples.get(against) ?? []).map((sample) => sample[metric]));
  return [...samples].map(([name, runs]) => {
    const values = runs.map((sample) => sample[metric]);
    const middle = median(values);
    const ratio = middle / base;
    const goal = goals[name];
    return {
      name,
      unit,
      samples: values,
      median: middle,
      min: Math.min(...values),
      max: Math.max(...values),
      ...(name === against ? {} : { against, ratio }),
      ...(goal === undefined ? {} : { goal, met: ratio <= goal }),
    };
  });
}
