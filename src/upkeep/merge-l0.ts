/**
 * Merges the L0 rows of one unit into a segment.
 * Invariants: only rows of closed epochs are absorbed, and all of them up to the new `through`; a fragment that the
 * segments hold, or that came in two rows, is kept once; a row that cannot be read stops the merge, it is never skipped.
 */
import type { BatchId } from "../domain/ids.ts";
import { giveBack } from "../domain/give-back.ts";
import { MiB } from "../domain/limits.ts";
import { BlockMerger, FIRST_MERGE_LEVEL } from "../engine/block/merge-blocks.ts";
import { openBlock } from "../engine/block/open-block.ts";
import type { L0Row, LogStore, Manifest, UnitKey } from "../storage/log-store.ts";
import { absorbedAmong } from "./absorbed-batches.ts";
import { mergeInTurn } from "./merge-in-turn.ts";
import { publish, type PublishDeps, totalsWith, writeSegments } from "./publish.ts";

/**
 * Entries in one merge. Rows that all overlap in time are open at once, 200 bytes an entry: 50 MB. Eight segments of
 * this size are more than a segment may hold, so at full load an entry is merged once.
 */
const MAX_ENTRIES = 256 * 1024;
/** L0 bytes in one merge, five times as much in memory when they all overlap. */
const MAX_BYTES = 16 * MiB;

export interface MergeDeps extends PublishDeps {
  readonly store: PublishDeps["store"] & Pick<LogStore, "readL0" | "readBlob" | "closedEpoch">;
}

/**
 * `more`: merged, and rows that were there before it are left. `stale`: somebody else changed the unit, or a row was
 * gone; look again.
 */
export type MergeResult = "merged" | "more" | "nothing" | "stale";

/**
 * @param maxEntries of one merge, but for an epoch that is larger.
 * Throws the store's faults, and `corrupt` for a row that does not read back.
 */
export async function mergeL0(
  key: UnitKey,
  deps: MergeDeps,
  maxEntries = MAX_ENTRIES,
): Promise<MergeResult> {
  const closed = await deps.store.closedEpoch();
  const { manifest, l0 } = await deps.store.planUnit(key);
  const due = l0.filter(({ epoch }) => epoch > manifest.through && epoch <= closed);
  const rows = bounded(due, maxEntries);
  const last = rows.at(-1);
  if (last === undefined) return "nothing";

  const batches = new Set<BatchId>(rows.flatMap((row) => row.batches));
  const taken = await absorbedAmong(batches, manifest, deps.store);
  if (taken === undefined) return "stale";
  const fresh = [...batches].filter((batch) => !taken.has(batch)).toSorted();
  const blocks = await mergeInTurn(
    sourcesOf(rows, taken, deps),
    new BlockMerger(undefined, FIRST_MERGE_LEVEL),
  );
  if (blocks === undefined) return "stale";

  const minEpoch = Math.min(...rows.map(({ epoch }) => epoch));
  const output = { blocks, batches: fresh, level: 0, minEpoch };
  const segments = blocks.length === 0 ? [] : await writeSegments(manifest, output, deps);
  const next: Manifest = {
    ...manifest,
    version: manifest.version + 1,
    nonce: deps.newNonce(),
    through: Math.max(manifest.through, last.epoch),
    totals: totalsWith(manifest.totals, blocks),
    segments: [...manifest.segments, ...segments],
  };
  if (!(await publish(manifest, next, segments, deps))) return "stale";
  return rows.length < due.length ? "more" : "merged";
}

/** @returns the first rows by epoch that fit, whole epochs, at least one. */
function bounded(rows: readonly L0Row[], maxEntries: number): readonly L0Row[] {
  let entries = 0;
  let bytes = 0;
  for (const [at, { meta, epoch }] of rows.entries()) {
    entries += meta.rows;
    bytes += meta.sizeBytes;
    if (at > 0 && (entries > maxEntries || bytes > MAX_BYTES) && rows[at - 1]?.epoch !== epoch)
      return rows.slice(0, at);
  }
  return rows;
}

/** @param absorbed fragments that the segments have; of the others the first copy by epoch is kept. */
function sourcesOf(
  rows: readonly L0Row[],
  absorbed: ReadonlySet<BatchId>,
  deps: MergeDeps,
): Parameters<typeof mergeInTurn>[0] {
  const taken = new Set(absorbed);
  return rows.map(({ id, batches, meta }) => {
    const except = new Set(batches.filter((batch) => taken.has(batch)));
    for (const batch of batches) taken.add(batch);
    return {
      minTimeNanos: meta.minTimeNanos,
      open: async () => {
        const bytes = await deps.store.readL0(id);
        if (bytes === undefined) return undefined;
        const block = openBlock(bytes, meta.parts, `row ${id}`);
        const onUsed = (): void => {
          block.giveBack();
          giveBack(bytes);
        };
        return { block, except, onUsed };
      },
    };
  });
}
