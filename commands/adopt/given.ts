import { UsageError } from "../../kit/command/command";
import { parseGiven } from "../../kit/given";
import { readStandardInput } from "../../kit/standard-input";

/** The names on standard input: a `.dev.vars`, a `.env` or a JSON object. `secrets --set` takes the values later. */
export async function givenNames(interrupted: AbortSignal): Promise<string[]> {
  const { given, unreadable } = parseGiven(await readStandardInput("adopt", interrupted));
  if (unreadable.length > 0) {
    throw new UsageError(
      `--secrets: expected lines NAME=value, and these are not: ${unreadable.join(", ")}.`,
    );
  }
  return [...new Set(given.map(({ name }) => name))];
}
