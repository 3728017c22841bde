/**
 * A config key with its namespace. Pulumi reads `key`, `project:key` and `project:config:key` as the same key, and writes
 * the second form.
 */
export function fullKey(key: string, project: string): string {
  const [namespace = "", ...name] = key.replace(":config:", ":").split(":");
  return name.length === 0 ? `${project}:${namespace}` : `${namespace}:${name.join(":")}`;
}
