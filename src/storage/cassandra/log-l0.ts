/**
 * L0 rows in the order of their arrival: an application's rows of some epochs are one partition, epoch first.
 * Invariants: (epoch, writer, seq) names a row of an application for ever; a row never points to a blob that was not
 * written before; what is deleted lies in a partition of closed epochs alone, so readers, who begin at `low`, meet no tombstone.
 */
import type { BlockMeta } from "../../domain/block-meta.ts";
import type { AppId, BatchId } from "../../domain/ids.ts";
import { KiB } from "../../domain/limits.ts";
import type { Bucket } from "../../domain/time-range.ts";
import type { L0Id, L0Row, L0Write } from "../log-store.ts";
import { decodeParts, encodeParts, packIds, unpackIds } from "../stored-form.ts";
import { eachAtOnce } from "./at-once.ts";
import type { Blobs } from "./log-blobs.ts";
import { shardsOf } from "./log-shards.ts";
import { bigOf, bytesOf, hasValue, intOf, type Row, textOf } from "./row.ts";
import type { Session } from "./session.ts";
import { statement } from "./statement.ts";

const INDEX = `epoch, writer, seq, bucket, entry_count, size_bytes, min_time, max_time, parts, summary, batches, blob_bytes`;

export const L0_STATEMENTS = {
  insert: statement(
    "write",
    "insert_l0",
    `INSERT INTO ks.log_l0
       (app, chunk, epoch, writer, seq, bucket, entry_count, size_bytes, min_time, max_time, committed_ms,
        parts, summary, batches, shards, blob_bytes, bytes)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) USING TTL ?`,
  ),
  from: statement(
    "read",
    "list_l0",
    `SELECT ${INDEX} FROM ks.log_l0 WHERE app = ? AND chunk = ? AND epoch >= ?`,
  ),
  work: statement(
    "read",
    "list_l0_work",
    `SELECT epoch, bucket, shards, size_bytes, committed_ms FROM ks.log_l0 WHERE app = ? AND chunk = ? AND epoch >= ? AND epoch <= ?`,
  ),
  blobs: statement(
    "read",
    "list_l0_blobs",
    "SELECT epoch, writer, seq, blob_bytes FROM ks.log_l0 WHERE app = ? AND chunk = ?",
  ),
  bytes: statement(
    "read",
    "read_l0",
    `SELECT bytes FROM ks.log_l0 WHERE app = ? AND chunk = ? AND epoch = ? AND writer = ? AND seq = ?`,
  ),
  removeChunk: statement(
    "write",
    "delete_chunk",
    "DELETE FROM ks.log_l0 WHERE app = ? AND chunk = ?",
  ),
  removeRange: statement(
    "write",
    "delete_l0_range",
    "DELETE FROM ks.log_l0 WHERE app = ? AND chunk = ? AND epoch = ? AND writer = ? AND seq <= ?",
  ),
  tail: statement(
    "read",
    "read_tail",
    "SELECT chunk, low FROM ks.log_tail WHERE app = ? AND chunk >= ?",
  ),
  lowAlone: statement("read", "read_low", "SELECT low FROM ks.log_tail WHERE app = ? LIMIT 1"),
  insertTail: statement(
    "write",
    "insert_tail",
    "INSERT INTO ks.log_tail (app, chunk) VALUES (?, ?)",
  ),
  removeTail: statement(
    "write",
    "delete_tail",
    "DELETE FROM ks.log_tail WHERE app = ? AND chunk = ?",
  ),
  low: statement("write", "write_low", "INSERT INTO ks.log_tail (app, low) VALUES (?, ?)"),
} as const;

/** Epochs in a partition: at most 125,000 rows and 75 MB at 400 rows a second. */
export const EPOCHS_A_CHUNK = 32;
/** What is larger is a blob: rows are read together, to find out what there is. */
export const MAX_INLINE_BYTES = 32 * KiB;
/** A drained chunk may name 30,000 blobs. */
const ROWS_A_STEP = 256;
/** One deletion takes a thousand rows on Keyspaces, of which a step may be left over. */
const MAX_LAST_ROWS = 1_000 - ROWS_A_STEP;
const BLOBS_AT_ONCE = 8;

