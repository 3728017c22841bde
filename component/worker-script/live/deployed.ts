import { SECRET_TYPES } from "../binding-type";
import type { Binding } from "./verdict";

/** The kinds that are compared: the Worker's secrets and variables. */
const COMPARED = [...SECRET_TYPES, "secrets_store_secret", "inherit", "plain_text", "json"];

/**
 * Compares what a deploy has declared with what the Worker has right after it.
 *
 * @returns how they differ and how to repair it; undefined if they match
 */
export function differsFromDeclared(
  scriptName: string,
  declared: readonly Binding[],
  live: readonly Binding[],
): string | undefined {
  const missing = declared.filter((binding) => COMPARED.includes(binding.type) && !isServed(binding, live));
  const left = live.filter(
    ({ name, type }) => SECRET_TYPES.includes(type) && !declared.some((binding) => binding.name === name),
  );
  return missing.length + left.length === 0
    ? undefined
    : `The upload of the Worker "${scriptName}" went through, but the Worker is not what this program declares: ` +
        "Cloudflare did not do what was asked, or another stack or tool uploaded at the same time.\n" +
        missing.map(({ name }) => `  - ${name}: the Worker lacks it.\n`).join("") +
        left.map(({ name }) => `  - ${name}: the Worker still has it, and accepts its value.\n`).join("") +
        (missing.length === 0 ? "" : "  To deploy what is missing: pulumi refresh, then pulumi up.\n") +
        left
          .map(({ name }) => `  To remove it: npx wrangler secret delete ${name} --name ${scriptName}\n`)
          .join("") +
        "  Pulumi has recorded this deploy as done: until then the next `pulumi up` says that nothing changed.";
}

function isServed({ name, type }: Binding, live: readonly Binding[]): boolean {
  const found = live.find((binding) => binding.name === name);
  return found !== undefined && (!SECRET_TYPES.includes(type) || found.type === type);
}

export function notVerified(scriptName: string, reason: string): string {
  return `The upload of the Worker "${scriptName}" went through; what it has now could not be read, and was not compared. (${reason})`;
}

/** @param uploads the number of uploads since the look before the deploy, including this one */
export function uploadsBetween(scriptName: string, uploads: number): string | undefined {
  return uploads <= 1
    ? undefined
    : `The Worker "${scriptName}" was uploaded ${uploads} times during this deploy: another stack or tool deploys it too, and ` +
        "one of the uploads overwrote another unnoticed. To see who uploaded: npx wrangler versions list --name " +
        scriptName;
}
