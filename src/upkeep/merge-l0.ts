/**
 * Merges the L0 rows of one unit into a segment.
 * Invariants: only rows of closed epochs are absorbed, and all of them up to the new `through`; a fragment that the
 * segments hold, or that came in two rows, is kept once; a row that cannot be read stops the merge, it is never skipped.
 */
import type { BatchId } from "../domain/ids.ts";
import { type MergeInput, mergeBlocks } from "../engine/block/merge-blocks.ts";
import { openBlock } from "../engine/block/open-block.ts";
import type { L0Row, LogStore, Manifest, UnitKey } from "../storage/log-store.ts";
import { absorbedAmong } from "./absorbed-batches.ts";
import { publish, type PublishDeps, totalsWith, writeSegments } from "./publish.ts";

/** Rows of entries in one merge: half a segment, about 100 MB of columns in memory. */
const MAX_ROWS = 512 * 1024;
/** L0 bytes in one merge, four to ten times as much in memory. */
const MAX_BYTES = 32 * 1024 * 1024;

export interface MergeDeps extends PublishDeps {
  readonly store: PublishDeps["store"] & Pick<LogStore, "readL0" | "readBlob" | "closedEpoch">;
}

/** `stale`: somebody else changed the unit, or a row was gone; look again. */
export type MergeResult = "merged" | "nothing" | "stale";

/** Throws the store's faults, and `corrupt` for a row that does not read back. */
export async function mergeL0(key: UnitKey, deps: MergeDeps): Promise<MergeResult> {
  const closed = await deps.store.closedEpoch();
  const { manifest, l0 } = await deps.store.planUnit(key);
  const rows = bounded(l0.filter(({ epoch }) => epoch > manifest.through && epoch <= closed));
  const last = rows.at(-1);
  if (last === undefined) return "nothing";

  const batches = new Set<BatchId>(rows.flatMap((row) => row.batches));
  const taken = await absorbedAmong(batches, manifest, deps.store);
  if (taken === undefined) return "stale";
  const inputs = await read(rows, taken, deps);
  if (inputs === undefined) return "stale";

  const blocks = mergeBlocks(inputs);
  const fresh = [
    ...new Set(
      inputs.flatMap(({ block, except }) =>
        block.batches.filter((batch) => except?.has(batch) !== true),
      ),
    ),
  ];
  const output = {
    blocks,
    batches: fresh.toSorted(),
    level: 0,
    minEpoch: Math.min(...rows.map(({ epoch }) => epoch)),
  };
  const segments = blocks.length === 0 ? [] : await writeSegments(manifest, output, deps);
  const next: Manifest = {
    ...manifest,
    version: manifest.version + 1,
    nonce: deps.newNonce(),
    through: Math.max(manifest.through, last.epoch),
    totals: totalsWith(manifest.totals, blocks),
    segments: [...manifest.segments, ...segments],
  };
  return (await publish(manifest, next, segments, deps)) ? "merged" : "stale";
}

/** @returns the first rows by epoch that fit, whole epochs, at least one. */
function bounded(rows: readonly L0Row[]): readonly L0Row[] {
  let entries = 0;
  let bytes = 0;
  for (const [at, { meta, epoch }] of rows.entries()) {
    entries += meta.rows;
    bytes += meta.sizeBytes;
    if (at > 0 && (entries > MAX_ROWS || bytes > MAX_BYTES) && rows[at - 1]?.epoch !== epoch)
      return rows.slice(0, at);
  }
  return rows;
}

/** @param taken grows by the fragments taken. @returns undefined when a row is gone. */
async function read(
  rows: readonly L0Row[],
  taken: Set<BatchId>,
  deps: MergeDeps,
): Promise<MergeInput[] | undefined> {
  const inputs: MergeInput[] = [];
  for (const row of rows) {
    const bytes = await deps.store.readL0(row.id);
    if (bytes === undefined) return undefined;
    const except = new Set(row.batches.filter((batch) => taken.has(batch)));
    for (const batch of row.batches) taken.add(batch);
    inputs.push({ block: openBlock(bytes, row.meta.parts, `row ${row.id}`), except });
  }
  return inputs;
}
