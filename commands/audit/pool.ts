/** Maps a list with at most `limit` calls under way at a time; the results are in the list's order. */
export async function mapBounded<T, R>(
  items: readonly T[],
  limit: number,
  use: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  // All take from one iterator, so each item is taken once.
  const queue = items.entries();
  const worker = async () => {
    for (const [index, item] of queue) {
      results[index] = await use(item);
    }
  };
  await Promise.all(Array.from({ length: limit }, worker));
  return results;
}
