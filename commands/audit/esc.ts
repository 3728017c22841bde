import { keysNamed } from "../../component/contract/property-path";
import { configKey, printSource } from "../../component/contract/source";
import type { Notes } from "../../kit/notes";
import type { FoundSecret } from "./compare";
import type { StackRecords } from "./records";

/**
 * Replaces the source of each secret whose config key only a Pulumi ESC environment can have. The state says `config`,
 * because the program reads such a key as any other.
 */
export function withEscSources(
  secrets: readonly FoundSecret[],
  records: (environment: string) => Pick<StackRecords, "esc"> | undefined,
  notes: Notes,
): FoundSecret[] {
  return secrets.map((secret) => {
    const key = configKey(secret.source);
    const { environment } = secret.worker;
    const environments = key === undefined ? undefined : records(environment)?.esc(...keysNamed(key));
    if (key === undefined || environments === undefined) return secret;
    notes.add(FROM_ESC, `${key} (${environment}) from ${environments.join(" or ")}`);
    return { ...secret, source: printSource({ kind: "esc", environments, key }) };
  });
}

const FROM_ESC =
  "Not in the config of the stack's file, so from a Pulumi ESC environment. It is changed with `pulumi env edit`, or in the secrets manager that the environment reads: {}.";
