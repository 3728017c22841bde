/**
 * Where a secret's value comes from. The component records it as unencrypted text, which policies and commands read with
 * {@link parseSource}.
 */
export type Source =
  /** A key of the stack's config, with its namespace unless that is the project's: `config:<key>`. */
  | { readonly kind: "config"; readonly key: string }
  /** A secret in Cloudflare Secrets Store: `secrets-store:<store id>/<secret name>`. */
  | { readonly kind: "secrets-store"; readonly store: string; readonly secret: string }
  /** Any other text, for example `op://vault/item/field`. */
  | { readonly kind: "other"; readonly text: string };

export function parseSource(text: string): Source {
  const [, kind, rest = ""] = /^(config|secrets-store):(.+)$/s.exec(text) ?? [];
  if (kind === "config") {
    return { kind, key: rest };
  }
  const [, store, secret] = /^([^/]+)\/(.+)$/s.exec(rest) ?? [];
  return store === undefined || secret === undefined
    ? { kind: "other", text }
    : { kind: "secrets-store", store, secret };
}

export function printSource(source: Source): string {
  switch (source.kind) {
    case "config":
      return `config:${source.key}`;
    case "secrets-store":
      return `secrets-store:${source.store}/${source.secret}`;
    case "other":
      return source.text;
  }
}

/** Returns the config key that a source names; undefined if the value does not come from the stack's config. */
export function configKey(source: string): string | undefined {
  const parsed = parseSource(source);
  return parsed.kind === "config" ? parsed.key : undefined;
}
