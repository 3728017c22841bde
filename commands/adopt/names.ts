/** The name of a Worker in the list of secrets: a JavaScript name. */
export function secretListName(worker: string): string {
  const name = worker.replace(/[^a-z0-9]+(.)?/gi, (_, next: string | undefined) => next?.toUpperCase() ?? "");
  return /^[a-z]/i.test(name) ? name : `worker${name}`;
}

/** Config keys of the program's own, among those that a secret's name could become. */
const OWN = [
  ...["assets", "bindings", "bundle", "crons", "domains", "limits", "logpush", "main", "migrations"],
  ...["observability", "placement", "routes", "variables"],
];

/** The config keys of secrets by their names: `API_KEY` becomes `api-key`, unless that is another's or the program's. */
export function configKeys(secrets: readonly string[]): ReadonlyMap<string, string> {
  const taken = new Set(OWN);
  const keys = new Map<string, string>();
  for (const name of secrets) {
    const key = name.toLowerCase().replaceAll("_", "-");
    const free = taken.has(key) ? `secret-${name}` : key;
    taken.add(free);
    keys.set(name, free);
  }
  return keys;
}
