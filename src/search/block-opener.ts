/**
 * How the read side opens stored bytes: the one place that knows L0 rows and segments as the engine writes them.
 * Invariant: opening reads nothing itself; a fetch that finds its blob gone makes the answer undefined.
 */
import type { BlockMeta } from "../domain/block-meta.ts";
import type { BatchId } from "../domain/ids.ts";
import type { BlockReader } from "../engine/block/block-reader.ts";
import type { SegmentRef } from "../storage/log-store.ts";
import type { FieldNeeds } from "./field-needs.ts";

/** Reads a byte range of one blob; undefined when the blob is gone. */
export type FetchRange = (offset: number, length: number) => Promise<Uint8Array | undefined>;

/** Told how many bytes were decompressed, each time some are. */
export type OnInflate = (bytes: number) => void;

/** One block inside a segment. */
export interface SegmentBlock {
  readonly meta: BlockMeta;
  /** @returns undefined when the blob is gone; throws `corrupt`. */
  open(
    fetch: FetchRange,
    needs: FieldNeeds,
    onInflate?: OnInflate,
  ): Promise<PartialBlock | undefined>;
}

/** A block of which some columns are here. */
export interface PartialBlock {
  readonly block: BlockReader;
  /** Reads what else is needed. @returns false when the blob is gone; throws `corrupt`. */
  load(needs: FieldNeeds): Promise<boolean>;
}

export interface BlockOpener {
  /** @param bytes the whole L0 row; throws `corrupt`. */
  openL0(bytes: Uint8Array, meta: BlockMeta, onInflate?: OnInflate): BlockReader;
  /** @returns the blocks of a segment; undefined when the blob is gone; throws `corrupt`. */
  openSegment(ref: SegmentRef, fetch: FetchRange): Promise<readonly SegmentBlock[] | undefined>;
  /** @returns every batch in the segment, ascending; undefined when the blob is gone; throws `corrupt`. */
  segmentBatches(ref: SegmentRef, fetch: FetchRange): Promise<readonly BatchId[] | undefined>;
}
