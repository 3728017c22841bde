/** The names and indexes that lead to a value in an object or a list. */
export type PropertyPath = readonly (string | number)[];

/** A value in a stack's config. */
export interface ConfigPlace {
  /** The config key, with its namespace unless that is the project's. */
  readonly key: string;
  /** The path in the key's value; empty if the key's own value is meant. */
  readonly path: PropertyPath;
}

/** A name, a name in quotes, or an index. Pulumi escapes nothing but a quote. */
const STEP = /(?:^|(?!^)\.)([^.[]+)|\[(?:(\d+)|"((?:\\"|[^"\\]|\\(?!"))+)")\]/y;

/**
 * Parses a path into an object or a list of the config, as `pulumi config set --path` takes it: `password`,
 * `users[0].token`, `["a b"]`.
 *
 * @returns the names and indexes; undefined if it is no path
 */
export function parsePropertyPath(path: string): PropertyPath | undefined {
  const steps: (string | number)[] = [];
  STEP.lastIndex = 0;
  while (STEP.lastIndex < path.length) {
    const [, name, index, inQuotes = ""] = STEP.exec(path) ?? [];
    // Where nothing matches, it begins at 0 again.
    if (STEP.lastIndex === 0) return undefined;
    steps.push(index === undefined ? (name ?? inQuotes.replaceAll('\\"', '"')) : Number(index));
  }
  return steps.length > 0 ? steps : undefined;
}

/** Prints a path in the one form that all names of it share: `password`, `users[0].token`, `["a b"]`. */
export function printPropertyPath(path: PropertyPath): string {
  const steps = path.map((step) => {
    if (typeof step === "number") return `[${step}]`;
    return /^[\w-]+$/.test(step) ? `.${step}` : `["${step.replaceAll('"', '\\"')}"]`;
  });
  return steps.join("").replace(/^\./, "");
}

/**
 * Parses the name of a value in an object or a list of the config: `database.password`, `vault:users[0].token`,
 * `["my.db"].password`.
 *
 * @returns undefined if it leads into no key
 */
export function parsePlace(text: string): ConfigPlace | undefined {
  const [namespace = ""] = /^[^:.["]+:/.exec(text) ?? [];
  const [root, ...path] = parsePropertyPath(text.slice(namespace.length)) ?? [];
  return typeof root === "string" && path.length > 0 ? { key: `${namespace}${root}`, path } : undefined;
}

/** Prints what {@link parsePlace} parses; of a key's own value, the key. */
export function printPlace({ key, path }: ConfigPlace): string {
  const name = key.slice(key.indexOf(":") + 1);
  const namespace = key.slice(0, key.length - name.length);
  return path.length === 0 ? key : `${namespace}${printPropertyPath([name, ...path])}`;
}

/** The arguments of `pulumi config get`, `set` and `rm` that name a value. */
export function placeWords(place: ConfigPlace): string[] {
  return place.path.length === 0 ? [place.key] : ["--path", printPlace(place)];
}

/**
 * What keeps Pulumi's commands from naming a place, or the keys of its rotation: in a key they take all that is before a colon
 * for a namespace, and in a path a backslash before a closing quote for an escape.
 *
 * @returns undefined if they can name it
 */
export function unnameable({ key, path }: ConfigPlace): '":"' | "a backslash at its end" | undefined {
  if (path.length === 0) return undefined;
  if (path.some((step) => String(step).includes(":"))) return '":"';
  return [key, ...path].some((step) => String(step).endsWith("\\")) ? "a backslash at its end" : undefined;
}

/** The keys that a name can mean: itself, and that of the object or list into which it leads. */
export function keysNamed(text: string): string[] {
  const key = parsePlace(text)?.key;
  return key === undefined ? [text] : [text, key];
}

/** The path from the config's keys to a value in one of them: `database.password`. */
export function joinedPath(key: string, path: string): string {
  const steps = parsePropertyPath(path);
  return steps === undefined ? `${key}.${path}` : printPlace({ key, path: steps });
}
