import type { ConfigPlace } from "./property-path";

/** The name of the binding that holds the previous value of a secret while the secret is being rotated. */
export function previousName(name: string): string {
  return `${name}_PREVIOUS`;
}

/**
 * The config key of the value that a rotation has replaced. Of a path, it is beside the value: `database.password-previous`,
 * `["a b-previous"]`. An index has nothing beside it: the result is then no path.
 */
export function previousKey(key: string): string {
  return key.replace(/("\])?$/, "-previous$1");
}

/** Where the value is that a rotation has replaced. Beside an item of a list there is nothing: no value has that place. */
export function previousPlace({ key, path }: ConfigPlace): ConfigPlace {
  const last = path.at(-1);
  return last === undefined
    ? { key: previousKey(key), path }
    : { key, path: [...path.slice(0, -1), `${last}-previous`] };
}
