/**
 * Builds one immutable L0 block from the rows of one bucket.
 * Invariant: rows ascend by (time, batch, index); meta's rows, times and summary are exact; the parts lie in `bytes`
 * one after the other without gaps. Many rows are laid out as merged ones are. Pure. Byte layout: ./FORMAT.md.
 */
import type { BlockMeta, PartRange } from "../../domain/block-meta.ts";
import type { BatchId } from "../../domain/ids.ts";
import { giveBack } from "../../domain/give-back.ts";
import { MiB } from "../../domain/limits.ts";
import { nanosOf } from "../../domain/time-range.ts";
import type { BlockRows } from "../column/block-rows.ts";
import { copyWords, wordView } from "../column/bytes.ts";
import type { ColumnBuilder } from "../column/column-builder.ts";
import { isIdThere } from "../column/hex-id.ts";
import { type ColumnEntry, type Directory, writeDirectory } from "./directory.ts";
import {
  type ColumnShape,
  shape,
  writeColumn,
  writeDeltas,
  writeIntegers,
} from "./encode-column.ts";
import {
  CODEC_PLAIN,
  COLUMN,
  ENCODING,
  FLAG_SPARSE,
  LAYOUT_ONE_FRAME,
  LAYOUT_PLAIN,
  MIN_L0_COMPRESSED_BYTES,
} from "./format.ts";
import { blockHeader, packMerged, sealPart } from "./pack-parts.ts";
import { sortedRows } from "./row-order.ts";
import { summarizeRows } from "./summarize-rows.ts";
import { ByteWriter } from "./wire.ts";
import { compress, giveBackFrame, LEVEL_L0 } from "./zstd.ts";

export interface EncodedBlock {
  readonly meta: BlockMeta;
  /** Owned by the caller, alone in its buffer. */
  readonly bytes: Uint8Array;
  /** Ascending, each once. */
  readonly batches: readonly BatchId[];
}

const NO_NAME = new Uint8Array(0);
/** Room for bodies that stays from block to block; the largest body of a request makes a hundred megabytes of them. */
const KEEP_BYTES = 16 * MiB;

/**
 * From so many rows on a block is worth to be kept as it is: it has the same bytes a row as one of 16,384, and a scan of
 * its messages takes a sixth longer (block.bench.ts). Writing it column by column costs no more than in one frame.
 */
export const MERGED_FORM_ROWS = 4096;

/** Whether a merge can put the block into a segment unchanged. Blocks of older programs are one part, whatever their rows. */
export function isInMergedForm({ rows, parts }: Pick<BlockMeta, "rows" | "parts">): boolean {
  return rows >= MERGED_FORM_ROWS && parts.length > 1;
}

/** Encodes blocks one after the other; keeps its scratch memory. One per thread. */
export class BlockEncoder {
  readonly #bodies = new ByteWriter(1 << 16);
  readonly #directory = new ByteWriter(1 << 12);
  readonly #mergedFormRows: number;
  readonly #entries: ColumnEntry[] = [];
  #valueAt = new Int32Array(0);
  /** The last sparse column of the block at hand, and the order of its values. */
  #alike: { readonly column: ColumnBuilder; readonly order: Uint32Array } | undefined;

  /** @param mergedFormRows from how many rows on a block is laid out as merged ones are. */
  constructor(mergedFormRows = MERGED_FORM_ROWS) {
    this.#mergedFormRows = mergedFormRows;
  }

  /** @param source at least one row; is only read. */
  encode(source: BlockRows): EncodedBlock {
    const bodies = this.#bodies;
    bodies.reset(KEEP_BYTES);
    this.#entries.length = 0;
    // An encode that threw may have left it.
    this.#forgetAlike();
    const { batches, rank } = rankBatches(source);
    const order = sortedRows({ ...fixedOf(source), rank });
    this.#writeFixed(source, order, rank);
    const place = order === undefined ? undefined : inverse(order);
    this.#writeBuilder(COLUMN.service, NO_NAME, source.service, source.rows, order, place);
    this.#writeBuilder(COLUMN.host, NO_NAME, source.host, source.rows, order, place);
    this.#writeHex(COLUMN.traceId, source.traceIds, 16, source.rows, order);
    this.#writeHex(COLUMN.spanId, source.spanIds, 8, source.rows, order);
    this.#writeBuilder(COLUMN.truncated, NO_NAME, source.truncated, source.rows, order, place);
    this.#writeBuilder(COLUMN.message, NO_NAME, source.message, source.rows, order, place);
    for (let i = 0; i < source.attributeCount; i++)
      this.#writeBuilder(
        COLUMN.attribute,
        source.attributeNames[i] as Uint8Array,
        source.attributes[i] as ColumnBuilder,
        source.rows,
        order,
        place,
      );
    this.#writeBuilder(COLUMN.rest, NO_NAME, source.rest, source.rows, order, place);

