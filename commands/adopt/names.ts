/** The name of a Worker in the list of secrets, and of a config key: a JavaScript name. */
export function secretListName(worker: string): string {
  return worker.replace(/[^a-z0-9]+(.)?/gi, (_, next: string | undefined) => next?.toUpperCase() ?? "");
}

/** The config key of a secret: `API_KEY` becomes `api-key`. */
export function configKey(binding: string): string {
  return binding.toLowerCase().replaceAll("_", "-");
}
