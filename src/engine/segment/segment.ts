/**
 * The blob of one merge: blocks, the ids of every batch it ever absorbed, and an index of both.
 * Invariant: block parts lie first, then the pages of batch ids, then the index; the ref's parts are [index, batches];
 * batch ids ascend over all pages. Rows may be gone (deleted) while their batch ids stay.
 */
import type { BlockMeta } from "../../domain/block-meta.ts";
import { corrupt } from "../../domain/fault.ts";
import { type BatchId, uuidBytes, uuidText } from "../../domain/ids.ts";
import type { EncodedBlock } from "../block/encode-block.ts";
import { ByteReader, ByteWriter } from "../block/wire.ts";
import { crc32 } from "../block/zstd.ts";

export const MAX_SEGMENT_BLOCKS = 64;
/** What a lookup of one batch id reads. */
export const MAX_PAGE_BYTES = 16 * 1024;
export const MAX_BATCH_RANGES = 8;
const VERSION = 1;

export interface ByteSpan {
  readonly offset: number;
  readonly length: number;
}

/** What the store's SegmentRef needs of a segment; id, level and minEpoch are the merger's. */
export interface BuiltSegment {
  readonly bytes: Uint8Array;
  readonly rows: number;
  readonly sizeBytes: number;
  readonly minTimeNanos: bigint;
  readonly maxTimeNanos: bigint;
  readonly batchRanges: readonly { readonly first: BatchId; readonly last: BatchId }[];
  /** [index, batches]. */
  readonly parts: readonly ByteSpan[];
}

export interface SegmentIndex {
  /** Parts are byte ranges of the blob. */
  readonly blocks: readonly BlockMeta[];
  /** Ascending; a page begins with `first`. Spans are of the blob. */
  readonly pages: readonly (ByteSpan & { readonly first: BatchId })[];
}

/**
 * @param blocks at most 64, ascending; may be empty when all rows were deleted.
 * @param batches ascending, each once, not empty: every batch the segment stands for.
 */
export function buildSegment(
  blocks: readonly Pick<EncodedBlock, "bytes" | "meta">[],
  batches: readonly BatchId[],
): BuiltSegment {
  if (blocks.length > MAX_SEGMENT_BLOCKS || batches.length === 0)
    throw new RangeError("a segment has at most 64 blocks and at least one batch");
  const out = new ByteWriter(blocks.reduce((sum, { bytes }) => sum + bytes.length, 65_536));
  const metas = blocks.map(({ bytes, meta }) => {
    const base = out.length;
    out.raw(bytes);
    const parts = meta.parts.map(({ offset, length }) => ({ offset: offset + base, length }));
    return { ...meta, parts };
  });
  const batchesAt = out.length;
  const pages = writePages(out, batches);
  const indexAt = out.length;
  writeIndex(out, { blocks: metas, pages });
  const bytes = out.copy();
  let rows = 0;
  let min: bigint | undefined;
  let max: bigint | undefined;
  for (const meta of metas) {
    rows += meta.rows;
    if (min === undefined || meta.minTimeNanos < min) min = meta.minTimeNanos;
    if (max === undefined || meta.maxTimeNanos > max) max = meta.maxTimeNanos;
  }
  return {
    bytes,
    rows,
    sizeBytes: bytes.length,
    minTimeNanos: min ?? 0n,
    maxTimeNanos: max ?? 0n,
    batchRanges: rangesOf(batches),
    parts: [
      { offset: indexAt, length: bytes.length - indexAt },
      { offset: batchesAt, length: indexAt - batchesAt },
    ],
  };
}

/** Page: checksum, count, the first id whole, then for each next one how many leading bytes it shares and the others. */
function writePages(out: ByteWriter, batches: readonly BatchId[]): SegmentIndex["pages"] {
  const pages: (ByteSpan & { first: BatchId })[] = [];
  const page = new ByteWriter(MAX_PAGE_BYTES);
  let at = 0;
  while (at < batches.length) {
    page.reset();
    const first = batches[at] as BatchId;
    let before = uuidBytes(first);
    page.raw(before);
    let count = 1;
    for (at++; at < batches.length && page.length + 17 + 8 <= MAX_PAGE_BYTES; at++, count++) {
      const id = uuidBytes(batches[at] as BatchId);
      let shared = 0;
      while (shared < 16 && id[shared] === before[shared]) shared++;
      if (shared === 16 || (id[shared] as number) < (before[shared] as number))
        throw new RangeError("batch ids of a segment ascend, each once");
      page.u8(shared);
      page.raw(id.subarray(shared));
      before = id;
    }
    const offset = out.length;
    out.u32(crc32(page.view()));
    out.u32(count);
    out.raw(page.view());
    pages.push({ first, offset, length: out.length - offset });
  }
  return pages;
}

function writeIndex(out: ByteWriter, index: SegmentIndex): void {
  const body = new ByteWriter(4096);
  body.u8(VERSION);
  body.varint(index.blocks.length);
  for (const meta of index.blocks) {
    body.varint(meta.rows);
    body.text(meta.minTimeNanos.toString());
    body.text(meta.maxTimeNanos.toString());
    body.varint(meta.sizeBytes);
    body.varint(meta.parts.length);
    for (const { offset, length } of meta.parts) {
      body.varint(offset);
      body.varint(length);
    }
    body.varint(meta.summary.length);
    body.raw(meta.summary);
  }
  body.varint(index.pages.length);
  for (const { first, offset, length } of index.pages) {
    body.raw(uuidBytes(first));
    body.varint(offset);
    body.varint(length);
  }
  out.u32(crc32(body.view()));
  out.raw(body.view());
}

