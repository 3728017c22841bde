import { isDeepStrictEqual } from "node:util";
import { type FullResource, type FullState, resourcesOf, withoutCiphertexts } from "./state";

/**
 * The resources that a state would lose or set back if the other one were put in its place, a line each. Components and
 * providers are not among them: the next deploy makes them again, and on Cloudflare there is nothing of them.
 */
export function losses(current: FullState, other: FullState): string[] {
  const [ours, theirs] = [managed(current), managed(other)];
  const lost = [...ours].flatMap(([key, resource]) => {
    const known = theirs.get(key);
    if (known === undefined) return [`${resource.urn} is new`];
    return isDeepStrictEqual(content(resource), content(known)) ? [] : [`${resource.urn} has changed`];
  });
  const gone = [...theirs].filter(([key]) => !ours.has(key)).map(([, { urn }]) => `${urn} is gone`);
  return [...lost, ...gone];
}

function managed(state: FullState): Map<string, FullResource> {
  const isManaged = ({ custom, type }: FullResource) =>
    custom === true && !type.startsWith("pulumi:providers:");
  // A resource that is pending deletion has the URN of its replacement.
  return new Map(
    resourcesOf(state)
      .filter(isManaged)
      .map((resource) => [`${resource.urn} ${resource.delete === true ? "delete" : ""}`, resource]),
  );
}

/** What a deploy changes if it changes the resource, and not only its place in the program. */
function content({ id, inputs, outputs, protect, modified }: FullResource): unknown {
  return withoutCiphertexts({ id, inputs, outputs, protect, modified });
}
