/**
 * Merges blocks by reading them one after the other.
 * Invariant: only blocks whose times overlap are in memory together, whatever the merge holds in all; the output is
 * the same as if all were there at once.
 */
import type { EncodedBlock } from "../engine/block/encode-block.ts";
import { BlockMerger, MERGED_ROWS, type MergeInput } from "../engine/block/merge-blocks.ts";

/** A block that is read when its turn comes. */
export interface MergeSource {
  /** No row of it is older. */
  readonly minTimeNanos: bigint;
  /** Answers undefined when it is gone. */
  readonly open: () => Promise<MergeInput | undefined>;
}

/** Rows that wait before blocks are looked for: what is not taken is put in order again the next time. */
const ENOUGH_ROWS = 2 * MERGED_ROWS;

/**
 * @param merger an unused one. @returns undefined when a source was gone. Throws what opening throws.
 */
export async function mergeInTurn(
  sources: readonly MergeSource[],
  merger = new BlockMerger(),
  enoughRows = ENOUGH_ROWS,
): Promise<EncodedBlock[] | undefined> {
  const blocks: EncodedBlock[] = [];
  // How many waited after the last look: while they overlap with what comes, looking again is in vain.
  let looked = 0;
  const byTime = sources.toSorted((a, b) =>
    a.minTimeNanos < b.minTimeNanos ? -1 : a.minTimeNanos > b.minTimeNanos ? 1 : 0,
  );
  for (const { minTimeNanos, open } of byTime) {
    if (merger.waiting >= Math.max(enoughRows, 2 * looked)) {
      for (const block of merger.take(minTimeNanos)) blocks.push(block);
      looked = merger.waiting;
    }
    const input = await open();
    if (input === undefined) return undefined;
    merger.add(input);
  }
  for (const block of merger.finish()) blocks.push(block);
  return blocks;
}
