/**
 * Takes fragments out of rows that are encoded already.
 * Invariant: what is left of a row holds every entry of its other batches, unchanged, in one row: the fragments of a
 * batch in one bucket must never lie in two.
 */
import { mergeBlocks } from "../engine/block/merge-blocks.ts";
import { openBlock } from "../engine/block/open-block.ts";
import type { FragmentName, L0Write } from "../storage/log-store.ts";
import { batchKey } from "./acknowledged.ts";

const ONE_BLOCK = { rows: Infinity, rawBytes: Infinity } as const;

/** @returns the rows without those fragments; rows that held nothing else are gone, rows that held none are as given. */
export function withoutFragments(
  rows: readonly L0Write[],
  fragments: readonly FragmentName[],
): readonly L0Write[] {
  const keyOf = (name: FragmentName): string => `${batchKey(name)}/${name.bucket}`;
  const out = new Set(fragments.map(keyOf));
  return rows.flatMap((row) => {
    const { app, bucket } = row;
    const except = new Set(row.batches.filter((batch) => out.has(keyOf({ app, bucket, batch }))));
    if (except.size === 0) return [row];
    const block = openBlock(row.bytes, row.meta.parts, "a row on its way to the store");
    const unfinished = row.unfinished?.filter((batch) => !except.has(batch)) ?? [];
    return mergeBlocks([{ block, except }], ONE_BLOCK).map((left) => ({
      app,
      bucket,
      ...left,
      ...(unfinished.length === 0 ? {} : { unfinished }),
    }));
  });
}
