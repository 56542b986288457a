/**
 * Turns the raw batches of one tick into L0 blocks.
 * Invariant: which rows come out is a pure function of each batch; a batch that fails changes nothing of the others,
 * whether its body is bad or meets a bug of ours. Bodies are only read, so that a tick can be encoded once more.
 * Everything taken and given can be cloned between threads, and its bytes transferred.
 */
import { isFault } from "../domain/fault.ts";
import { LIMITS } from "../domain/limits.ts";
import { bugOf } from "../domain/thrown.ts";
import { BlockEncoder } from "../engine/block/encode-block.ts";
import { encodeTick as encodeBlocks } from "../engine/block/encode-tick.ts";
import type { BodyDecoder } from "../engine/column/row-sink.ts";
import { TickRows, type BatchFrame } from "../engine/column/tick-rows.ts";
import type { L0Write } from "../storage/log-store.ts";
import { batchKey } from "./acknowledged.ts";
import { isDerived } from "./derived-batch-id.ts";
import type { BodyKind, DecodedBatch, RawBatch } from "./raw-batch.ts";

export interface EncodedTick {
  /**
   * One row per (application, bucket), at most; a few of a tick that was taken apart for a bug. What a batch has in
   * one bucket is always in one row.
   */
  readonly rows: readonly L0Write[];
  /** What became of each batch, in the order of the batches. */
  readonly decoded: readonly DecodedBatch[];
}

/** Encodes a tick, here or in another thread; the bodies are given away. */
export type EncodeTick = (batches: readonly RawBatch[]) => Promise<EncodedTick>;

export interface TickEncoderDeps {
  readonly decoders: Readonly<Record<BodyKind, BodyDecoder<RawBatch>>>;
}

/** Later than every admitted bucket, and still exact in milliseconds. */
const NEVER_TOO_NEW_MS = Number.MAX_SAFE_INTEGER - 2 * LIMITS.futureMs;

/** @returns an encoder for one thread: its arrays are used again from tick to tick, so it runs one at a time. */
export function createTickEncoder(
  deps: TickEncoderDeps,
): (batches: readonly RawBatch[]) => EncodedTick {
  let sink = new TickRows();
  let blocks = new BlockEncoder();

  function decode(raw: RawBatch): DecodedBatch {
    sink.beginBatch(frameOf(raw));
    try {
      deps.decoders[raw.kind](raw.body, sink, raw);
    } catch (error) {
      sink.abortBatch();
      if (!isFault(error, "invalid")) return brokenBy(error);
      const { field, reason } = error.fault;
      return { accepted: 0, rejected: [], failure: { field, reason } };
    }
    return sink.endBatch();
  }

  /** Halves what breaks until the batch that breaks it is alone: log n times the work, and for a bug only. */
  function encode(batches: readonly RawBatch[]): EncodedTick {
    try {
      const decoded = batches.map(decode);
      return { rows: markUnfinished(encodeBlocks(sink, blocks), batches, decoded), decoded };
    } catch (error) {
      // Nothing of a broken tick may show up in the next one.
      sink = new TickRows();
      blocks = new BlockEncoder();
      if (batches.length <= 1) return { rows: [], decoded: batches.map(() => brokenBy(error)) };
      const half = batches.length >> 1;
      const [first, second] = [encode(batches.slice(0, half)), encode(batches.slice(half))];
      return {
        rows: [...first.rows, ...second.rows],
        decoded: [...first.decoded, ...second.decoded],
      };
    }
  }

  return encode;
}

function brokenBy(error: unknown): DecodedBatch {
  return { accepted: 0, rejected: [], bug: bugOf(error) };
}

/** Tells the store which batches may send more hours: rare, so most rows are as they came. */
function markUnfinished(
  rows: readonly L0Write[],
  batches: readonly RawBatch[],
  decoded: readonly DecodedBatch[],
): readonly L0Write[] {
  const open = new Set(batches.filter((_, i) => decoded[i]?.unfinished === true).map(batchKey));
  if (open.size === 0) return rows;
  return rows.map((row) => ({
    ...row,
    unfinished: row.batches.filter((batch) => open.has(batchKey({ app: row.app, batch }))),
  }));
}

/** The time of a derived id is that of some entry, no bound for the others: their decoders set every row's time. */
function frameOf(raw: RawBatch): BatchFrame {
  const ownTimes = raw.kind === "ndjson" || raw.kind === "plain-text";
  return ownTimes && isDerived(raw.batch) ? { ...raw, defaultTimeMs: NEVER_TOO_NEW_MS } : raw;
}
