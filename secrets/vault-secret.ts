import { RunError } from "@pulumi/pulumi";
import type { SecretValue } from "../component/contract/secret-value";
import type { VaultSecretOptions } from "../component/contract/source-options";
import { type Answer, picked, secretValue } from "./source/answer";
import { failure } from "./source/failure";
import { fetchOnce } from "./source/fetch-once";
import { fieldOf } from "./source/json-key";
import { daysOf, isAccepted } from "./source/previous-for";
import { VaultSecret } from "./source/vault-client";
import { VAULT_REASONS } from "./source/vault-reasons";
import { type Fields, VaultServer } from "./source/vault-server";

/**
 * Reads a secret from a key-value engine, version 2, of HashiCorp Vault, as part of a binding: its value, the version
 * before, its source and version. The token is that of `VAULT_TOKEN`, else of `vault login`. It needs read on
 * `<mount>/data/<path>`, and on `<mount>/metadata/<path>` for the version before.
 *
 * @example
 * secretTextBindings: [{ name: "DB_PASSWORD", ...vaultSecret("shop/database", { key: "password" }) }]
 *
 * @param path the secret's path, as `vault kv get -mount=<mount> <path>` takes it
 * @throws pulumi.RunError if an argument cannot be right; what is wrong with the secret is a problem of the binding
 */
export function vaultSecret(path: string, options: VaultSecretOptions): SecretValue {
  const { key, mount = "secret", version } = options;
  refuseOthers(path, mount, key, version);
  const days = daysOf(options, "vaultSecret");
  const { address = process.env.VAULT_ADDR, namespace = process.env.VAULT_NAMESPACE } = options;
  const subject =
    `Vault, ${version === undefined ? "" : `version ${version} of `}secret "${mount}/${path}"` +
    (namespace ? ` in namespace "${namespace}"` : "");
  const ask = async () => {
    try {
      return await fetch(new VaultSecret(VaultServer.open(address, namespace), mount, path), version, days);
    } catch (error) {
      throw failure(subject, error, VAULT_REASONS);
    }
  };
  return secretValue({ kind: "vault", path: `${mount}/${path}`, key }, async () =>
    picked(await fetchOnce(["vault", address, namespace, mount, path, version, days], ask), (fields) =>
      fieldOf(fields, key, subject),
    ),
  );
}

/** Of a path, no part may be empty or lead up, because it becomes part of the address. A # begins the key in a source. */
const PATH = /^(?!\.{1,2}(?:\/|$))[^/#]+(?:\/(?!\.{1,2}(?:\/|$))[^/#]+)*$/;

function refuseOthers(path: string, mount: string, key: unknown, version: number | undefined): void {
  const problems = [
    ...(PATH.test(path) ? [] : ['expected the path of a secret, such as "shop/database"']),
    ...(PATH.test(mount) ? [] : ['mount: expected the path of a key-value engine, such as "secret"']),
    ...(typeof key === "string" && key !== ""
      ? []
      : ['key: expected a field of the secret, such as "password"']),
    ...(version === undefined || (Number.isSafeInteger(version) && version > 0)
      ? []
      : ["version: expected a number from 1, or none for the newest"]),
  ];
  if (problems.length > 0) throw new RunError(`vaultSecret: ${problems.join("; ")}.`);
}

async function fetch(secret: VaultSecret, asked: number | undefined, days: number): Promise<Answer<Fields>> {
  const current = await secret.read(asked);
  // Asked for even if only one version exists: a missing permission must not wait for the first rotation.
  const versions = await secret.versions().catch((error: unknown) => {
    // Only who made it is missing then.
    if (days === 0) return [];
    throw error;
  });
  const by = versions.find(({ id }) => id === current.id)?.by;
  const before = versions.filter(({ id, isThere }) => isThere && Number(id) < Number(current.id)).at(-1);
  const isBound = before !== undefined && days > 0 && isAccepted([current.created, before.created], days);
  return {
    current: { ...current, by },
    previous: isBound ? { ...(await secret.read(Number(before.id))), by: before.by } : undefined,
  };
}
