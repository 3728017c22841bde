import { visible } from "../../kit/visible";
import { type FullResource, type FullState, nameOf, resourcesOf } from "./state";
import { isDispatched, isOldProvider, partOf, referenceTo } from "./v5";

/** A state, divided into what leaves it and what stays. */
export interface Split {
  /** The Workers and secrets of v5. */
  readonly moved: readonly FullResource[];
  /** The providers that only these use. */
  readonly providers: readonly FullResource[];
  /** The state without them. */
  readonly rest: FullState;
  /** The resources of v5 that stay. */
  readonly others: readonly FullResource[];
  /** Resources whose parent leaves the state, and which get its parent. */
  readonly reparented: readonly FullResource[];
  /** Why the state cannot be changed, with the fix. */
  readonly problems: readonly string[];
}

/** @param pulumi makes a `pulumi` command line for the stack */
export function split(state: FullState, pulumi: (...words: string[]) => string): Split {
  const all = resourcesOf(state);
  const moved = all.filter((resource) => partOf(resource) !== undefined && !isDispatched(resource));
  const kept = all.filter((resource) => !moved.includes(resource));
  const uses = (resources: readonly FullResource[], provider: FullResource) =>
    resources.some((resource) => resource.provider === referenceTo(provider));
  const old = kept.filter(isOldProvider);
  const providers = old.filter((provider) => uses(moved, provider) && !uses(kept, provider));
  const stays = kept.filter((resource) => !providers.includes(resource));

  const gone = new Map<string, FullResource>();
  for (const resource of [...moved, ...providers]) {
    // A replacement by v6 can have the URN of what it replaces.
    if (!stays.some(({ urn }) => urn === resource.urn)) gone.set(resource.urn, resource);
  }
  const resources = stays.map((resource) => withoutReferences(resource, gone));
  return {
    moved,
    providers,
    rest: { ...state, deployment: { ...state.deployment, resources } },
    others: stays.filter((resource) => old.some((provider) => resource.provider === referenceTo(provider))),
    reparented: stays.filter(({ parent }) => parent !== undefined && gone.has(parent)),
    problems: moved.length === 0 ? [] : problems(state, moved, resources, gone, pulumi),
  };
}

function withoutReferences(resource: FullResource, gone: ReadonlyMap<string, FullResource>): FullResource {
  const stays = (urn: string) => !gone.has(urn);
  const { dependencies, propertyDependencies, deletedWith, ...cleaned } = resource;
  let { parent } = resource;
  while (parent !== undefined && gone.has(parent)) parent = gone.get(parent)?.parent;
  const byProperty = Object.entries(propertyDependencies ?? {}).map(
    ([property, urns]) => [property, urns?.filter(stays) ?? []] as const,
  );
  return {
    ...cleaned,
    ...(parent === undefined ? {} : { parent }),
    ...(dependencies ? { dependencies: dependencies.filter(stays) } : {}),
    ...(propertyDependencies ? { propertyDependencies: Object.fromEntries(byProperty) } : {}),
    ...(deletedWith !== undefined && stays(deletedWith) ? { deletedWith } : {}),
  };
}

function problems(
  { deployment }: FullState,
  moved: readonly FullResource[],
  kept: readonly FullResource[],
  gone: ReadonlyMap<string, FullResource>,
  pulumi: (...words: string[]) => string,
): string[] {
  const pending = (deployment.pending_operations ?? []).map(({ resource }) => nameOf(resource));
  return [
    ...(pending.length === 0
      ? []
      : [
          `An update was killed while it changed ${pending.join(", ")}, so the state may not be true. Run, with v5's ` +
            `program: ${pulumi("refresh")}`,
        ]),
    ...moved
      .filter(({ protect }) => protect === true)
      .map(({ urn }) => `${nameOf({ urn })} is protected: ${pulumi("state", "unprotect", urn)}`),
    ...kept
      .filter((resource) => namesAny(resource, gone))
      .map(
        ({ urn }) =>
          `${urn} refers to what would leave the state in a way that this command does not know. Take it out first, if ` +
          `you can import it again: ${pulumi("state", "delete", urn)}`,
      ),
  ].map(visible);
}

/** Whether anything but the resource's values names one of the URNs. Aliases are names of its own. */
function namesAny(resource: FullResource, gone: ReadonlyMap<string, FullResource>): boolean {
  return Object.entries(resource)
    .filter(([key]) => !["urn", "inputs", "outputs", "aliases"].includes(key))
    .some(([, value]) => textsIn(value).some((text) => gone.has(text)));
}

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
