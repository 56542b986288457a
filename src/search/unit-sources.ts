/**
 * What there is to read of one unit, and which rows of it are visible.
 * Invariant: a fragment is taken once: from the segments if its batch is in one of them, else from the first L0 row
 * that holds it.
 */
import { corrupt, isFault } from "../domain/fault.ts";
import type { AppId, BatchId } from "../domain/ids.ts";
import { Bitmap } from "../engine/bitmap.ts";
import type { BlockReader } from "../engine/block/block-reader.ts";
import type { L0Row, LogReads, SegmentRef, Unit } from "../storage/log-store.ts";
import type { BlockOpener, FetchRange, OnInflate, SegmentBlock } from "./block-opener.ts";
import type { FieldNeeds } from "./field-needs.ts";

/** Something with rows between two times: a block, or a segment whose blocks are not known yet. */
export type Source = BlockSource | SegmentSource;

interface SourceBase {
  /** Names the stored bytes in reasons. */
  readonly name: string;
  readonly unit: string;
  readonly minTimeNanos: bigint;
  readonly maxTimeNanos: bigint;
}

export interface BlockSource extends SourceBase {
  readonly kind: "block";
  readonly rows: number;
  readonly sizeBytes: number;
  readonly summary: Uint8Array;
  /** Every row of the block is visible. */
  readonly whole: boolean;
  /** @returns undefined when the bytes are gone: plan the unit again. Throws `corrupt`. */
  open(needs: FieldNeeds, onInflate: OnInflate): Promise<OpenedBlock | undefined>;
}

export interface SegmentSource extends SourceBase {
  readonly kind: "segment";
  readonly ref: SegmentRef;
  /** @returns undefined when the blob is gone: plan the unit again. Throws `corrupt`. */
  expand(): Promise<readonly BlockSource[] | undefined>;
}

export interface OpenedBlock {
  readonly block: BlockReader;
  /** A set of its own. */
  readonly visible: Bitmap;
  /** Bytes read so far. */
  bytesRead(): number;
  /** Reads what else is needed. @returns false when the bytes are gone; throws `corrupt`. */
  load(needs: FieldNeeds): Promise<boolean>;
}

export function unitName({ manifest }: Unit): string {
  return `${manifest.bucket}/${manifest.shard}`;
}

export interface UnitSources {
  readonly sources: readonly Source[];
  /** Sentences about fragments that are left out, because nothing can tell whether they are merged. */
  readonly reasons: readonly string[];
}

/** @returns undefined when a blob of the unit is gone: plan it again. */
export async function sourcesOf(
  unit: Unit,
  store: LogReads,
  opener: BlockOpener,
): Promise<UnitSources | undefined> {
  const { manifest } = unit;
  const fetchOf = (ref: SegmentRef): FetchRange => fetchBlob(store, manifest.app, unit, ref);
  const reasons: string[] = [];
  const merged = await mergedBatches(unit, opener, fetchOf, reasons);
  if (merged === undefined) return undefined;

  const sources: Source[] = manifest.segments.map((ref) =>
    segmentSource(unit, ref, opener, fetchOf(ref)),
  );
  const taken = new Set<BatchId>();
  for (const row of unit.l0) {
    const hidden = new Set(row.batches.filter((batch) => merged.has(batch) || taken.has(batch)));
    for (const batch of row.batches) taken.add(batch);
    if (hidden.size < row.batches.length) sources.push(l0Source(unit, row, hidden, store, opener));
  }
  return { sources, reasons };
}

/**
 * Those batches of the L0 rows that are in a segment; their lists are read only where the ranges allow one.
 * Where a list cannot be read those it may hold count as merged, which takes no entry twice, and it is said.
 */
