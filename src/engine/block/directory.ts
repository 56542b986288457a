/**
 * The directory of a block: its batches, and where and how each column lies.
 * Invariant: what `readDirectory` returns is sane: counts are bounded by rows, sizes by MAX_BODY_BYTES.
 */
import { type BatchId, parseBatchId, uuidBytes, uuidText } from "../../domain/ids.ts";
import { utf8Text } from "../column/bytes.ts";
import type { ColumnShape } from "./encode-column.ts";
import { COLUMN, ENCODING, FLAG_SPARSE, MAX_BLOCK_ROWS, MAX_BODY_BYTES } from "./format.ts";
import type { ByteReader, ByteWriter } from "./wire.ts";

export interface ColumnEntry extends ColumnShape {
  /** One of COLUMN. */
  readonly kind: number;
  /** Attributes: the name's UTF-8; empty for others. */
  readonly name: Uint8Array;
  readonly rawLength: number;
  part: number;
  /** From the beginning of the part's bodies. */
  offset: number;
  storedLength: number;
  codec: number;
}

export interface DirectoryBatch {
  readonly batch: BatchId;
  readonly receivedMs: number;
}

export interface Directory {
  readonly rows: number;
  /** Ascending by id. */
  readonly batches: readonly DirectoryBatch[];
  /** In the order in which a row's attributes are answered. */
  readonly columns: readonly ColumnEntry[];
}

export function writeDirectory(out: ByteWriter, directory: Directory): void {
  out.varint(directory.rows);
  out.varint(directory.batches.length);
  for (const { batch, receivedMs } of directory.batches) {
    out.raw(uuidBytes(batch));
    out.f64(receivedMs);
  }
  out.varint(directory.columns.length);
  for (const column of directory.columns) {
    out.u8(column.kind);
    if (column.kind === COLUMN.attribute) {
      out.varint(column.name.length);
      out.raw(column.name);
    }
    out.u8(column.encoding);
    out.u8(column.flags);
    if ((column.flags & FLAG_SPARSE) !== 0) out.varint(column.count);
    out.u8(column.width);
    out.u8(column.scale);
    out.varint(column.size);
    if (hasRange(column.encoding)) {
      out.f64(column.min);
      out.f64(column.max);
    }
    out.varint(column.part);
    out.u8(column.codec);
    out.varint(column.rawLength);
    out.varint(column.storedLength);
  }
}

function hasRange(encoding: number): boolean {
  return (
    encoding === ENCODING.integers || encoding === ENCODING.doubles || encoding === ENCODING.deltas
  );
}

export function readDirectory(reader: ByteReader): Directory {
  const rows = reader.varint();
  if (rows > MAX_BLOCK_ROWS) throw reader.fault(`it states ${rows} rows`);
  const batches: DirectoryBatch[] = [];
  for (let left = reader.count(24); left > 0; left--) {
    const batch = parseBatchId(uuidText(reader.raw(16)));
    const receivedMs = reader.f64();
    if (!Number.isSafeInteger(receivedMs)) throw reader.fault("a time in it cannot be read");
    batches.push({ batch, receivedMs });
  }
  const columns: ColumnEntry[] = [];
  const offsets: number[] = [];
  const none = new Uint8Array(0);
  for (let left = reader.count(8); left > 0; left--) {
    const kind = reader.u8();
    const name = kind === COLUMN.attribute ? reader.raw(reader.varint()) : none;
    const encoding = reader.u8();
    const flags = reader.u8();
    const count = (flags & FLAG_SPARSE) === 0 ? rows : reader.varint();
    const width = reader.u8();
    const scale = reader.u8();
    const size = reader.varint();
    const min = hasRange(encoding) ? reader.f64() : 0;
    const max = hasRange(encoding) ? reader.f64() : 0;
    const part = reader.varint();
    const codec = reader.u8();
    const rawLength = reader.varint();
    const storedLength = reader.varint();
    if (count > rows || rawLength > MAX_BODY_BYTES || storedLength > MAX_BODY_BYTES || part > 4096)
      throw reader.fault("a column in it is out of bounds");
    // A time takes a byte at least, which bounds every array that is as long as the rows.
    if (kind === COLUMN.timeMs && rawLength < rows) throw reader.fault(`it states ${rows} rows`);
    const offset = offsets[part] ?? 0;
    offsets[part] = offset + storedLength;
    columns.push({
      kind,
      name,
      encoding,
      flags,
      count,
      width,
      scale,
      size,
      min,
      max,
      part,
      offset,
      codec,
      rawLength,
      storedLength,
    });
  }
  reader.done();
  return { rows, batches, columns };
}

export function columnName(column: ColumnEntry): string {
  return utf8Text(column.name);
}
