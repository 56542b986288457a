/**
 * How ids, L0 rows and manifests stand in columns.
 * Invariant: decode inverts encode; ids are their 16 bytes, lists of ids those bytes in a row, segments are JSON
 * whose nanoseconds are texts.
 */
import type { BlockMeta } from "../../domain/block-meta.ts";
import type { AppId, BatchId, BlobId } from "../../domain/ids.ts";
import type { Bucket } from "../../domain/time-range.ts";
import type { L0Id, L0Row, Manifest, SegmentRef, UnitKey } from "../log-store.ts";
import { bigOf, bytesOf, intOf, type Row, textOf } from "./database.ts";

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

function decodeParts(numbers: readonly number[]): BlockMeta["parts"] {
  const parts: BlockMeta["parts"][number][] = [];
  for (let i = 0; i + 1 < numbers.length; i += 2)
    parts.push({ offset: numbers[i] ?? 0, length: numbers[i + 1] ?? 0 });
  return parts;
}

/** The columns that `decodeL0Row` wants, read with bigints. */
export const L0_COLUMNS =
  "id, epoch, app, bucket, rows, size_bytes, min_time, max_time, parts, summary, batches";

export function decodeL0Row(row: Row): L0Row {
  return {
    id: String(intOf(row, "id")) as L0Id,
    app: unpackId(bytesOf(row, "app")) as AppId,
    bucket: intOf(row, "bucket") as Bucket,
    epoch: intOf(row, "epoch"),
    batches: unpackIds(bytesOf(row, "batches")) as BatchId[],
    meta: {
      rows: intOf(row, "rows"),
      minTimeNanos: bigOf(row, "min_time"),
      maxTimeNanos: bigOf(row, "max_time"),
      sizeBytes: intOf(row, "size_bytes"),
      // Written by encodeParts alone.
      parts: decodeParts(JSON.parse(textOf(row, "parts")) as number[]),
      summary: bytesOf(row, "summary"),
    },
  };
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

export function decodeManifest(row: Row, trash: readonly BlobId[]): Manifest {
  return {
    app: unpackId(bytesOf(row, "app")) as AppId,
    bucket: intOf(row, "bucket") as Bucket,
    shard: 0,
    version: intOf(row, "version"),
    nonce: textOf(row, "nonce"),
    through: intOf(row, "through"),
    totals: bytesOf(row, "totals"),
    segments: decodeSegments(textOf(row, "segments")),
    trash,
  };
}