async function mergedBatches(
  unit: Unit,
  opener: BlockOpener,
  fetchOf: (ref: SegmentRef) => FetchRange,
  reasons: string[],
): Promise<ReadonlySet<BatchId> | undefined> {
  const merged = new Set<BatchId>();
  const open = new Set(unit.l0.flatMap((row) => row.batches));
  for (const ref of unit.manifest.segments) {
    const asked = [...open].filter((batch) =>
      ref.batchRanges.some((range) => batch >= range.first && batch <= range.last),
    );
    if (asked.length === 0) continue;
    let held: readonly BatchId[] | undefined;
    try {
      held = await opener.segmentBatches(ref, fetchOf(ref));
    } catch (error) {
      if (!isFault(error, "corrupt")) throw error;
      reasons.push(error.message);
      held = asked;
    }
    if (held === undefined) return undefined;
    const set = new Set(held);
    for (const batch of asked) {
      if (!set.has(batch)) continue;
      merged.add(batch);
      open.delete(batch);
    }
  }
  return merged;
}

function fetchBlob(store: LogReads, app: AppId, unit: Unit, ref: SegmentRef): FetchRange {
  return async (offset, length) => {
    const bytes = await store.readBlob(app, unit.manifest.bucket, ref.id, offset, length);
    if (bytes !== undefined && bytes.length !== length)
      throw corrupt(
        `segment ${ref.id}`,
        `${length} bytes were asked for, ${bytes.length} are there`,
      );
    return bytes;
  };
}

function segmentSource(
  unit: Unit,
  ref: SegmentRef,
  opener: BlockOpener,
  fetch: FetchRange,
): SegmentSource {
  const name = `segment ${ref.id}`;
  return {
    kind: "segment",
    name,
    unit: unitName(unit),
    minTimeNanos: ref.minTimeNanos,
    maxTimeNanos: ref.maxTimeNanos,
    ref,
    expand: async () => {
      const blocks = await opener.openSegment(ref, fetch);
      return blocks?.map((block, i) => segmentBlock(unit, `${name}, block ${i}`, block, fetch));
    },
  };
}

function segmentBlock(
  unit: Unit,
  name: string,
  block: SegmentBlock,
  fetch: FetchRange,
): BlockSource {
  const { meta } = block;
  return {
    kind: "block",
    name,
    unit: unitName(unit),
    minTimeNanos: meta.minTimeNanos,
    maxTimeNanos: meta.maxTimeNanos,
    rows: meta.rows,
    sizeBytes: meta.sizeBytes,
    summary: meta.summary,
    whole: true,
    open: async (needs, onInflate) => {
      let bytesRead = 0;
      const counted: FetchRange = async (offset, length) => {
        bytesRead += length;
        return fetch(offset, length);
      };
      const opened = await block.open(counted, needs, onInflate);
      if (opened === undefined) return undefined;
      return {
        block: opened.block,
        visible: Bitmap.all(opened.block.rows),
        bytesRead: () => bytesRead,
        load: (more) => opened.load(more),
      };
    },
  };
}

function l0Source(
  unit: Unit,
  row: L0Row,
  hidden: ReadonlySet<BatchId>,
  store: LogReads,
  opener: BlockOpener,
): BlockSource {
  const { meta } = row;
  return {
    kind: "block",
    name: `row ${row.id}`,
    unit: unitName(unit),
    minTimeNanos: meta.minTimeNanos,
    maxTimeNanos: meta.maxTimeNanos,
    rows: meta.rows,
    sizeBytes: meta.sizeBytes,
    summary: meta.summary,
    whole: hidden.size === 0 && row.share === undefined,
    open: async (_needs, onInflate) => {
      const bytes = await store.readL0(row.id);
      if (bytes === undefined) return undefined;
      const bytesRead = bytes.length;
      const block = opener.openL0(bytes, meta, onInflate);
      return {
        block,
        visible: visibleRows(block, row, hidden),
        bytesRead: () => bytesRead,
        load: () => Promise.resolve(true),
      };
    },
  };
}

function visibleRows(block: BlockReader, row: L0Row, hidden: ReadonlySet<BatchId>): Bitmap {
  const visible = Bitmap.all(block.rows);
  if (hidden.size === 0 && row.share === undefined) return visible;
  const own = new Set(row.batches);
  const gone = block.batches.map((batch) => hidden.has(batch) || !own.has(batch));
  for (let at = 0; at < block.rows; at++) {
    if (gone[block.batchOf[at] ?? 0] === true) visible.delete(at);
  }
  return visible;
}
