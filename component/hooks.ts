import { AsyncResource } from "node:async_hooks";
import * as pulumi from "@pulumi/pulumi";
import { perRun } from "./contract/per-run";

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

/** @param opts `onDryRun`: whether it runs in previews too */
export function makeHook(
  name: string,
  callback: pulumi.ResourceHookFunction,
  opts: pulumi.ResourceHookOptions,
): pulumi.ResourceHook {
  // Bound, because a call of the provider needs the program's async context, and a hook has none.
  return new pulumi.ResourceHook(name, AsyncResource.bind(callback), opts);
}

/** Pulumi's mocks (3.248.0) have no hooks, and a program's unit tests must still run. */
export function hasHooks(): boolean {
  const monitor = pulumi.runtime.getMonitor() as { registerResourceHook?: unknown } | undefined;
  return monitor?.registerResourceHook !== undefined;
}