/** A row's place; its application says the rest. */
export interface L0Place {
  readonly epoch: number;
  readonly writer: string;
  readonly seq: number;
}

/** Which chunks of an application hold rows, and where those begin that are not absorbed yet. */
export interface L0Tail {
  readonly low: number;
  /** Ascending. */
  readonly chunks: readonly number[];
}

/** What a row has beside what was written. */
export interface L0Facts {
  readonly nowMs: number;
  readonly ttlSeconds: number;
  /** Of its bucket. */
  readonly shards: number;
}

/** What decides whether a merge is due. */
export interface L0Work {
  readonly epoch: number;
  readonly bucket: Bucket;
  /** Bit k is set when it holds something of shard k. */
  readonly shards: number;
  readonly sizeBytes: number;
  readonly committedMs: number;
}

export interface L0 {
  chunkOf(epoch: number): number;
  /** The last epoch that a chunk may hold. */
  lastOf(chunk: number): number;
  writeBlob(write: L0Write, place: L0Place, ttlSeconds: number): Promise<void>;
  /** After its blob. */
  insert(write: L0Write, place: L0Place, facts: L0Facts): Promise<void>;
  /** @param first of the chunks to list: a deleted one leaves a tombstone, which must not be walked over each time. */
  tail(app: AppId, first: number): Promise<L0Tail>;
  touch(app: AppId, chunk: number): Promise<void>;
  writeLow(app: AppId, low: number): Promise<void>;
  /** Rows of a chunk from an epoch on, in order, as their pages come. */
  rows(app: AppId, chunk: number, from: number): AsyncIterable<L0Row>;
  work(app: AppId, chunk: number, from: number, to: number): Promise<readonly L0Work[]>;
  read(id: L0Id): Promise<Uint8Array | undefined>;
  /** Deletes a chunk with its blobs. All its epochs must be closed and absorbed. */
  removeChunk(app: AppId, chunk: number): Promise<void>;
}

