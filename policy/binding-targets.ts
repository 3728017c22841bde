import type { PolicyResource } from "@pulumi/policy";
import { STORE_SECRET } from "../component/contract/type-tokens";
import { KINDS, type Kind, WITHOUT_RESOURCE } from "./binding-kinds";
import { knownText } from "./known";
import { otherTargets } from "./other-targets";
import { pagesBindingsOf } from "./pages-bindings";
import { isOfComponent } from "./raw-worker-secret";
import { bindingsOf, type WorkerBinding } from "./worker-bindings";

/** What a binding leads to. */
export interface Target {
  /** The binding's name, or the property that names the resource. */
  readonly name: string;
  /** The binding's type, or `secrets_store`, `tail_consumer`, `transferred_class` or `keep_bindings`. */
  readonly type: string;
  /** The id or the name of the resource. */
  readonly target: string;
}

type Named = Target & Pick<Kind, "owned">;

/**
 * What a Worker is bound to that the stack does not own. What a preview does not know yet is left out: the stack is about to
 * create it.
 *
 * @param worker a resource that uploads a Worker or is a Pages project, with its outputs
 * @param resources all resources of the stack
 */
export function foreignTargets(worker: PolicyResource, resources: readonly PolicyResource[]): Target[] {
  const named = targetsOf(worker).filter(({ owned, target }) => countOwned(resources, owned, target) === 0);
  return named.filter(({ type, owned }) => {
    // A provider may keep a resource's id out of the outputs. The bindings' dependencies then say how many are the stack's.
    const { bindings = [], deploymentConfigs = [] } = worker.propertyDependencies;
    const own = countOwned([...bindings, ...deploymentConfigs], owned, undefined);
    return new Set(named.filter((other) => other.type === type).map(({ target }) => target)).size > own;
  });
}

function targetsOf(worker: PolicyResource): Named[] {
  const isOwn = isOfComponent(worker);
  const bindings = [...bindingsOf(worker), ...pagesBindingsOf(worker)];
  return [...bindings.flatMap((binding) => targetsOfBinding(binding, isOwn)), ...otherTargets(worker)];
}

function targetsOfBinding({ name, type, text }: WorkerBinding, isOfComponent: boolean): Named[] {
  // The component inherits secrets only, and asks the Worker whether they are.
  if (WITHOUT_RESOURCE.includes(type) || (type === "inherit" && isOfComponent)) return [];
  const kind = KINDS[type];
  // An allow-list refuses what it does not know: a type that is newer, or a binding that is whatever the Worker has.
  if (kind === undefined) return [{ name, type, target: name }];
  const named = kind.properties.flatMap((property) => {
    const target = text(property);
    return target === undefined || target === "" ? [] : { ...kind, name, type, target };
  });
  const store = type === "secrets_store_secret" ? text("storeId") : undefined;
  return store === undefined ? named : [...named, { ...STORE, name, target: store }];
}

/** A stack that has secrets of its own in a store may bind from it. */
const STORE = { type: "secrets_store", owned: [STORE_SECRET, "storeId"] as const };

/** Counts the resources of a kind whose name or id is the target; undefined for those without one. */
function countOwned(
  resources: readonly PolicyResource[],
  kind: Kind["owned"],
  target: string | undefined,
): number {
  return resources.filter(
    ({ type, props }) => type === kind?.[0] && knownText(() => props[kind[1]] as unknown) === target,
  ).length;
}
