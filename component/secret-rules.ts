import type { Check } from "./checker";

/** Checks what a secret's declaration says about its value. */
export function checkOrigin(
  path: string,
  { source, maxAge }: { readonly source?: unknown; readonly maxAge?: unknown },
  check: Check,
  problems: string[],
): void {
  if (source !== undefined) {
    check(`${path}.source`, source, (value) => value !== "", SOURCE);
  }
  if (maxAge !== undefined && !(typeof maxAge === "number" && maxAge > 0)) {
    problems.push(`${path}.maxAge: expected a number of days above 0. Leave it out for no limit.`);
  }
}

const SOURCE = "the place that the value comes from, such as config:api-key, not empty and no secret";
