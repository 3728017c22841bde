/**
 * Where a secret's value comes from. The component records it as unencrypted text, which policies and commands read with
 * {@link parseSource}.
 */
export type Source =
  /** A key of the stack's config, or a path into it, with its namespace unless that is the project's: `config:<key>`. */
  | { readonly kind: "config"; readonly key: string }
  /**
   * A key of the stack's config that the Pulumi ESC environments have that the stack imports:
   * `esc:<environment>,<environment>#<key>`. Only the audit says so; a program cannot tell it from `config`.
   */
  | { readonly kind: "esc"; readonly environments: readonly string[]; readonly key: string }
  /** A secret in Cloudflare Secrets Store: `secrets-store:<store id>/<secret name>`. */
  | { readonly kind: "secrets-store"; readonly store: string; readonly secret: string }
  /**
   * A secret in AWS Secrets Manager, by name or ARN, and the key of its JSON whose value is taken:
   * `aws-secrets-manager:<id>` or `aws-secrets-manager:<id>#<key>`.
   */
  | { readonly kind: "aws-secrets-manager"; readonly id: string; readonly key?: string }
  /** A secret in Google Cloud Secret Manager: `gcp-secret-manager:projects/<project>/secrets/<secret>`. */
  | { readonly kind: "gcp-secret-manager"; readonly secret: string }
  /** A field of a secret in a key-value engine (version 2) of HashiCorp Vault: `vault:<mount>/<path>#<key>`. */
  | { readonly kind: "vault"; readonly path: string; readonly key: string }
  /** Any other text, for example `op://vault/item/field`. */
  | { readonly kind: "other"; readonly text: string };

export function parseSource(text: string): Source {
  const [, kind = "", rest = ""] = /^([a-z-]+):(.+)$/s.exec(text) ?? [];
  // Ids and paths have no #, keys may have.
  const [, place = "", , key] = /^([^#]+)(#(.+))?$/s.exec(rest) ?? [];
  const [, store, secret] = /^([^/]+)\/(.+)$/s.exec(rest) ?? [];
  if (kind === "config") {
    return { kind, key: rest };
  }
  if (kind === "secrets-store" && store !== undefined && secret !== undefined) {
    return { kind, store, secret };
  }
  if (kind === "aws-secrets-manager" && place !== "") {
    return { kind, id: place, ...(key === undefined ? {} : { key }) };
  }
  if (kind === "esc" && key !== undefined) {
    return { kind, environments: place.split(","), key };
  }
  if (kind === "gcp-secret-manager" && rest !== "") {
    return { kind, secret: rest };
  }
  return kind === "vault" && key !== undefined ? { kind, path: place, key } : { kind: "other", text };
}

export function printSource(source: Source): string {
  switch (source.kind) {
    case "config":
      return `config:${source.key}`;
    case "esc":
      return `esc:${source.environments.join(",")}#${source.key}`;
    case "secrets-store":
      return `secrets-store:${source.store}/${source.secret}`;
    case "aws-secrets-manager":
      return `aws-secrets-manager:${source.id}${source.key === undefined ? "" : `#${source.key}`}`;
    case "gcp-secret-manager":
      return `gcp-secret-manager:${source.secret}`;
    case "vault":
      return `vault:${source.path}#${source.key}`;
    case "other":
      return source.text;
  }
}

/** Returns the config key that a source names; undefined if the value does not come from the stack's config. */
export function configKey(source: string): string | undefined {
  const parsed = parseSource(source);
  return parsed.kind === "config" ? parsed.key : undefined;
}
