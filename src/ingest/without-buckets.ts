/**
 * Takes whole buckets out of rows that are encoded already, and tells which entries were in them.
 * Invariant: every entry is in a row that is left, or among those that are told, by its place in the batch as it was sent.
 */
import { openBlock } from "../engine/block/open-block.ts";
import type { BucketName, L0Write } from "../storage/log-store.ts";
import { batchKey } from "./acknowledged.ts";

/** @param entries gets the places of what is taken out, by `batchKey`. @returns the other rows as they were given. */
export function withoutBuckets(
  rows: readonly L0Write[],
  buckets: readonly BucketName[],
  entries: Map<string, number[]>,
): readonly L0Write[] {
  const keyOf = ({ app, bucket }: BucketName): string => `${app}/${bucket}`;
  const out = new Set(buckets.map(keyOf));
  return rows.filter((row) => {
    if (!out.has(keyOf(row))) return true;
    const block = openBlock(row.bytes, row.meta.parts, "a row on its way to the store");
    const lists = block.batches.map((batch) => {
      const key = batchKey({ app: row.app, batch });
      const list = entries.get(key) ?? [];
      entries.set(key, list);
      return list;
    });
    for (const [at, ordinal] of block.batchOf.entries())
      lists[ordinal]?.push(block.indexInBatch[at] ?? -1);
    return false;
  });
}
