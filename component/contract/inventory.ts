import type { SourceVersion } from "./secret-value";

/**
 * A secret of a Worker, as the component's output `inventory` records it. It is unencrypted, so that `npm run audit` can
 * read it without a passphrase, and never holds a value.
 */
export interface InventoryEntry {
  readonly name: string;
  /** The type of the binding; `inherit` for an entry of `inheritedSecrets`. */
  readonly type: string;
  /** See {@link Source}. */
  readonly source?: string | undefined;
  /** The version of the value in its source. */
  readonly version?: SourceVersion | undefined;
  /** The age in days after which the value is overdue for a change. */
  readonly maxAge?: number | undefined;
}
