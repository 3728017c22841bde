/** A name, a name in quotes, or an index. */
const STEP = /(?:^|(?!^)\.)([^.[]+)|\[(?:(\d+)|"((?:[^"\\]|\\.)+)")\]/y;

/**
 * Parses a path into an object or a list of the config, as `pulumi config set --path` takes it: `password`,
 * `users[0].token`, `["a b"]`.
 *
 * @returns the names and indexes; undefined if it is no path
 */
export function parsePropertyPath(path: string): (string | number)[] | undefined {
  const steps: (string | number)[] = [];
  STEP.lastIndex = 0;
  while (STEP.lastIndex < path.length) {
    const [, name, index, inQuotes = ""] = STEP.exec(path) ?? [];
    // Where nothing matches, it begins at 0 again.
    if (STEP.lastIndex === 0) return undefined;
    steps.push(index === undefined ? (name ?? inQuotes.replace(/\\(.)/g, "$1")) : Number(index));
  }
  return steps.length > 0 ? steps : undefined;
}

/** The path from the config's keys to a value in one of them: `database.password`. */
export function joinedPath(key: string, path: string): string {
  return `${key}${path.startsWith("[") ? "" : "."}${path}`;
}