    const directory: Directory = { rows: source.rows, batches, columns: this.#entries };
    const packed =
      source.rows >= this.#mergedFormRows
        ? packMerged(bodies, directory, this.#directory, LEVEL_L0)
        : this.#pack(directory);
    const first = order === undefined ? 0 : (order[0] as number);
    const last = order === undefined ? source.rows - 1 : (order[source.rows - 1] as number);
    giveBack(order, place, rank);
    this.#forgetAlike();
    return {
      bytes: packed.bytes,
      batches: batches.map(({ batch }) => batch),
      meta: {
        rows: source.rows,
        minTimeNanos: nanosOf(source.timeMs[first] as number, source.timeRem[first] as number),
        maxTimeNanos: nanosOf(source.timeMs[last] as number, source.timeRem[last] as number),
        sizeBytes: packed.bytes.length,
        parts: packed.parts,
        summary: summarizeRows(source),
      },
    };
  }

  #take(kind: number, name: Uint8Array, start: number, described: ColumnShape): void {
    const rawLength = this.#bodies.length - start;
    this.#entries.push({
      ...described,
      kind,
      name,
      rawLength,
      part: 0,
      offset: start,
      storedLength: rawLength,
      codec: CODEC_PLAIN,
    });
  }

  #writeFixed(source: BlockRows, order: Uint32Array | undefined, rank: Uint32Array): void {
    const out = this.#bodies;
    const { rows } = source;
    let start = out.length;
    const firstMs = source.timeMs[order === undefined ? 0 : (order[0] as number)] as number;
    this.#take(
      COLUMN.timeMs,
      NO_NAME,
      start,
      writeDeltas(out, source.timeMs, rows, order, firstMs),
    );
    start = out.length;
    this.#take(COLUMN.timeRem, NO_NAME, start, writeIntegers(out, source.timeRem, rows, order));
    start = out.length;
    this.#take(COLUMN.severity, NO_NAME, start, writeIntegers(out, source.severities, rows, order));
    const ranks = new Uint32Array(rows);
    const jumps = new Float64Array(rows);
    const expected = new Float64Array(rank.length);
    let single = true;
    for (let i = 0; i < rows; i++) {
      const row = order === undefined ? i : (order[i] as number);
      const at = rank[source.batchOf[row] as number] as number;
      if (at !== 0) single = false;
      ranks[i] = at;
      // What is stored is how far the index is from the one after the batch's last.
      const index = source.indexes[row] as number;
      jumps[i] = index - (expected[at] as number);
      expected[at] = index + 1;
    }
    start = out.length;
    this.#take(
      COLUMN.batchOf,
      NO_NAME,
      start,
      single
        ? { ...shape(ENCODING.integers, rows), size: 1 }
        : writeDeltas(out, ranks, rows, undefined, 0),
    );
    start = out.length;
    // Written as differences of a running sum, so that one encoding serves.
    let sum = 0;
    for (let i = 0; i < rows; i++) jumps[i] = sum += jumps[i] as number;
    this.#take(COLUMN.index, NO_NAME, start, writeDeltas(out, jumps, rows, undefined, 0));
    giveBack(ranks, jumps, expected);
  }

  #writeBuilder(
    kind: number,
    name: Uint8Array,
    column: ColumnBuilder,
    rows: number,
    order: Uint32Array | undefined,
    place: Uint32Array | undefined,
  ): void {
    if (column.count === 0) return;
    const start = this.#bodies.length;
    let valueOrder = order;
    if (place !== undefined && column.count < rows) {
      // Attributes of one kind of message are in the same rows, one after the other.
      if (this.#alike === undefined || !hasSameRows(column, this.#alike.column)) {
        if (this.#valueAt.length < rows) this.#valueAt = new Int32Array(rows);
        this.#forgetAlike();
        const found = sparseOrder(column, place, this.#valueAt.subarray(0, rows));
        this.#alike = { column, order: found };
      }
      valueOrder = this.#alike.order;
    }
    this.#take(kind, name, start, writeColumn(this.#bodies, column, rows, place, valueOrder));
  }

  #forgetAlike(): void {
    giveBack(this.#alike?.order);
    this.#alike = undefined;
  }

  #writeHex(
    kind: number,
    ids: Uint8Array,
    width: number,
    rows: number,
    order: Uint32Array | undefined,
  ): void {
    const out = this.#bodies;
    const start = out.length;
    const words = new Uint32Array(ids.buffer, ids.byteOffset, (rows * width) >> 2);
    const step = width >> 2;
    let count = 0;
    for (let row = 0; row < rows; row++) if (isIdThere(words, row * step, step)) count++;
    if (count === 0) return;
    const sparse = count < rows;
    const bitmapAt = out.length;
    const bitmap = sparse ? (rows + 7) >> 3 : 0;
    out.reserve(bitmap + count * width);
    const { bytes } = out;
    bytes.fill(0, bitmapAt, bitmapAt + bitmap);
    let at = bitmapAt + bitmap;
    const target = wordView(bytes);
    const source = wordView(ids);
    for (let i = 0; i < rows; i++) {
      const row = order === undefined ? i : (order[i] as number);
      if (sparse) {
        if (!isIdThere(words, row * step, step)) continue;
        bytes[bitmapAt + (i >> 3)] = (bytes[bitmapAt + (i >> 3)] as number) | (1 << (i & 7));
      }
      copyWords(target, at, source, row * width, row * width + width);
      at += width;
    }
    out.length = at;
    const described = { ...shape(ENCODING.hex, count), width };
    if (sparse) described.flags |= FLAG_SPARSE;
    this.#take(kind, NO_NAME, start, described);
  }

  /** One part: all bodies, then the directory, in one frame or plain. */
  #pack(directory: Directory): { bytes: Uint8Array; parts: PartRange[] } {
    const bodies = this.#bodies;
    const bodyLength = bodies.length;
    writeDirectory(bodies, directory);
    const raw = bodies.view();
    const isPlain = raw.length < MIN_L0_COMPRESSED_BYTES;
    const stored = isPlain ? raw : compress(raw, LEVEL_L0);
    const head = blockHeader(
      isPlain ? LAYOUT_PLAIN : LAYOUT_ONE_FRAME,
      raw.length,
      raw.length - bodyLength,
      stored.length,
    );
    const bytes = sealPart(head, [stored]);
    if (!isPlain) giveBackFrame(stored);
    return { bytes, parts: [{ offset: 0, length: bytes.length }] };
  }
}

