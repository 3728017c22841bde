/** The stack's name in a resource's URN: `urn:pulumi:<stack>::<project>::<types>::<name>`. */
export function stackOf(urn: string): string {
  return part(urn, 0, 1).replace(/^urn:pulumi:/, "");
}

/** The resource's own type, which follows those of its parents. */
export function typeOf(urn: string): string {
  return part(urn, 2, 3).replace(/^.*\$/, "");
}

export function nameOf(urn: string): string {
  return part(urn, 3);
}

function part(urn: string, from: number, to?: number): string {
  return urn.split("::").slice(from, to).join("::");
}
