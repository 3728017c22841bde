import type { types } from "@pulumi/cloudflare";
import * as pulumi from "@pulumi/pulumi";
import type { WorkerScriptArgs } from "./args";
import { KEPT_VERSION } from "./binding-type";
import { isDeferred, mapInputs } from "../inputs";
import type { Declaration } from "./kept-secrets";
import { secretTexts } from "./secret-texts";
import { storeBindings } from "./store-bindings";

type Binding = types.input.WorkersScriptBinding;

/**
 * Puts all bindings of the Worker into the one list that v6 takes, sorted by name. The order of that list is significant
 * to the provider: without sorting, reordering the program would be a change and a new upload.
 */
export function sortedBindings(args: Declaration): pulumi.Output<pulumi.Input<Binding>[]> {
  const lists: pulumi.Input<pulumi.Input<Binding>[]>[] = [
    mapInputs(secretTexts(args), ({ name, text }) =>
      args.keepsValues
        ? { name, type: "inherit", versionId: KEPT_VERSION }
        : { name, type: "secret_text", text: pulumi.secret(text) },
    ),
    storeBindings(args),
    mapInputs(args.plainTextBindings, ({ name, text }) => ({ name, type: "plain_text", text })),
    mapInputs(args.inheritedSecrets, (name) => ({ name, type: "inherit" })),
    // Sealed as a whole, because kinds such as secret_key carry a value under other names than `text`.
    mapInputs(args.bindings, (binding) => pulumi.secret(binding)),
  ];
  return lists.some(isDeferred)
    ? pulumi.all(lists).apply((resolved) => sortByName(resolved.flat() as Binding[]))
    : sortByName((lists as pulumi.Input<Binding>[][]).flat());
}

/** Returns the names of the secrets that the program declares, sorted. */
export function secretNames(args: WorkerScriptArgs): pulumi.Output<string[]> {
  return pulumi
    .output(mapInputs(secretTexts(args), ({ name }) => name))
    .apply((names) => (names as string[]).toSorted());
}

function sortByName(bindings: pulumi.Input<Binding>[]): pulumi.Output<pulumi.Input<Binding>[]> {
  const names = bindings.map((binding) => (isDeferred(binding) ? pulumi.output(binding).name : binding.name));
  return pulumi.all(names).apply((known) =>
    known
      .map((name, index) => ({ name, index }))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .flatMap(({ index }) => bindings.slice(index, index + 1)),
  );
}