export function createL0(session: Session, blobs: Blobs, epochsAChunk: number): L0 {
  const chunkOf = (epoch: number): number => Math.floor(epoch / epochsAChunk);

  async function* rows(app: AppId, chunk: number, from: number): AsyncGenerator<L0Row> {
    const values = [app, BigInt(chunk), BigInt(from)];
    for await (const row of session.rows(L0_STATEMENTS.from, values)) yield rowOf(app, row);
  }

  return {
    chunkOf,
    lastOf: (chunk) => (chunk + 1) * epochsAChunk - 1,
    rows,

    writeBlob: async ({ app, bytes }, place, ttlSeconds) => {
      if (bytes.length > MAX_INLINE_BYTES) await blobs.write(blobOf(app, place), bytes, ttlSeconds);
    },

    insert: async ({ app, bucket, batches, meta, bytes }, place, facts) => {
      const isInline = bytes.length <= MAX_INLINE_BYTES;
      await session.write(L0_STATEMENTS.insert, [
        app,
        BigInt(chunkOf(place.epoch)),
        BigInt(place.epoch),
        place.writer,
        place.seq,
        bucket,
        meta.rows,
        meta.sizeBytes,
        meta.minTimeNanos,
        meta.maxTimeNanos,
        BigInt(facts.nowMs),
        encodeParts(meta.parts),
        meta.summary,
        packIds(batches),
        shardsOf(batches, facts.shards),
        isInline ? 0 : bytes.length,
        isInline ? bytes : undefined,
        facts.ttlSeconds,
      ]);
    },

    tail: async (app, first) => {
      let found = await session.read(L0_STATEMENTS.tail, [app, BigInt(first)]);
      const chunks = found.map((row) => intOf(row, "chunk"));
      // Without a chunk there is no row to carry the application's own column.
      if (found.length === 0) found = await session.read(L0_STATEMENTS.lowAlone, [app]);
      const [row] = found;
      return { low: row !== undefined && hasValue(row, "low") ? intOf(row, "low") : 0, chunks };
    },

    touch: (app, chunk) => session.write(L0_STATEMENTS.insertTail, [app, BigInt(chunk)]),

    writeLow: (app, low) => session.write(L0_STATEMENTS.low, [app, BigInt(low)]),

    work: async (app, chunk, from, to) => {
      const values = [app, BigInt(chunk), BigInt(from), BigInt(to)];
      return (await session.read(L0_STATEMENTS.work, values)).map((row) => ({
        epoch: intOf(row, "epoch"),
        bucket: intOf(row, "bucket") as Bucket,
        shards: intOf(row, "shards"),
        sizeBytes: intOf(row, "size_bytes"),
        committedMs: intOf(row, "committed_ms"),
      }));
    },

    read: async (id) => {
      const { app, place, blobBytes } = parseId(id);
      if (blobBytes > 0) return blobs.read(blobOf(app, place), 0, blobBytes);
      const [row] = await session.read(L0_STATEMENTS.bytes, [
        app,
        BigInt(chunkOf(place.epoch)),
        BigInt(place.epoch),
        place.writer,
        place.seq,
      ]);
      return row === undefined ? undefined : bytesOf(row, "bytes");
    },

    removeChunk: async (app, chunk) => {
      const removeBlobs = (some: readonly Row[]): Promise<unknown> =>
        eachAtOnce(
          some.filter((row) => intOf(row, "blob_bytes") > 0),
          BLOBS_AT_ONCE,
          (row) => blobs.remove(blobOf(app, placeOf(row)), intOf(row, "blob_bytes")),
        );
      /** By writer, as rows come in the order of their numbers. */
      const removeRows = async (some: readonly Row[]): Promise<void> => {
        const byWriter = Map.groupBy(
          some,
          (row) => `${intOf(row, "epoch")}/${textOf(row, "writer")}`,
        );
        for (const own of byWriter.values()) {
          const last = own.at(-1);
          if (last === undefined) continue;
          const { epoch, writer, seq } = placeOf(last);
          const range = [app, BigInt(chunk), BigInt(epoch), writer, seq];
          await session.write(L0_STATEMENTS.removeRange, range);
        }
      };

      let some: Row[] = [];
      let left = 0;
      for await (const row of session.rows(L0_STATEMENTS.blobs, [app, BigInt(chunk)])) {
        if (some.push(row) < ROWS_A_STEP) continue;
        await removeBlobs(some);
        if (left + some.length > MAX_LAST_ROWS) await removeRows(some);
        else left += some.length;
        some = [];
      }
      await removeBlobs(some);
      await session.write(L0_STATEMENTS.removeChunk, [app, BigInt(chunk)]);
      await session.write(L0_STATEMENTS.removeTail, [app, BigInt(chunk)]);
    },
  };
}

function placeOf(row: Row): L0Place {
  return { epoch: intOf(row, "epoch"), writer: textOf(row, "writer"), seq: intOf(row, "seq") };
}

function blobOf(app: AppId, { epoch, writer, seq }: L0Place): string {
  return `${app}/${epoch}/${writer}/${seq}`;
}

/** The size in it says where the bytes lie, so that reading a blob takes no look at its row. */
function idOf(app: AppId, place: L0Place, blobBytes: number): L0Id {
  return `${blobOf(app, place)}/${blobBytes}` as L0Id;
}

function parseId(id: L0Id): { app: AppId; place: L0Place; blobBytes: number } {
  const [app = "", epoch, writer = "", seq, blobBytes] = id.split("/");
  return {
    // Made by idOf alone.
    app: app as AppId,
    place: { epoch: Number(epoch), writer, seq: Number(seq) },
    blobBytes: Number(blobBytes),
  };
}

function rowOf(app: AppId, row: Row): L0Row {
  const place = placeOf(row);
  const meta: BlockMeta = {
    rows: intOf(row, "entry_count"),
    minTimeNanos: bigOf(row, "min_time"),
    maxTimeNanos: bigOf(row, "max_time"),
    sizeBytes: intOf(row, "size_bytes"),
    // Written by encodeParts alone.
    parts: decodeParts(JSON.parse(textOf(row, "parts")) as number[]),
    summary: bytesOf(row, "summary"),
  };
  return {
    id: idOf(app, place, intOf(row, "blob_bytes")),
    app,
    bucket: intOf(row, "bucket") as Bucket,
    epoch: place.epoch,
    batches: unpackIds(bytesOf(row, "batches")) as BatchId[],
    meta,
  };
}
