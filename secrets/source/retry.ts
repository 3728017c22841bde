/** The waits between the attempts. Together with them, a manager that is busy for some seconds fails no deploy. */
const WAITS_MS = [250, 500, 1_000, 2_000];

/**
 * Repeats a request while its error is one that passes.
 *
 * @param passes whether it makes sense to try again after an error
 */
export async function retried<T>(
  request: () => Promise<T>,
  passes: (error: unknown) => boolean,
  waits: readonly number[] = WAITS_MS,
): Promise<T> {
  try {
    return await request();
  } catch (error) {
    const [wait, ...rest] = waits;
    if (wait === undefined || !passes(error)) throw error;
    // Not all at the same moment: several requests may have been refused together.
    await new Promise((resolve) => setTimeout(resolve, wait * (0.5 + Math.random())));
    return retried(request, passes, rest);
  }
}
