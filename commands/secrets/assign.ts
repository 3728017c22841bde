import { commandLine } from "../../component/contract/command-line";
import { MAX_TEXT_BYTES } from "../../component/contract/limits";
import { previousPlace } from "../../component/contract/previous-names";
import type { ConfigPlace } from "../../component/contract/property-path";
import { isUsedIn } from "../../component/contract/secret-list";
import { quoted } from "../../kit/quoted";
import type { AllGiven, Given } from "../../kit/given";
import type { Listed } from "./list";
import type { StackFile } from "./stack-files";

/** The stack that gets the values. */
export interface Target {
  readonly stack: string;
  readonly file: StackFile;
}

/** A value, and where it goes. */
export interface Assigned {
  readonly place: ConfigPlace;
  readonly value: string;
}

/**
 * Finds the place of each value in the config.
 *
 * @returns the values by their places' names
 * @throws Error that lists everything that is wrong. It quotes a name only if the list has it: another one may be a part
 *   of a value
 */
export function assign(
  { given, unreadable }: AllGiven,
  entries: readonly Listed[],
  target: Target,
): ReadonlyMap<string, Assigned> {
  const problems: string[] = [];
  if (unreadable.length > 0) {
    problems.push(
      `${lineNames(unreadable)}: expected NAME=value. A value with # or of several lines needs quotes, of a kind that is ` +
        "not in the value.",
    );
  }
  const values = new Map<string, Assigned>();
  const lines = new Map<string, number>();
  const unknown: number[] = [];
  for (const entry of given) {
    const { name, line } = entry;
    const named = entries.filter(({ binding, key }) => binding === name || key === name);
    const used = named.filter((secret) => isUsedIn(secret, target.stack));
    const [key, ...others] = new Set(used.flatMap((secret) => secret.key ?? []));
    const place = used.find((secret) => secret.key === key)?.place;
    const [first] = used;
    if (named.length === 0) {
      unknown.push(line);
    } else if (first === undefined) {
      problems.push(`${name} (line ${line}): stack ${target.stack} does not have this secret.`);
    } else if (key === undefined || place === undefined) {
      problems.push(`${name} (line ${line}): its value is in ${first.source}. Change it there.`);
    } else {
      const found = [
        ...valueProblems(entry),
        ...placeProblems(key, place, others, target),
        ...(lines.has(key) ? [`the value of ${key} is on line ${lines.get(key) ?? NaN} already.`] : []),
      ];
      problems.push(...found.map((problem) => `${name} (line ${line}): ${problem}`));
      values.set(key, { place, value: entry.value ?? "" });
      lines.set(key, line);
    }
  }
  if (unknown.length > 0) {
    const names = entries.flatMap(({ binding, key }) =>
      key === undefined ? [] : binding === undefined ? key : `${binding} (${key})`,
    );
    problems.push(
      `${lineNames(unknown)}: no secret has this name. The names are: ${names.join(", ") || "none"}.`,
    );
  }
  if (given.length === 0 && unreadable.length === 0) problems.push("Standard input has no value.");
  if (problems.length > 0) {
    throw new Error(`Nothing was set.\n${problems.map((problem) => `  - ${problem}`).join("\n")}`);
  }
  return values;
}

function valueProblems({ value }: Given): string[] {
  if (value === undefined) return ["expected a text."];
  const bytes = Buffer.byteLength(value);
  if (bytes === 0) return ["the value is empty."];
  return bytes > MAX_TEXT_BYTES ? [`expected at most ${MAX_TEXT_BYTES} bytes, found ${bytes}.`] : [];
}

function placeProblems(
  key: string,
  place: ConfigPlace,
  others: readonly string[],
  { file }: Target,
): string[] {
  if (others.length > 0) {
    return [`several secrets have this name. Give one of their keys: ${[key, ...others].join(", ")}.`];
  }
  const kept = file.kept(place);
  if (kept === "structured") {
    return [`${key} is an object or a list in the stack's config, which would be lost.`];
  }
  if (kept === "in secure text" || kept === "in plain text") {
    return [
      `${key} is in one text of the stack's config, not in an object, and all of the text would be lost.`,
    ];
  }
  // A third value would lock out the callers that have the second one.
  return file.kept(previousPlace(place)) === undefined
    ? []
    : [
        `a rotation of ${key} is under way. Finish it first: ${commandLine("rotate", [quoted(key), "--finish"])}`,
      ];
}

function lineNames(lines: readonly number[]): string {
  return `${lines.length === 1 ? "Line" : "Lines"} ${lines.join(", ")}`;
}
