import { randomUUID } from "node:crypto";
import type { ResourceKind } from "./resource";

/**
 * A resource type that is not real here. Its inputs are recorded as its outputs, no request is made, and every change is
 * an update. Nothing is sealed here: the engine keeps secret what the program or the SDK marked as secret.
 */
export const otherResource: ResourceKind = {
  inputs: "any",
  replacing: [],
  defaults: {},
  computed: [],
  filled: [],
  rules: [],
  seal: (properties) => properties,
  create: (_, inputs) => Promise.resolve({ id: randomUUID().replaceAll("-", ""), outputs: inputs }),
  read: (_, id, state, inputs) => Promise.resolve({ id, outputs: state, inputs }),
  update: (_, inputs) => Promise.resolve(inputs),
  delete: () => Promise.resolve(),
};
