import * as pulumi from "@pulumi/pulumi";

/** A list as the arguments take it: the list, and each item of it, may be known only later. */
export type InputList<T> = pulumi.Input<readonly pulumi.Input<T>[]> | undefined;

/**
 * Runs `use` at once if the value is at hand, else when it is. At once means without waiting for what lies inside the
 * value, as `pulumi.output(value).apply` would: one unknown text in a plain array hides no other secret's name.
 */
export function whenResolved<T, R>(
  value: pulumi.Input<T>,
  use: (value: T) => pulumi.Input<R>,
): pulumi.Input<R> {
  return isDeferred(value)
    ? (pulumi.output(value).apply((resolved) => use(resolved as T)) as pulumi.Output<R>)
    : use(value);
}

/** Maps a list, and waits for no more of it than it must. */
export function mapInputs<T, R>(
  list: InputList<T>,
  use: (item: T) => pulumi.Input<R>,
): pulumi.Input<pulumi.Input<R>[]> {
  return whenResolved<readonly pulumi.Input<T>[], pulumi.Input<R>[]>(list ?? [], (items: unknown) =>
    // The check reports what is not a list.
    Array.isArray(items) ? items.map((item: pulumi.Input<T>) => whenResolved(item, use)) : [],
  );
}

/** Maps each item to a list of its own. One item that is deferred makes the whole of it wait for everything. */
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

/** The inputs with every promise and Output resolved; what a preview cannot know yet is `pulumi.unknown`. */
export async function resolveInputs(inputs: unknown): Promise<unknown> {
  return plainInputs(await serializeInputs(inputs));
}

/** The inputs as the engine would get them, with every promise and Output resolved, and secrets marked. */
export async function serializeInputs(inputs: unknown): Promise<unknown> {
  return pulumi.runtime.serializeProperty("inputs", inputs, new Set());
}

/** Takes the marks off again. */
export function plainInputs(serialized: unknown): unknown {
  return pulumi.runtime.unwrapRpcSecret(pulumi.runtime.deserializeProperty(serialized, true));
}
