import type { Reasons } from "./failure";

/** What is wrong with an answer of Vault, or keeps us from asking, by name. */
export const VAULT_REASONS = {
  NoAddress:
    "no address is set. Give the option address, or set VAULT_ADDR, for example to https://vault.example.com:8200",
  NoToken:
    "there is no token. Run `vault login`, or let the workflow get one and set VAULT_TOKEN (docs/sources.md)",
  InvalidToken:
    "the token is not valid, or no longer. Run `vault login`, or let the workflow get one (docs/sources.md)",
  Denied:
    "the token may not read it. Its policy needs read on <mount>/data/<path>. Check the mount and the path too",
  NoMetadata:
    "the token may not read its versions, among which the value before is. Its policy needs read on " +
    "<mount>/metadata/<path> too; or set previousFor: 0",
  NoSecret:
    "there is no such secret, or no such version of it. Check the path, which begins after the mount and without data/",
  NoMount: "there is no engine mounted there, or no such secret. Check the mount, the path and the namespace",
  NotVersion2:
    "its mount is not a key-value engine of version 2, which has dates and the value before. Move it there, or upgrade " +
    "the engine: vault kv enable-versioning <mount>",
  Deleted: "its version is deleted. Undelete it (vault kv undelete), add a version, or pin an older one",
  Destroyed: "its version is destroyed. Add a version, or pin another one",
  Redirected:
    "it redirects to another address, to which we do not send the token. Set VAULT_ADDR to the address of the active node " +
    "or of the cluster",
  Throttled: "Vault refuses so many requests, also after retries. Try again",
  Sealed: "it is sealed, or has no active node, also after retries. Unseal it, or try again",
  Broken: "Vault has an error of its own, also after retries. Try again",
  Refused: "Vault refuses the request. Check the mount, the path and the namespace",
  NotVault: "what answers at its address is not Vault. Check the address",
} as const satisfies Reasons;

/** An error that is one of the reasons, whatever Vault says. */
export class VaultError extends Error {
  constructor(override readonly name: keyof typeof VAULT_REASONS) {
    super();
  }
}

/** Whether a request can succeed if it is repeated. */
export function isBusy(error: unknown): boolean {
  return error instanceof VaultError && ["Throttled", "Sealed", "Broken"].includes(error.name);
}
