import { VARIABLE_TYPES } from "../binding-type";
import { argumentFor } from "./kinds";
import type { Losses } from "./losses";
import type { Binding } from "./verdict";

/** Lists every binding that would be lost, and for each the argument that allows it. */
export function lossMessage(scriptName: string, { removed, overwritten }: Losses): string | undefined {
  const parts = [
    ...(removed.length === 0 ? [] : [removal(scriptName, removed)]),
    ...(overwritten.length === 0 ? [] : [overwriting(scriptName, overwritten)]),
  ];
  return parts.length === 0 ? undefined : parts.join("\n");
}

function removal(scriptName: string, bindings: readonly Binding[]): string {
  return (
    `The Worker "${scriptName}" has bindings that this program does not declare, and a deploy would remove them: ${typed(bindings)}.\n` +
    `  - To keep them: inheritedSecrets: ${quoted(bindings)}\n` +
    byArgument(bindings, (names, argument) => `  - To remove ${names}: ${argument}: "delete"\n`) +
    '    ("warn" does the same, and names them)'
  );
}

function overwriting(scriptName: string, bindings: readonly Binding[]): string {
  const variables = bindings.filter(({ type }) => VARIABLE_TYPES.includes(type));
  return (
    `The Worker "${scriptName}" has values that this program did not deploy, under names that it declares. A ` +
    `deploy would overwrite them: ${typed(bindings)}.\n` +
    `  - To keep what is live: inheritedSecrets: ${quoted(bindings)}, and remove the other declaration\n` +
    (variables.length === 0
      ? ""
      : `  - To keep the live value of ${named(variables)} in the program: declare it as the dashboard shows it\n`) +
    byArgument(
      bindings,
      (names, argument) => `  - To overwrite ${names}: ${argument}: "delete" for one \`pulumi up\`\n`,
    ) +
    '    ("warn" does the same, and names them). Do so as well if an earlier deploy of this program failed after its\n' +
    "    upload: the values may be its own."
  );
}

function byArgument(bindings: readonly Binding[], line: (names: string, argument: string) => string): string {
  const all = [...new Set(bindings.map(({ type }) => argumentFor(type)))];
  return all
    .map((argument) => {
      const ofKind = bindings.filter(({ type }) => argumentFor(type) === argument);
      return line(named(ofKind), argument);
    })
    .join("");
}

function typed(bindings: readonly Binding[]): string {
  return bindings.map(({ name, type }) => `${name} (${type})`).join(", ");
}

function named(bindings: readonly Binding[]): string {
  return bindings.map(({ name }) => name).join(", ");
}

function quoted(bindings: readonly Binding[]): string {
  return JSON.stringify(bindings.map(({ name }) => name));
}
