/** The beginning of an error page is enough to tell what failed. */
const REASON_LENGTH = 500;

/** Whether the provider's error says that Cloudflare does not know what was asked for. */
export function isNotFound(error: unknown): boolean {
  return /\b404 Not Found\b/.test(String(error));
}

/**
 * Says what to do if Cloudflare refused the API token: 9109 is a token that is not valid or not allowed, 10000 one that may not
 * do this. Cloudflare does not say which it is.
 *
 * @returns undefined if the reason is another
 */
export function refusedTokenAdvice(reason: string): string | undefined {
  if (!/"code":\s*(?:9109|10000)\b/.test(reason)) return undefined;
  return (
    "  - Cloudflare refused the API token. If it has expired, was deleted, or this address may not use it: give the pipeline\n" +
    "    a valid CLOUDFLARE_API_TOKEN. A DeployToken makes one when its expiresOn changes.\n" +
    "  - If the token may not do this: a deploy token is for Workers that existed when it was made. A new Worker needs one of\n" +
    `    kind: "bootstrap". ${READ_ADVICE}`
  );
}

/** What a token needs to see what is live. */
const READ_ADVICE =
  "To read a Worker takes Workers Metadata Read-Only, or a role for that Worker\n" +
  "    (docs/tokens.md of cloudflare-worker-secrets).";

/** What to do if Cloudflare did not say what is live. */
export function unreadableAdvice(reason: string): string {
  return (
    refusedTokenAdvice(reason) ??
    `  - If the API failed: try again.\n  - If the token may not read: use one that may. ${READ_ADVICE}`
  );
}

export function reasonOf(error: unknown): string {
  return String(error).slice(0, REASON_LENGTH);
}

/** Checks an answer that the provider passes on as it is: rubbish must not look like nothing. */
export function listOf<Key extends string = never>(
  answer: unknown,
  ...keys: Key[]
): (Record<Key, string> & Record<string, unknown>)[] {
  const isWhole = (item: unknown) =>
    typeof item === "object" &&
    item !== null &&
    keys.every((key) => typeof (item as Record<string, unknown>)[key] === "string");
  if (!Array.isArray(answer) || !answer.every(isWhole)) {
    throw new Error(`Cloudflare's answer is not a list in which every item has ${keys.join(" and ")}`);
  }
  return answer as (Record<Key, string> & Record<string, unknown>)[];
}
