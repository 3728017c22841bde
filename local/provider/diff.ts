import { isDeepStrictEqual } from "node:util";
import { DiffResponse, PropertyDiff } from "@pulumi/pulumi/proto/provider_pb";
import type { ResourceKind } from "./resource";
import { type Properties, within } from "./values";

function kindOf(before: unknown, after: unknown, replaces: boolean): PropertyDiff.Kind {
  const { ADD, ADD_REPLACE, DELETE, DELETE_REPLACE, UPDATE, UPDATE_REPLACE } = PropertyDiff.Kind;
  if (before === undefined) return replaces ? ADD_REPLACE : ADD;
  if (after === undefined) return replaces ? DELETE_REPLACE : DELETE;
  return replaces ? UPDATE_REPLACE : UPDATE;
}

/** Lists the top-level inputs that changed, sorted by name. Reordering a list is a change. */
export function diffInputs(kind: ResourceKind, oldInputs: Properties, newInputs: Properties): DiffResponse {
  const before = { ...kind.defaults, ...oldInputs };
  const after = { ...kind.defaults, ...newInputs };
  const response = new DiffResponse();
  const detailed = response.getDetaileddiffMap();
  for (const key of [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()) {
    // The official provider keeps its own metadata under such names.
    if (key.startsWith("__")) continue;
    const [old, now] = [before[key] ?? undefined, after[key] ?? undefined];
    if (isDeepStrictEqual(kind.filled.includes(key) ? within(now, old) : old, now)) continue;
    if (now === undefined && kind.computed.includes(key)) continue;
    const replaces = kind.replacing.includes(key);
    const property = new PropertyDiff();
    property.setKind(kindOf(old, now, replaces));
    property.setInputdiff(true);
    detailed.set(key, property);
    response.addDiffs(key);
    if (replaces) response.addReplaces(key);
  }
  const { DIFF_SOME, DIFF_NONE } = DiffResponse.DiffChanges;
  response.setChanges(response.getDiffsList().length > 0 ? DIFF_SOME : DIFF_NONE);
  response.setHasdetaileddiff(true);
  return response;
}
