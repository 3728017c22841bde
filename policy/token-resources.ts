const ACCOUNT = /^com\.cloudflare\.api\.account\.[0-9a-f]{32}$/;

/**
 * Says what in the resources of a token's policy is more than single resources.
 *
 * @param resources the JSON text: keys are resources, a value is `"*"` or resources below the key. Undefined in a preview
 * that does not know it
 * @param mayBeWide whether the policy may cover a whole account
 */
export function tooWide(resources: string | undefined, mayBeWide: boolean): string[] {
  if (resources === undefined) return [];
  const parsed = parse(resources);
  return isObject(parsed)
    ? Object.entries(parsed).flatMap(([key, value]) => keysTooWide(key, value, mayBeWide))
    : ["resources that are no JSON object"];
}

function keysTooWide(key: string, value: unknown, mayBeWide: boolean): string[] {
  if (key.includes("*")) return [key];
  if (isObject(value)) {
    return Object.entries(value).flatMap(([below, inner]) => keysTooWide(below, inner, mayBeWide));
  }
  return ACCOUNT.test(key) && !mayBeWide ? [`the whole account ${key.slice(key.lastIndexOf(".") + 1)}`] : [];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The error would quote the text.
    return undefined;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
