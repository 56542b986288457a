/**
 * How ids, ranges, segments and names of small rows stand in a store's columns, whatever the database.
 * Invariant: decode inverts encode; an id is its 16 bytes, a list of ids those bytes in a row, segments are JSON whose
 * nanoseconds are texts.
 */
import type { BlockMeta } from "../domain/block-meta.ts";
import { invalid } from "../domain/fault.ts";
import type { BatchId, BlobId } from "../domain/ids.ts";
import type { Manifest, SegmentRef, UnitKey } from "./log-store.ts";
import type { RecordAddress } from "./record-store.ts";

const ID_BYTES = 16;

/** @param ids UUID texts in lower case, as the parsers of `domain/ids` make them. */
export function packIds(ids: readonly string[]): Uint8Array {
  const out = Buffer.allocUnsafe(ids.length * ID_BYTES);
  for (const [i, id] of ids.entries()) {
    if (out.write(id.replaceAll("-", ""), i * ID_BYTES, "hex") !== ID_BYTES || id.length !== 36)
      throw new TypeError(`not a UUID in lower case: ${id}`);
  }
  return out;
}

/** @returns whether `packId` takes it: names of files may be anything. */
export function isPackable(name: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(name);
}

export function packId(id: string): Uint8Array {
  return packIds([id]);
}

export function unpackIds(bytes: Uint8Array): string[] {
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
  const ids: string[] = [];
  for (let at = 0; at < hex.length; at += 2 * ID_BYTES) {
    ids.push(
      `${hex.slice(at, at + 8)}-${hex.slice(at + 8, at + 12)}-${hex.slice(at + 12, at + 16)}-${hex.slice(at + 16, at + 20)}-${hex.slice(at + 20, at + 32)}`,
    );
  }
  return ids;
}

export function unpackId(bytes: Uint8Array): string {
  return unpackIds(bytes)[0] ?? "";
}

/** Ranges as offset, length, offset, length, … */
export function encodeParts(parts: BlockMeta["parts"]): string {
  return JSON.stringify(parts.flatMap(({ offset, length }) => [offset, length]));
}

/** Inverts `encodeParts`. */
export function decodeParts(numbers: readonly number[]): BlockMeta["parts"] {
  const parts: BlockMeta["parts"][number][] = [];
  for (let i = 0; i + 1 < numbers.length; i += 2)
    parts.push({ offset: numbers[i] ?? 0, length: numbers[i + 1] ?? 0 });
  return parts;
}

/**
 * The columns that name a small row. Throws `invalid` for a name with half of a surrogate pair: UTF-8 has none, so two
 * such names would become one.
 */
export function recordName(at: RecordAddress): [table: string, partition: string, key: string] {
  if (!at.partition.isWellFormed() || !at.key.isWellFormed())
    throw invalid("key", "it holds half of a surrogate pair");
  return [at.table, at.partition, at.key];
}

interface StoredSegment {
  readonly id: string;
  readonly level: number;
  readonly rows: number;
  readonly size: number;
  readonly min: string;
  readonly max: string;
  readonly epoch: number;
  readonly batches: readonly string[];
  readonly parts: readonly number[];
}

export function encodeSegments(segments: readonly SegmentRef[]): string {
  return JSON.stringify(
    segments.map((s): StoredSegment => ({
      id: s.id,
      level: s.level,
      rows: s.rows,
      size: s.sizeBytes,
      min: String(s.minTimeNanos),
      max: String(s.maxTimeNanos),
      epoch: s.minEpoch,
      batches: s.batchRanges.flatMap(({ first, last }) => [first, last]),
      parts: s.parts.flatMap(({ offset, length }) => [offset, length]),
    })),
  );
}

export function decodeSegments(text: string): SegmentRef[] {
  // Written by encodeSegments alone.
  return (JSON.parse(text) as StoredSegment[]).map((s) => ({
    id: s.id as BlobId,
    level: s.level,
    rows: s.rows,
    sizeBytes: s.size,
    minTimeNanos: BigInt(s.min),
    maxTimeNanos: BigInt(s.max),
    minEpoch: s.epoch,
    batchRanges: decodeRanges(s.batches),
    parts: decodeParts(s.parts),
  }));
}

function decodeRanges(ids: readonly string[]): SegmentRef["batchRanges"] {
  const ranges: SegmentRef["batchRanges"][number][] = [];
  for (let i = 0; i + 1 < ids.length; i += 2)
    ranges.push({ first: (ids[i] ?? "") as BatchId, last: (ids[i + 1] ?? "") as BatchId });
  return ranges;
}

export function emptyManifest(key: UnitKey): Manifest {
  return {
    app: key.app,
    bucket: key.bucket,
    shard: key.shard,
    version: 0,
    nonce: "",
    through: -1,
    totals: new Uint8Array(0),
    segments: [],
    trash: [],
  };
}
