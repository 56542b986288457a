/**
 * Merges the L0 rows of one unit into a segment. A row that is as good as a merged block is taken as it is: at full load
 * that is every row, and nothing is written twice but its bytes.
 * Invariants: only rows of closed epochs are absorbed, and all of them up to the new `through`; a fragment that the
 * segments hold, or that came in two rows, is kept once; a row that cannot be read stops the merge, it is never skipped.
 */
import type { BatchId } from "../domain/ids.ts";
import { giveBack } from "../domain/give-back.ts";
import { MiB } from "../domain/limits.ts";
import { type EncodedBlock, isInMergedForm } from "../engine/block/encode-block.ts";
import { BlockMerger, FIRST_MERGE_LEVEL } from "../engine/block/merge-blocks.ts";
import { openBlock } from "../engine/block/open-block.ts";
import type { L0Row, LogStore, Manifest, UnitKey } from "../storage/log-store.ts";
import { absorbedAmong } from "./absorbed-batches.ts";
import { mergeInTurn, type MergeSource } from "./merge-in-turn.ts";
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
 * Throws the store's faults, `corrupt` for a row that does not read back, and the lease's reason when it ended.
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
  const copies = copiesIn(rows, taken);
  const isWhole = (row: L0Row): boolean =>
    isInMergedForm(row.meta) && row.share === undefined && copies.get(row)?.size === 0;
  const merged = await mergeInTurn(
    rows.filter((row) => !isWhole(row)).map((row) => sourceOf(row, copies.get(row), deps)),
    new BlockMerger(undefined, FIRST_MERGE_LEVEL),
  );
  const whole = await readWhole(rows.filter(isWhole), deps);
  if (merged === undefined || whole === undefined) return "stale";
  const blocks = [...merged, ...whole].toSorted((a, b) =>
    Number(a.meta.minTimeNanos - b.meta.minTimeNanos),
  );

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
  giveBack(...blocks.map(({ bytes }) => bytes));
  if (!(await publish(manifest, next, segments, deps))) return "stale";
  return rows.length < due.length ? "more" : "merged";
}

/** @returns the first rows by epoch that fit, whole epochs, at least one. */
function bounded(rows: readonly L0Row[], maxEntries: number): readonly L0Row[] {
  let entries = 0;
  let bytes = 0;
  for (const [at, { meta, epoch, share = 1 }] of rows.entries()) {
    entries += meta.rows * share;
    bytes += meta.sizeBytes;
    if (at > 0 && (entries > maxEntries || bytes > MAX_BYTES) && rows[at - 1]?.epoch !== epoch)
      return rows.slice(0, at);
  }
  return rows;
}

/**
 * @param absorbed fragments that the segments have; of the others the first copy by epoch is kept.
 * @returns the fragments of each row that are to be left out.
 */
function copiesIn(
  rows: readonly L0Row[],
  absorbed: ReadonlySet<BatchId>,
): ReadonlyMap<L0Row, ReadonlySet<BatchId>> {
  const taken = new Set(absorbed);
  return new Map(
    rows.map((row) => {
      const copies = new Set(row.batches.filter((batch) => taken.has(batch)));
      for (const batch of row.batches) taken.add(batch);
      return [row, copies];
    }),
  );
}

function sourceOf(
  { id, meta, batches, share }: L0Row,
  copies: ReadonlySet<BatchId> | undefined,
  deps: MergeDeps,
): MergeSource {
  return {
    minTimeNanos: meta.minTimeNanos,
    open: async () => {
      deps.lease?.throwIfAborted();
      const bytes = await deps.store.readL0(id);
      if (bytes === undefined) return undefined;
      const block = openBlock(bytes, meta.parts, `row ${id}`);
      const onUsed = (): void => {
        block.giveBack();
        giveBack(bytes);
      };
      const except = new Set(copies);
      // What is another shard's stands in that one's segments.
      const own = new Set(batches);
      if (share !== undefined)
        for (const batch of block.batches) if (!own.has(batch)) except.add(batch);
      return { block, onUsed, except };
    },
  };
}

/** @returns undefined when one is gone. Throws `corrupt`: damage must not move on under a new name. */
async function readWhole(
  rows: readonly L0Row[],
  deps: MergeDeps,
): Promise<EncodedBlock[] | undefined> {
  const blocks: EncodedBlock[] = [];
  for (const { id, meta, batches } of rows) {
    deps.lease?.throwIfAborted();
    const bytes = await deps.store.readL0(id);
    if (bytes === undefined) return undefined;
    openBlock(bytes, meta.parts, `row ${id}`);
    blocks.push({ bytes, meta, batches });
  }
  return blocks;
}
