import * as pulumi from "@pulumi/pulumi";
import { checkAccountId } from "../account-id";
import { type Check, checker } from "../checker";
import { MAX_STORE_SECRET_BYTES, MAX_STORE_SECRETS } from "../contract/limits";
import { previousName } from "../contract/previous-names";
import { checkOrigin } from "../secret-rules";
import { isStoreId, STORE_ID } from "../worker-script/store-binding-rules";
import { SCOPES, type SecretsStoreArgs, type StoreSecret } from "./args";

/** The arguments after resolution. In a preview any of them may be `pulumi.unknown`, and JavaScript may pass anything. */
export type ResolvedArgs = Partial<Record<keyof SecretsStoreArgs, unknown>>;
type ResolvedSecret = Partial<Record<keyof StoreSecret, unknown>>;

/** Finds what is wrong with the arguments. A problem has the path, what is expected there and the fix, never a value. */
export function findProblems({ accountId, storeId, name, secrets }: ResolvedArgs): string[] {
  const problems: string[] = [];
  const check = checker(problems);
  checkAccountId(accountId, check);
  if (storeId !== undefined) check("storeId", storeId, isStoreId, `${STORE_ID}. Leave it out to look it up`);
  if (name !== undefined) check("name", name, (text) => text.trim() !== "", STORE_NAME);
  if (!Array.isArray(secrets)) {
    return [...problems, "secrets: expected a list. Put [ and ] around it."];
  }
  const firstPaths = new Map<string, string>();
  const claimName = (path: string, text: unknown) => {
    if (typeof text !== "string") return;
    const first = firstPaths.get(text);
    if (first !== undefined) {
      problems.push(`${path}: expected a name of its own, but ${first} is the same. Rename or remove one.`);
    }
    firstPaths.set(text, first ?? path);
  };
  (secrets as (ResolvedSecret | null)[]).forEach((item, index) => {
    const secret = item ?? {};
    const path = `secrets[${index}]`;
    checkSecret(path, secret, check);
    checkOrigin(path, secret, check, problems);
    claimName(`${path}.name`, secret.name);
    if (secret.previous !== undefined && typeof secret.name === "string") {
      claimName(`${path}.previous (stored under the name with _PREVIOUS)`, previousName(secret.name));
    }
  });
  const count =
    secrets.length + secrets.filter((item: ResolvedSecret | null) => item?.previous !== undefined).length;
  if (count > MAX_STORE_SECRETS) {
    problems.push(
      `secrets: expected at most ${MAX_STORE_SECRETS}, previous values included, found ${count}: an account may not ` +
        "have more. Put several into one JSON value.",
    );
  }
  return problems;
}

function checkSecret(path: string, secret: ResolvedSecret, check: Check): void {
  check(`${path}.name`, secret.name, (text) => /^[^\s/]+$/.test(text), NAME);
  check(`${path}.text`, secret.text, fits, TEXT);
  if (secret.previous !== undefined) check(`${path}.previous`, secret.previous, fits, TEXT);
  if (secret.scopes !== undefined) {
    // As one text, because the check knows texts only.
    const scopes = Array.isArray(secret.scopes) ? secret.scopes.join(",") : null;
    check(`${path}.scopes`, scopes, areScopes, SCOPE_LIST);
  }
  if (secret.comment !== undefined) check(`${path}.comment`, secret.comment, () => true, "a text");
  if (secret.takeOver !== undefined) check(`${path}.takeOver`, secret.takeOver, isStoreId, TAKE_OVER);
}

/**
 * Finds secrets in the comments.
 *
 * @param args the arguments as the engine would get them, with secrets marked
 */
export function findReadableSecrets({ secrets }: ResolvedArgs): string[] {
  return (Array.isArray(secrets) ? (secrets as (ResolvedSecret | null)[]) : []).flatMap((item, index) =>
    pulumi.runtime.isRpcSecret(item?.comment)
      ? [`secrets[${index}].comment: expected no secret, because everyone who may see the store reads it.`]
      : [],
  );
}

const STORE_NAME = "a name, not an empty text. Leave it out for <project>-<stack>";
const NAME = "the secret's name in the store, without spaces and slashes, such as api-key. Rename it";
const TEXT = `1 to ${MAX_STORE_SECRET_BYTES} bytes as UTF-8. Set it with \`pulumi config set --secret <key>\``;
const SCOPE_LIST = `a list of at least one of ${SCOPES.join(", ")}, each once. Leave it out for workers`;
const TAKE_OVER = "the id of the live secret, 32 hexadecimal digits, as the error about it prints it";

function fits(text: string): boolean {
  return text !== "" && Buffer.byteLength(text) <= MAX_STORE_SECRET_BYTES;
}

function areScopes(text: string): boolean {
  const scopes = text.split(",");
  const known: readonly string[] = SCOPES;
  return new Set(scopes).size === scopes.length && scopes.every((scope) => known.includes(scope));
}
