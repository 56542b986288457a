/**
 * Turns what a tick gathered into L0 blocks. Invariant: every accepted row is in exactly one of them.
 */
import type { AppId, BatchId } from "../../domain/ids.ts";
import type { BlockMeta } from "../../domain/block-meta.ts";
import type { Bucket } from "../../domain/time-range.ts";
import type { TickRows } from "../column/tick-rows.ts";
import type { BlockEncoder } from "./encode-block.ts";

/** Fits the store's L0Write. */
export interface TickBlock {
  readonly app: AppId;
  readonly bucket: Bucket;
  readonly batches: readonly BatchId[];
  readonly meta: BlockMeta;
  readonly bytes: Uint8Array;
}

/** Encodes all rows of the tick and empties it for the next one. */
export function encodeTick(tick: TickRows, encoder: BlockEncoder): TickBlock[] {
  const blocks = tick.takeBlocks().map(({ app, bucket, rows }) => ({
    app,
    bucket,
    ...encoder.encode(rows),
  }));
  tick.release();
  return blocks;
}
