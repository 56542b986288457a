/**
 * The columns that every row of a merged block has: times, levels, batches, ids.
 * Invariant: gathered by block, so that each loop reads one typed array and writes another.
 */
import type { BatchId } from "../../domain/ids.ts";
import { isIdThere } from "../column/hex-id.ts";
import { HexView } from "./column-views.ts";
import type { DirectoryBatch } from "./directory.ts";
import { type ColumnShape, shape, writeDeltas, writeIntegers } from "./encode-column.ts";
import { COLUMN, ENCODING, FLAG_SPARSE } from "./format.ts";
import type { Picked } from "./merge-order.ts";
import type { ByteWriter } from "./wire.ts";

export interface MergedFixed {
  readonly timeMs: Float64Array;
  readonly timeRem: Uint32Array;
  readonly severities: Uint8Array;
  readonly indexes: Uint32Array;
  /** Index into `batches`. */
  readonly ranks: Uint32Array;
  /** Those of the rows, ascending, each once. */
  readonly batches: readonly DirectoryBatch[];
}

export function gatherFixed(picked: readonly Picked[], count: number): MergedFixed {
  const timeMs = new Float64Array(count);
  const timeRem = new Uint32Array(count);
  const severities = new Uint8Array(count);
  const indexes = new Uint32Array(count);
  const ranks = new Uint32Array(count);
  const { batches, rankOf } = rankBatches(picked);
  picked.forEach(({ block, rows, places }, at) => {
    const { timeMs: ms, timeRemNanos: rem, severities: levels, batchOf, indexInBatch } = block;
    const rank = rankOf[at] as Uint32Array;
    for (let k = 0; k < rows.length; k++) {
      const row = rows[k] as number;
      const place = places[k] as number;
      timeMs[place] = ms[row] as number;
      timeRem[place] = rem[row] as number;
      severities[place] = levels[row] as number;
      indexes[place] = indexInBatch[row] as number;
      ranks[place] = rank[batchOf[row] as number] as number;
    }
  });
  return { timeMs, timeRem, severities, indexes, ranks, batches };
}

/** @returns the batches that have rows, ascending and each once, and for each block the place of its own among them. */
function rankBatches(picked: readonly Picked[]): {
  batches: readonly DirectoryBatch[];
  rankOf: readonly Uint32Array[];
} {
  const all = new Map<BatchId, DirectoryBatch>();
  for (const { block, rows } of picked) {
    const { batchOf, batches } = block;
    const used = new Uint8Array(batches.length);
    for (let k = 0; k < rows.length; k++) used[batchOf[rows[k] as number] as number] = 1;
    block.directory.batches.forEach((one, ordinal) => {
      if (used[ordinal] === 1 && !all.has(one.batch)) all.set(one.batch, one);
    });
  }
  const batches = [...all.values()].toSorted((a, b) => (a.batch < b.batch ? -1 : 1));
  const rank = new Map(batches.map(({ batch }, i) => [batch, i] as const));
  const rankOf = picked.map(({ block }) =>
    Uint32Array.from(block.batches, (batch) => rank.get(batch) ?? 0),
  );
  return { batches, rankOf };
}

type Take = (kind: number, write: () => ColumnShape | undefined) => void;

/** Writes times, levels, batches and indexes in the order of the format. */
export function writeFixed(out: ByteWriter, fixed: MergedFixed, count: number, take: Take): void {
  const { timeMs, timeRem, severities, indexes, ranks, batches } = fixed;
  take(COLUMN.timeMs, () => writeDeltas(out, timeMs, count, undefined, timeMs[0] as number));
  take(COLUMN.timeRem, () => writeIntegers(out, timeRem, count, undefined));
  take(COLUMN.severity, () => writeIntegers(out, severities, count, undefined));
  take(COLUMN.batchOf, () =>
    batches.length === 1
      ? { ...shape(ENCODING.integers, count), size: 1 }
      : writeDeltas(out, ranks, count, undefined, 0),
  );
  // What is stored is how far an index is from the one after its batch's last, as a running sum.
  const expected = new Float64Array(batches.length);
  const sums = new Float64Array(count);
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const rank = ranks[i] as number;
    const index = indexes[i] as number;
    sum += index - (expected[rank] as number);
    sums[i] = sum;
    expected[rank] = index + 1;
  }
  take(COLUMN.index, () => writeDeltas(out, sums, count, undefined, 0));
}

/** Writes trace or span ids as raw bytes. @returns undefined when no row has one. */
export function writeIds(
  out: ByteWriter,
  picked: readonly Picked[],
  name: "trace_id" | "span_id",
  count: number,
): ColumnShape | undefined {
  const width = name === "trace_id" ? 16 : 8;
  const ids = new Uint8Array(count * width);
  const words = wordsOf(ids);
  const step = width / 4;
  let isFull = true;
  for (const { block, rows, places } of picked) {
    const view = block.builtin(name);
    if (!(view instanceof HexView)) {
      isFull = false;
      continue;
    }
    if (!view.isFull) isFull = false;
    const own = wordsOf(view.ids);
    for (let k = 0; k < rows.length; k++) {
      const from = (rows[k] as number) * step;
      const to = (places[k] as number) * step;
      for (let i = 0; i < step; i++) words[to + i] = own[from + i] as number;
    }
  }
  if (isFull) {
    out.raw(ids);
    return { ...shape(ENCODING.hex, count), width };
  }
  const bitmap = new Uint8Array((count + 7) >> 3);
  let present = 0;
  for (let i = 0; i < count; i++) {
    if (!isIdThere(words, i * step, step)) continue;
    bitmap[i >> 3] = (bitmap[i >> 3] as number) | (1 << (i & 7));
    // Those that are there move together; in a dense column each stays where it is.
    if (present < i)
      for (let k = 0; k < step; k++) words[present * step + k] = words[i * step + k] as number;
    present++;
  }
  if (present === 0) return undefined;
  const described = { ...shape(ENCODING.hex, present), width };
  if (present < count) {
    out.raw(bitmap);
    described.flags |= FLAG_SPARSE;
  }
  out.raw(ids.subarray(0, present * width));
  return described;
}

/** Four bytes at a time, a copy where they are not aligned. Words are only moved: their byte order does not matter. */
function wordsOf(bytes: Uint8Array): Uint32Array {
  // Not `slice`: of a Buffer it is a view.
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
  return new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.length >> 2);
}
