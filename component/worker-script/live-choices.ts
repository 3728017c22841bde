/** What a preview and a deploy do about what is live on the Worker. */
export interface LiveChoices {
  /**
   * What a preview and a deploy do about secrets that are live on the Worker but were not deployed by this program:
   * `secret_text`, `secret_key` and `secrets_store_secret`. An upload removes them, or overwrites them if the program
   * now declares the same name. `"error"` stops and names them, `"warn"` names them and continues, `"delete"` continues.
   * They are looked up through the provider, and only if the script changes: in the newest upload and, if the provider
   * can list them, in all versions that get traffic. Default: `"error"`.
   */
  undeclaredSecrets?: "error" | "warn" | "delete" | undefined;

  /**
   * The same for plain variables, `plain_text` and `json`. Cloudflare returns their values, so this also decides about a
   * variable of this program whose value a person or another tool changed, for example in the dashboard: an upload would overwrite it.
   * A declared value that is already live is no loss. Default: `"error"`.
   */
  undeclaredVariables?: "error" | "warn" | "delete" | undefined;

  /** The same for bindings of all other kinds (KV, R2, D1, queues, ...). Default: `"error"`. */
  undeclaredBindings?: "error" | "warn" | "delete" | undefined;

  /**
   * What a preview and a deploy do if they cannot read what is live, because Cloudflare's API fails or the token may not
   * read Workers. `"error"` stops. `"warn"` says so and continues; the upload may then remove or overwrite secrets and
   * other bindings that no message names, and what it leaves is not verified. A first deploy by a token that may not list
   * the account's Workers needs `"warn"`. Default: `"error"`.
   */
  unreadableWorker?: "error" | "warn" | undefined;

  /**
   * Whether to overwrite a live Worker of this name that this stack did not create. `undeclaredSecrets`,
   * `undeclaredVariables` and `undeclaredBindings` then apply to what it has. Remove this argument once the stack has the
   * Worker: with it, a resource that is renamed without an alias also takes the Worker over, and Pulumi then deletes the
   * Worker with the old resource; and a replacement deletes the old Worker before it creates the new one. Default: false,
   * which stops with an error.
   */
  takeOver?: boolean | undefined;
}

const WITH_TEXT = [
  "undeclaredSecrets",
  "undeclaredVariables",
  "undeclaredBindings",
  "unreadableWorker",
] as const;

/**
 * The choices that are not the default, as the component's own inputs: a policy sees them there, before anything is sent.
 * Of a wrong argument nothing is taken, because the engine records these inputs unencrypted.
 */
export function recordedChoices(args: LiveChoices): LiveChoices {
  const chosen = WITH_TEXT.filter((name) => args[name] === "warn" || args[name] === "delete");
  return {
    ...Object.fromEntries(chosen.map((name) => [name, args[name]])),
    ...(args.takeOver === true && { takeOver: true }),
  };
}
