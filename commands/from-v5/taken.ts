import { WORKERS_SCRIPT } from "../../component/contract/type-tokens";
import { unsealed } from "../../kit/unsealed";
import type { FullResource } from "./state";
import type { V5Worker } from "./workers";

/**
 * The URN of the resource of v6 that has a Worker already. A deploy that created it and could not delete v5's has left both.
 *
 * @param kept the resources of a decrypted state that are not of v5
 */
export function takerOf({ accountId, script }: V5Worker, kept: readonly FullResource[]): string | undefined {
  return kept.find((resource) => {
    const inputs = unsealed(resource.inputs ?? {}) as Record<string, unknown>;
    const isScript = resource.type === WORKERS_SCRIPT && resource.delete !== true;
    return isScript && inputs["scriptName"] === script && inputs["accountId"] === accountId;
  })?.urn;
}
