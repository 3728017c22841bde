/** Maps a list with at most `limit` concurrent calls. The results keep the order of the list. */
export async function mapBounded<T, R>(
  items: readonly T[],
  limit: number,
  use: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  // All workers share one iterator, so each item is processed once.
  const queue = items.entries();
  const worker = async () => {
    for (const [index, item] of queue) {
      results[index] = await use(item);
    }
  };
  await Promise.all(Array.from({ length: limit }, worker));
  return results;
}
