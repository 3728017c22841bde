import { perRun } from "../../contract/per-run";

const usesOfRun = perRun(() => new Map<string, number>());

/**
 * Makes the first part of the names of a component's hooks. The engine wants hook names that are unique in a run, but two
 * components under different parents may have the same name.
 */
export function hookPrefix(component: string): string {
  const uses = usesOfRun();
  const count = (uses.get(component) ?? 0) + 1;
  uses.set(component, count);
  return count === 1 ? component : `${component}#${count}`;
}
