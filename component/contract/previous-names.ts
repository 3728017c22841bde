/** The name of the binding that holds the previous value of a secret while the secret is being rotated. */
export function previousName(name: string): string {
  return `${name}_PREVIOUS`;
}

/** The config key of the value that a rotation has replaced. */
export function previousKey(key: string): string {
  return `${key}-previous`;
}
