/** The name under which a Worker has the previous value of a secret while the secret is being rotated. */
export function previousName(name: string): string {
  return `${name}_PREVIOUS`;
}

/** The config key that holds the value that a rotation has replaced. */
export function previousKey(key: string): string {
  return `${key}-previous`;
}
