import * as pulumi from "@pulumi/pulumi";

/** Adds a problem if a known value is not the expected text. */
export type Check = (
  path: string,
  value: unknown,
  holds: (text: string) => boolean,
  expected: string,
) => void;

export function checker(problems: string[]): Check {
  return (path, value, holds, expected) => {
    if (!pulumi.isUnknown(value) && !(typeof value === "string" && holds(value))) {
      problems.push(`${path}: expected ${expected}.`);
    }
  };
}
