/**
 * Runs a piece of work for each of many things, a few at a time.
 * Invariant: when it settles nothing it began is running any more; after a failure nothing new begins.
 */

/** @returns the results in the order of `items`; rejects with the first failure. */
export async function eachAtOnce<T, R>(
  items: readonly T[],
  atOnce: number,
  work: (item: T, i: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  let failure: { readonly error: unknown } | undefined;
  const run = async (): Promise<void> => {
    while (next < items.length && failure === undefined) {
      const i = next++;
      try {
        // In bounds: `next` was below the length.
        results[i] = await work(items[i] as T, i);
      } catch (error) {
        failure ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, run));
  if (failure !== undefined) throw failure.error;
  return results;
}
