import { keysNamed } from "../../component/contract/property-path";
import { escImports } from "../../kit/esc-imports";
import { quoted } from "../../kit/quoted";
import { Refused } from "./rotation";

/**
 * Refuses a key that only a Pulumi ESC environment can have: an edit would put a value into the stack's file, which goes
 * before that of the environment from then on.
 *
 * @param text the stack's file
 */
export function refuseImported(text: string, stack: string, key: string, project: string): void {
  const environments = escImports(text, project)(...keysNamed(key));
  if (environments === undefined) return;
  const edits = environments.imports.map((name) => `\n  - pulumi env edit ${quoted(name)}`).join("");
  throw new Refused(
    `"${key}" is not in the file of stack ${stack}, so only a Pulumi ESC environment can have it. Change it there, or in the ` +
      `secrets manager that the environment reads${edits === "" ? ": see environment in the stack's file." : `:${edits}`}`,
  );
}
