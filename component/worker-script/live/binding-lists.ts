import type { Binding } from "./verdict";

export function has(bindings: readonly Binding[], wanted: string): boolean {
  return bindings.some(({ name }) => name === wanted);
}

/** Whether the program declares the name, or inherits what is live under it. */
export function claims(declared: readonly Binding[], name: string): boolean {
  return has(declared, name) || declared.some((binding) => keeps(binding, name));
}

/** Whether a binding inherits what is live under the name. */
export function keeps({ name, type, oldName, isKept }: Binding, liveName: string): boolean {
  return (type === "inherit" || isKept === true) && (oldName ?? name) === liveName;
}

/** The first list, and those of the second that it does not have by name and type. */
export function union(some: readonly Binding[], others: readonly Binding[]): Binding[] {
  const isKnown = ({ name, type }: Binding) => some.some((one) => one.name === name && one.type === type);
  return [...some, ...others.filter((binding) => !isKnown(binding))];
}
