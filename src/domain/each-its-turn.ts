/**
 * Works on each of many things, a few at a time, whatever becomes of the others.
 * Invariant: everything that the source gives has its turn, unless the signal aborts; when it settles, nothing it began is
 * running any more.
 */
export interface EachOptions<T> {
  /** Nothing new begins when it aborts; it rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** Told of each failure after the first, which is what it rejects with. */
  readonly onOther?: (error: unknown, item: T) => void;
}

/** Rejects with the first failure when all had their turn; a source that fails ends there. */
export async function eachItsTurn<T>(
  items: AsyncIterable<T> | Iterable<T>,
  atOnce: number,
  work: (item: T) => Promise<unknown>,
  { signal, onOther }: EachOptions<T> = {},
): Promise<void> {
  const source = oneByOne(items);
  let failure: { readonly error: unknown } | undefined;
  const run = async (): Promise<void> => {
    try {
      for (;;) {
        const next = await source.next();
        if (next.done === true || signal?.aborted === true) return;
        try {
          await work(next.value);
        } catch (error) {
          if (failure === undefined) failure = { error };
          else onOther?.(error, next.value);
        }
      }
    } catch (error) {
      failure ??= { error };
    }
  };
  await Promise.all(Array.from({ length: atOnce }, run));
  await source.return();
  signal?.throwIfAborted();
  if (failure !== undefined) throw failure.error;
}

async function* oneByOne<T>(items: AsyncIterable<T> | Iterable<T>): AsyncGenerator<T, void> {
  yield* items;
}
