/**
 * Turns the raw batches of one tick into L0 blocks.
 * Invariant: which rows come out is a pure function of each batch; a batch that fails changes nothing of the others.
 * Everything taken and given can be cloned between threads, and its bytes transferred.
 */
import type { L0Write } from "../storage/log-store.ts";
import type { DecodedBatch, RawBatch } from "./raw-batch.ts";

export interface EncodedTick {
  /** One row per (application, bucket), at most. */
  readonly rows: readonly L0Write[];
  /** What became of each batch, in the order of the batches. */
  readonly decoded: readonly DecodedBatch[];
}

/** Encodes a tick, here or in another thread; the bodies are given away. */
export type EncodeTick = (batches: readonly RawBatch[]) => Promise<EncodedTick>;
