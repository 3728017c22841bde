import { createHash, randomBytes } from "node:crypto";
import type { JsonObject } from "../../../kit/json";
import type { Policy } from "./policies";

/** A token that belongs to an account, without its value. */
export interface ApiToken extends JsonObject {
  readonly id: string;
  readonly name: string;
  readonly status: "active" | "disabled";
  readonly issued_on: string;
  readonly modified_on: string;
  readonly policies: readonly Policy[];
  readonly expires_on?: string;
  readonly not_before?: string;
  readonly condition?: JsonObject;
}

/** The tokens by their values, of which only the digests are kept. */
export class TokenValues {
  readonly #ids = new Map<string, { readonly account: string; readonly id: string }>();

  /** Gives a token a new value; the one before is no longer valid. */
  issue(account: string, id: string): string {
    this.forget(id);
    const value = `cfat_${randomBytes(30).toString("base64url")}`;
    this.#ids.set(digest(value), { account, id });
    return value;
  }

  find(value: string): { readonly account: string; readonly id: string } | undefined {
    return this.#ids.get(digest(value));
  }

  forget(id: string): void {
    for (const [key, token] of this.#ids) if (token.id === id) this.#ids.delete(key);
  }
}

function digest(value: string): string {
  return createHash("sha256").update(value).digest("hex");
}

/** `expired` is not stored: time brings it about. */
export function statusOf({ status, expires_on }: ApiToken, now: Date): string {
  return expires_on !== undefined && new Date(expires_on) <= now ? "expired" : status;
}
