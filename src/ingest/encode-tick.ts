/**
 * Turns the raw batches of one tick into L0 blocks.
 * Invariant: which rows come out is a pure function of each batch; a batch that fails changes nothing of the others.
 * Everything taken and given can be cloned between threads, and its bytes transferred.
 */
import { isFault } from "../domain/fault.ts";
import { LIMITS } from "../domain/limits.ts";
import { BlockEncoder } from "../engine/block/encode-block.ts";
import { encodeTick as encodeBlocks } from "../engine/block/encode-tick.ts";
import type { BodyDecoder } from "../engine/column/row-sink.ts";
import { TickRows, type BatchFrame } from "../engine/column/tick-rows.ts";
import type { L0Write } from "../storage/log-store.ts";
import { isDerived } from "./derived-batch-id.ts";
import type { BodyKind, DecodedBatch, RawBatch } from "./raw-batch.ts";

export interface EncodedTick {
  /** One row per (application, bucket), at most. */
  readonly rows: readonly L0Write[];
  /** What became of each batch, in the order of the batches. */
  readonly decoded: readonly DecodedBatch[];
}

/** Encodes a tick, here or in another thread; the bodies are given away. */
export type EncodeTick = (batches: readonly RawBatch[]) => Promise<EncodedTick>;

export interface TickEncoderDeps {
  readonly decoders: Readonly<Record<BodyKind, BodyDecoder<RawBatch>>>;
  /** Told of a decoder that broke on a body: a bug. */
  readonly onBug: (error: unknown, batch: RawBatch) => void;
}

/** Later than every admitted bucket, and still exact in milliseconds. */
const NEVER_TOO_NEW_MS = Number.MAX_SAFE_INTEGER - 2 * LIMITS.futureMs;

/** @returns an encoder for one thread: its arrays are used again from tick to tick, so it runs one at a time. */
export function createTickEncoder(
  deps: TickEncoderDeps,
): (batches: readonly RawBatch[]) => EncodedTick {
  let sink = new TickRows();
  const blocks = new BlockEncoder();

  function decode(raw: RawBatch): DecodedBatch {
    sink.beginBatch(frameOf(raw));
    try {
      deps.decoders[raw.kind](raw.body, sink, raw);
    } catch (error) {
      sink.abortBatch();
      if (isFault(error, "invalid")) {
        const { field, reason } = error.fault;
        return { accepted: 0, rejected: [], failure: { field, reason } };
      }
      deps.onBug(error, raw);
      const failure = { field: "body", reason: "cannot be decoded" };
      return { accepted: 0, rejected: [], failure };
    }
    return sink.endBatch();
  }

  return (batches) => {
    try {
      const decoded = batches.map(decode);
      const rows = encodeBlocks(sink, blocks);
      return { rows, decoded };
    } catch (error) {
      // Nothing of a broken tick may show up in the next one.
      sink = new TickRows();
      throw error;
    }
  };
}

/** The time of a derived id is that of some entry, no bound for the others: their decoders set every row's time. */
function frameOf(raw: RawBatch): BatchFrame {
  const ownTimes = raw.kind === "ndjson" || raw.kind === "plain-text";
  return ownTimes && isDerived(raw.batch) ? { ...raw, defaultTimeMs: NEVER_TOO_NEW_MS } : raw;
}
