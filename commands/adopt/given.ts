import { UsageError } from "../../kit/command/command";
import { parseGiven } from "../../kit/given";
import { plural } from "../../kit/plural";
import { readStandardInput } from "../../kit/standard-input";
import type { LeftOut } from "./left-out";

/** A secret whose value the stack's config is to have. */
export interface GivenName {
  readonly name: string;
  /** From 1. */
  readonly line: number;
}

/** The names on standard input: a `.dev.vars`, a `.env` or a JSON object. `secrets --set` takes the values later. */
export async function givenNames(interrupted: AbortSignal): Promise<readonly GivenName[]> {
  const { given, unreadable } = parseGiven(await readStandardInput("adopt", interrupted));
  if (unreadable.length > 0) {
    throw new UsageError(
      `--secrets: expected lines NAME=value, and these are not: ${unreadable.join(", ")}.`,
    );
  }
  return given;
}

/**
 * Says which names the Worker does not have. A part of a value can look like a name, for example a line of a key without
 * quotes, so only their lines are named.
 *
 * @param known the names that are a secret, or have another binding
 */
export function unknownNames(given: readonly GivenName[], known: (name: string) => boolean): LeftOut[] {
  const lines = given.filter(({ name }) => !known(name)).map(({ line }) => line);
  if (lines.length === 0) return [];
  const where = `${lines.length === 1 ? "line" : "lines"} ${lines.join(", ")}`;
  const why = `${plural(lines.length, "name")} on standard input (${where}) is no live secret here, so the program does not declare it`;
  return [{ key: "--secrets", why }];
}