/** @param bytes the index part (parts[0] of the ref). Throws `corrupt`. */
export function readSegmentIndex(bytes: Uint8Array, what = "segment index"): SegmentIndex {
  const reader = new ByteReader(bytes, what);
  const stated = reader.u32();
  if (crc32(bytes.subarray(4)) !== stated) throw corrupt(what, "its checksum does not match");
  const version = reader.u8();
  if (version !== VERSION)
    throw corrupt(what, `it has version ${version}, this program reads up to ${VERSION}`);
  const blocks: BlockMeta[] = [];
  for (let left = reader.count(6); left > 0; left--) {
    const rows = reader.varint();
    const minTimeNanos = nanos(reader);
    const maxTimeNanos = nanos(reader);
    const sizeBytes = reader.varint();
    const parts: ByteSpan[] = [];
    for (let more = reader.count(2); more > 0; more--) {
      const offset = reader.varint();
      parts.push({ offset, length: reader.varint() });
    }
    const summary = reader.raw(reader.varint()).slice();
    blocks.push({ rows, minTimeNanos, maxTimeNanos, sizeBytes, parts, summary });
  }
  const pages: (ByteSpan & { first: BatchId })[] = [];
  for (let left = reader.count(18); left > 0; left--) {
    const first = uuidText(reader.raw(16)) as BatchId;
    const offset = reader.varint();
    pages.push({ first, offset, length: reader.varint() });
  }
  reader.done();
  return { blocks, pages };
}

function nanos(reader: ByteReader): bigint {
  const text = reader.text();
  if (!/^-?\d{1,20}$/.test(text)) throw reader.fault("a time in it cannot be read");
  return BigInt(text);
}

/** @returns the page of the blob that holds `batch` if the segment has it; undefined when it cannot have it. */
export function batchPageOf(index: SegmentIndex, batch: BatchId): ByteSpan | undefined {
  let low = 0;
  let high = index.pages.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((index.pages[middle]?.first as BatchId) <= batch) low = middle + 1;
    else high = middle;
  }
  return index.pages[low - 1];
}

/** @param page the bytes that `batchPageOf` names. Throws `corrupt`. */
export function readBatchPage(page: Uint8Array, what = "segment batches"): BatchId[] {
  const reader = new ByteReader(page, what);
  const ids = readPage(reader, page.length);
  reader.done();
  return ids;
}

function readPage(reader: ByteReader, end: number): BatchId[] {
  const stated = reader.u32();
  const count = reader.u32();
  const start = reader.at;
  if (count === 0 || count > MAX_PAGE_BYTES) throw reader.fault("its count is out of bounds");
  const ids: BatchId[] = [];
  const id = new Uint8Array(16);
  for (let i = 0; i < count && reader.at < end; i++) {
    const shared = i === 0 ? 0 : reader.u8();
    if (shared > 15) throw reader.fault("a batch id in it cannot be read");
    id.set(reader.raw(16 - shared), shared);
    ids.push(uuidText(id) as BatchId);
  }
  if (ids.length !== count || crc32(reader.bytes.subarray(start, reader.at)) !== stated)
    throw reader.fault("its checksum does not match");
  return ids;
}

/** Whether the page that `batchPageOf` names has the batch. Throws `corrupt`. */
export function pageHasBatch(page: Uint8Array, batch: BatchId): boolean {
  const ids = readBatchPage(page);
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ids[middle] as BatchId) < batch) low = middle + 1;
    else high = middle;
  }
  return ids[low] === batch;
}

/** @param bytes the batches part (parts[1] of the ref). @returns every id, ascending. Throws `corrupt`. */
export function readSegmentBatches(bytes: Uint8Array, what = "segment batches"): BatchId[] {
  const reader = new ByteReader(bytes, what);
  const ids: BatchId[] = [];
  while (reader.left > 0) for (const id of readPage(reader, bytes.length)) ids.push(id);
  return ids;
}

/** Whether `batch` lies in one of the ranges; false means that the segment does not have it. */
export function mayHaveBatch(ranges: BuiltSegment["batchRanges"], batch: BatchId): boolean {
  return ranges.some(({ first, last }) => first <= batch && batch <= last);
}

/**
 * Ranges that hold all ids, cut at the widest gaps, so that one odd id does not widen them all. Unless all ids are of one
 * millisecond, each range begins and ends with one: what is random in ids does not compress, and was most of a manifest
 * of many segments.
 */
export function rangesOf(batches: readonly BatchId[]): BuiltSegment["batchRanges"] {
  const gaps: { at: number; width: number }[] = [];
  for (let at = 1; at < batches.length; at++)
    gaps.push({ at, width: millisecondOf(batches[at]) - millisecondOf(batches[at - 1]) });
  const cuts = gaps
    .toSorted((a, b) => b.width - a.width || a.at - b.at)
    .slice(0, MAX_BATCH_RANGES - 1)
    .map(({ at }) => at)
    .toSorted((a, b) => a - b);
  const isRounded = gaps.some(({ width }) => width > 0);
  return [0, ...cuts].map((from, i) => {
    const first = batches[from] as BatchId;
    const last = batches[(cuts[i] ?? batches.length) - 1] as BatchId;
    if (!isRounded) return { first, last };
    return {
      first: `${headOf(first)}-0000-0000-000000000000` as BatchId,
      last: `${headOf(last)}-ffff-ffff-ffffffffffff` as BatchId,
    };
  });
}

/** The first 48 bits: of a UUIDv7 its milliseconds. */
function headOf(batch: BatchId): string {
  return batch.slice(0, 13);
}

function millisecondOf(batch: BatchId | undefined): number {
  return batch === undefined ? 0 : Number.parseInt(headOf(batch).replace("-", ""), 16);
}
