import { createHash } from "node:crypto";
import { previousKey } from "../../component/contract/previous-names";
import { configKey } from "../../component/contract/source";
import { SECRET, WITH_INVENTORY } from "../../component/contract/type-tokens";
import { isObject } from "../../kit/json";
import type { Held } from "./rotation";

interface Resource {
  readonly urn: string;
  readonly type: string;
  readonly parent?: string;
  readonly inputs?: { readonly fingerprint?: { readonly plaintext?: string } };
  readonly outputs?: { readonly inventory?: unknown };
}

/**
 * Whether the stack's Workers were deployed with what the config holds: each binding from the key has the current value,
 * and none has a previous one that the config no longer has.
 *
 * @param exported the output of `pulumi stack export --show-secrets`
 * @returns false too if the state does not say, because no binding is declared with `configSecret(key)`
 */
export function isDeployed(exported: string, key: string, { current, previous }: Held): boolean {
  const { deployment } = JSON.parse(exported) as { deployment: { resources?: Resource[] | null } };
  const resources = deployment.resources ?? [];
  const fingerprints = new Map(
    resources
      .filter(({ type }) => type === SECRET)
      // The resource's name is `<component>/<binding>`.
      .map(({ parent = "", urn, inputs }) => [
        `${parent} ${urn.slice(urn.lastIndexOf("/") + 1)}`,
        inputs?.fingerprint?.plaintext,
      ]),
  );
  const bindings = resources
    .filter(({ type }) => WITH_INVENTORY.includes(type))
    .flatMap(({ urn, outputs }) => {
      const inventory: unknown[] = Array.isArray(outputs?.inventory) ? outputs.inventory : [];
      return inventory.filter(isObject).map(({ name, source }) => ({
        key: typeof source === "string" ? configKey(source) : undefined,
        fingerprint: fingerprints.get(`${urn} ${String(name)}`),
      }));
    });
  const own = bindings.filter((binding) => binding.key === key);
  const old = bindings.filter((binding) => binding.key === previousKey(key));
  // Pulumi writes a secret as JSON.
  const digest = JSON.stringify(createHash("sha256").update(current).digest("hex"));
  return (
    own.length > 0 &&
    own.every(({ fingerprint }) => fingerprint === digest) &&
    (previous !== undefined || old.length === 0)
  );
}
