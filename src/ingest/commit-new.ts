/**
 * Commits rows but for what the store has already.
 * Invariant: a fragment that the store names as stored is taken out and never sent again; all others are stored in one
 * commit, whatever stood beside them.
 */
import type { L0Write, LogStore } from "../storage/log-store.ts";
import { batchKey } from "./acknowledged.ts";
import { withoutFragments } from "./without-fragments.ts";

/**
 * Fragments are known only of a batch that was older than our memory while its id looked younger, of one whose earlier
 * commit had an unknown outcome, or of one that comes again for the hours that were refused: rare, so it may cost.
 * Throws what the store throws.
 * @returns the keys (`batchKey`) of the batches of which nothing was left to store.
 */
export async function commitNew(
  store: Pick<LogStore, "commit">,
  rows: readonly L0Write[],
): Promise<ReadonlySet<string>> {
  const repeated = new Set<string>();
  let left = rows;
  while (left.length > 0) {
    const fragments = countFragments(left);
    const { duplicates, unstored } = await store.commit(left);
    if (duplicates.length === 0) break;
    for (const name of duplicates) repeated.add(batchKey(name));
    if (unstored !== undefined) left = withoutFragments(unstored, duplicates);
    if (unstored === undefined || countFragments(left) === fragments)
      throw new Error("the store named duplicates that were not sent, or kept the rows");
  }
  for (const { app, batches } of left)
    for (const batch of batches) repeated.delete(batchKey({ app, batch }));
  return repeated;
}

function countFragments(rows: readonly L0Write[]): number {
  return rows.reduce((count, row) => count + row.batches.length, 0);
}
