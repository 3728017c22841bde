import * as pulumi from "@pulumi/pulumi";

/** A list in the arguments: the list and each of its items may be promises or Outputs. */
export type InputList<T> = pulumi.Input<readonly pulumi.Input<T>[]> | undefined;

/**
 * Runs `use` at once if the value is neither a promise nor an Output, or else as soon as it is resolved. Unlike
 * `pulumi.output(value).apply`, it does not wait for what is nested in a plain value: one unknown text in a plain array
 * hides no other secret's name.
 */
export function whenResolved<T, R>(
  value: pulumi.Input<T>,
  use: (value: T) => pulumi.Input<R>,
): pulumi.Input<R> {
  return isDeferred(value)
    ? (pulumi.output(value).apply((resolved) => use(resolved as T)) as pulumi.Output<R>)
    : use(value);
}

/** Maps a list, and waits only for the parts of it that are promises or Outputs. */
export function mapInputs<T, R>(
  list: InputList<T>,
  use: (item: T) => pulumi.Input<R>,
): pulumi.Input<pulumi.Input<R>[]> {
  return whenResolved<readonly pulumi.Input<T>[], pulumi.Input<R>[]>(list ?? [], (items: unknown) =>
    // The check reports what is not a list, and items that are null.
    Array.isArray(items)
      ? items.map((item: pulumi.Input<T>) => whenResolved(item, (known: T | null) => use(known ?? ({} as T))))
      : [],
  );
}

/** Maps each item to a list. If one item is deferred, the result waits for all of them. */
export function flatMapInputs<T, R>(
  list: InputList<T>,
  use: (item: T) => pulumi.Input<R>[],
): pulumi.Input<pulumi.Input<R>[]> {
  return whenResolved(mapInputs(list, use), (lists) =>
    lists.some(isDeferred)
      ? (pulumi.all(lists).apply((known) => known.flat()) as pulumi.Output<pulumi.Input<R>[]>)
      : (lists as pulumi.Input<R>[][]).flat(),
  );
}

export function isDeferred<T>(value: pulumi.Input<T>): value is Promise<T> | pulumi.OutputInstance<T> {
  return pulumi.Output.isInstance(value) || value instanceof Promise;
}

/** Resolves every promise and Output in the inputs; what a preview does not know yet is `pulumi.unknown`. */
export async function resolveInputs(inputs: unknown): Promise<unknown> {
  return plainInputs(await serializeInputs(inputs));
}

/** Resolves the inputs to what the engine would get, with secrets marked. */
export async function serializeInputs(inputs: unknown): Promise<unknown> {
  return pulumi.runtime.serializeProperty("inputs", inputs, new Set());
}

/** Removes the marks of secrets. */
export function plainInputs(serialized: unknown): unknown {
  return pulumi.runtime.unwrapRpcSecret(pulumi.runtime.deserializeProperty(serialized, true));
}
