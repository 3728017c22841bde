import { secretLikeness } from "../../policy/secret-likeness";
import type { Row, Section } from "../sections";
import { harmlessValues } from "./harmless-values";
import { secretValues } from "./secret-values";
import type { Variable } from "./variable";

/** How well `plain-text-secret` tells secrets from other values. */
export interface Detection {
  readonly secrets: number;
  readonly harmless: number;
  /** The names of the secrets that it does not report. */
  readonly missed: readonly string[];
  /** The harmless variables that it reports. */
  readonly falseAlarms: readonly string[];
}

/** Precision is the share of the reports that are right, recall the share of the secrets that are reported. */
export function measurePolicy(): Promise<Section[]> {
  const { secrets, harmless, missed, falseAlarms } = detect();
  const found = secrets - missed.length;
  const list = (names: readonly string[]) => (names.length === 0 ? "none" : [...new Set(names)].join(", "));
  const section: Section = {
    title: "Secrets among plain variables",
    legend: [
      `${secrets} secrets: of products' forms, from generators, chosen by people. ${harmless} variables that are none.`,
      `missed         ${list(missed)}`,
      `false alarms   ${list(falseAlarms)}`,
    ],
    rows: [
      shareRow("precision", found, found + falseAlarms.length, { goal: 99, atLeast: true }),
      shareRow("recall", found, secrets, { goal: 90, atLeast: true }),
      shareRow("false alarms", falseAlarms.length, harmless, { goal: 1, atLeast: false }),
    ],
  };
  return Promise.resolve([section]);
}

function shareRow(
  name: string,
  part: number,
  whole: number,
  { goal, atLeast }: { goal: number; atLeast: boolean },
): Row {
  const share = (100 * part) / whole;
  const met = atLeast ? share >= goal : share <= goal;
  return { name, unit: "%", samples: [share], median: share, min: share, max: share, goal, met, atLeast };
}

export function detect(): Detection {
  const [secrets, harmless] = [secretValues(), harmlessValues()];
  const looksSecret = ({ name, value }: Variable) => secretLikeness(name, value) !== undefined;
  return {
    secrets: secrets.length,
    harmless: harmless.length,
    missed: secrets.filter((variable) => !looksSecret(variable)).map(({ name }) => name),
    falseAlarms: harmless.filter(looksSecret).map(({ name }) => name),
  };
}
