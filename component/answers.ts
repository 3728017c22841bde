/** The beginning of an error page is enough to tell what failed. */
const REASON_LENGTH = 500;

/** Whether the provider's error says that Cloudflare does not know what was asked for. */
export function isNotFound(error: unknown): boolean {
  return /\b404 Not Found\b/.test(String(error));
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
