/**
 * Commits rows but for what the store has already, or takes no more.
 * Invariant: a fragment that the store names as stored, or of a bucket that has expired, is taken out and never sent again;
 * all others are stored in one commit, whatever stood beside them.
 */
import type { L0Write, LogStore } from "../storage/log-store.ts";
import { batchKey } from "./acknowledged.ts";
import { withoutBuckets } from "./without-buckets.ts";
import { withoutFragments } from "./without-fragments.ts";

/** Batches by `batchKey`. */
export interface NotStored {
  /** Of which nothing was left to store. */
  readonly repeated: ReadonlySet<string>;
  /** Entries in buckets that have expired, by their places in the batch. */
  readonly expired: ReadonlyMap<string, readonly number[]>;
}

/**
 * Fragments are known only of a batch that was older than our memory while its id looked younger, of one whose earlier
 * commit had an unknown outcome, or of one that comes again for the hours that were refused; buckets expire above the
 * floor only when a retention has grown: rare, so both may cost.
 * Throws what the store throws.
 */
export async function commitNew(
  store: Pick<LogStore, "commit">,
  rows: readonly L0Write[],
): Promise<NotStored> {
  const repeated = new Set<string>();
  const gone = new Map<string, number[]>();
  let left = rows;
  while (left.length > 0) {
    const fragments = countFragments(left);
    const { duplicates, expired = [], unstored } = await store.commit(left);
    if (duplicates.length === 0 && expired.length === 0) break;
    for (const name of duplicates) repeated.add(batchKey(name));
    if (unstored !== undefined) {
      const living = withoutBuckets(unstored, expired, gone);
      left = duplicates.length === 0 ? living : withoutFragments(living, duplicates);
    }
    if (unstored === undefined || countFragments(left) === fragments)
      throw new Error("the store named what was not sent, or kept the rows");
  }
  for (const { app, batches } of left)
    for (const batch of batches) repeated.delete(batchKey({ app, batch }));
  return { repeated, expired: gone };
}

function countFragments(rows: readonly L0Write[]): number {
  return rows.reduce((count, row) => count + row.batches.length, 0);
}
