import type { Input } from "@pulumi/pulumi";
import type { SecretValue } from "../contract/secret-value";

/** What may use a secret of the store, as Cloudflare's API names it. */
export const SCOPES = ["access", "ai_gateway", "containers", "dex", "websearch", "workers"] as const;

/** A secret of the store. */
export interface StoreSecret<Name extends string = string> extends SecretValue {
  /**
   * The secret's name in the store, without spaces and slashes, unique in the account. Previews show it and the state
   * keeps it unencrypted, so it must not be confidential. Another name is another secret: the old one is deleted.
   */
  name: Name;
  /** The secret's value: 1 to 65,536 bytes as UTF-8 (https://developers.cloudflare.com/secrets-store/manage-secrets/). */
  text: SecretValue["text"];
  /**
   * The value that `text` had before it was rotated. While it is given, the store has it too, as `<name>_PREVIOUS`, and
   * so has each Worker that binds the secret with `store.secret`. It counts as a secret. Default: none.
   */
  previous?: SecretValue["previous"];
  /** What may use the secret. Their order has no meaning. Default: `["workers"]`. */
  scopes?: readonly (typeof SCOPES)[number][] | undefined;
  /** What the secret is for. Everyone who may see the store reads it. Default: none. */
  comment?: Input<string> | undefined;
  /** The age in days after which `npm run audit` reports the value as overdue for a change. Default: never. */
  maxAge?: number | undefined;
  /**
   * The id of a live secret of this name that this stack did not create, and whose value is to be overwritten. The error
   * about such a secret prints it. Remove it after the deploy: while it is there, each deploy imports the secret again.
   * Default: none, which stops with an error.
   */
  takeOver?: string | undefined;
}

/** The arguments of a `SecretsStore`. */
export interface SecretsStoreArgs<Name extends string = string> {
  /** The account that has the store: 32 hexadecimal digits in lower case, as `npx wrangler whoami` prints it. */
  accountId: Input<string>;
  /**
   * The secrets of this stack. Others in the store are left alone. Their order has no meaning. An account may have 100
   * secrets, previous values included. The next `pulumi up` deletes a secret that is no longer in this list.
   *
   * @example
   * secrets: [{ name: "api-key", ...configSecret("api-key"), comment: "for the payments API" }]
   */
  secrets: readonly StoreSecret<Name>[];
  /**
   * The id of an existing store, which is used and never deleted. Default: the account's store is looked up, and created
   * if the account has no store: it may have one.
   */
  storeId?: Input<string> | undefined;
  /**
   * The name of the store if it has to be created. A store of this name is this stack's own, and goes when the stack is
   * destroyed; one of another name is used as it is. Default: `<project>-<stack>`. Keep it once the store is there.
   */
  name?: string | undefined;
}