function fixedOf(source: BlockRows): Omit<Parameters<typeof sortedRows>[0], "rank"> {
  const { rows, timeMs, timeRem, batchOf, indexes } = source;
  return { rows, timeMs, timeRem, batchOf, indexes };
}

/** Batches that have rows, ascending and each once, and the place of each ordinal among them. */
function rankBatches(source: BlockRows): {
  batches: { batch: BatchId; receivedMs: number }[];
  rank: Uint32Array;
} {
  const used = new Uint8Array(source.batches.length);
  for (let row = 0; row < source.rows; row++) used[source.batchOf[row] as number] = 1;
  const ordinals = source.batches.map((_, i) => i).filter((i) => used[i] === 1);
  const idOf = (ordinal: number): string => source.batches[ordinal]?.batch ?? "";
  ordinals.sort((a, b) => (idOf(a) < idOf(b) ? -1 : idOf(a) > idOf(b) ? 1 : a - b));
  const rank = new Uint32Array(source.batches.length);
  const batches: { batch: BatchId; receivedMs: number }[] = [];
  for (const ordinal of ordinals) {
    const one = source.batches[ordinal];
    if (one === undefined) continue;
    if (batches.at(-1)?.batch !== one.batch) batches.push({ ...one });
    rank[ordinal] = batches.length - 1;
  }
  return { batches, rank };
}

function inverse(order: Uint32Array): Uint32Array {
  const place = new Uint32Array(order.length);
  for (let i = 0; i < order.length; i++) place[order[i] as number] = i;
  return place;
}

function hasSameRows(one: ColumnBuilder, other: ColumnBuilder): boolean {
  const { count, rowIds } = one;
  if (count !== other.count) return false;
  const others = other.rowIds;
  for (let i = 0; i < count; i++) if (rowIds[i] !== others[i]) return false;
  return true;
}

/** The value numbers of a sparse column in the order of rows; `scratch` has a place for each row. */
function sparseOrder(column: ColumnBuilder, place: Uint32Array, scratch: Int32Array): Uint32Array {
  const { count, rowIds } = column;
  scratch.fill(-1);
  for (let i = 0; i < count; i++) scratch[place[rowIds[i] as number] as number] = i;
  const out = new Uint32Array(count);
  let at = 0;
  for (let i = 0; at < count; i++) {
    const value = scratch[i] as number;
    if (value >= 0) out[at++] = value;
  }
  return out;
}
