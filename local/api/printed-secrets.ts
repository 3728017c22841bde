import { maskNamed } from "../mask";
import { secretTexts } from "./bindings";
import type { Resources } from "./resources";
import type { Version } from "./worker";

/** Replaces the secrets in a text by their names. */
export type Mask = (text: string) => string;

/** Masks what versions of a Worker can print: their own secrets, and those of a Secrets Store that they are bound to. */
export function maskOf(versions: readonly Version[], resources: Resources, account: string): Mask {
  const texts = new Map<string, string[]>();
  const add = (name: string, values: readonly string[]) =>
    texts.set(name, [...(texts.get(name) ?? []), ...values]);
  for (const { bindings } of versions) {
    for (const [name, values] of secretTexts(bindings)) add(name, values);
    for (const { name, type, store_id, secret_name } of bindings) {
      if (type !== "secrets_store_secret") continue;
      const value = resources.secretValue(account, String(store_id), String(secret_name));
      if (value !== undefined) add(name, [value]);
    }
  }
  return (text) => maskNamed(text, texts);
}
