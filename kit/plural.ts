/** For example `1 secret` and `2 secrets`. */
export function plural(amount: number, one: string): string {
  return `${amount} ${one}${amount === 1 ? "" : "s"}`;
}
