/**
 * Reads an input that a preview may not know yet: `@pulumi/policy` throws then, and would skip the whole policy. The deploy
 * knows it, and is checked too.
 *
 * @param read reads properties, and does nothing else
 * @returns undefined if it is not known
 */
export function known<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** Whether a preview does not know an input yet. */
export function isUnknown(read: () => unknown): boolean {
  return known(() => [read()]) === undefined;
}

/** An input that should be a text: undefined if it is another value, or not known yet. */
export function knownText(read: () => unknown): string | undefined {
  const value = known(read);
  return typeof value === "string" ? value : undefined;
}

/** The items of an input that should be a list; undefined stands for an item that is not known yet. */
export function knownItems(read: () => unknown): (Readonly<Record<string, unknown>> | undefined)[] {
  const list = known(read);
  if (!Array.isArray(list)) return [];
  return Array.from({ length: list.length }, (_, index) => {
    const item: unknown = known(() => list[index] as unknown);
    return typeof item === "object" && item !== null ? (item as Record<string, unknown>) : undefined;
  });
}

/** The items of an input that should be a list of texts, as {@link knownItems}. */
export function knownTexts(read: () => unknown): (string | undefined)[] {
  const list = known(read);
  if (!Array.isArray(list)) return [];
  return Array.from({ length: list.length }, (_, index) => knownText(() => list[index] as unknown));
}
