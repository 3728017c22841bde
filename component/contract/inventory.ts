/**
 * A secret of a Worker as the component records it in its output `inventory`, in clear: `npm run audit` needs no
 * passphrase to read it. It never holds a value.
 */
export interface InventoryEntry {
  readonly name: string;
  /** The type of the binding; `inherit` for one of `inheritedSecrets`. */
  readonly type: string;
  /** See {@link Source}. */
  readonly source?: string | undefined;
  /** In days. */
  readonly maxAge?: number | undefined;
}
