/**
 * Walks the pages of an answer. Invariant: a page says by its state alone whether another follows; it may be short or empty
 * and not the last, as Amazon Keyspaces and a walk over deleted rows make them. (The driver's own iterator ends there.)
 */
export interface Page<R> {
  readonly rows: readonly R[];
  /** Where the next page begins; empty when this is the last. */
  readonly pageState: string | null | undefined;
}

/** @param fetch gets the state of the page before; undefined for the first. */
export async function* rowsOfPages<R>(
  fetch: (pageState: string | undefined) => Promise<Page<R>>,
): AsyncGenerator<R, void, undefined> {
  let next: string | undefined;
  do {
    const page = await fetch(next);
    yield* page.rows;
    next = page.pageState ?? undefined;
  } while (next !== undefined && next !== "");
}
