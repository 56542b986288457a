/**
 * Manifests: one row a unit, changed by compare-and-set alone.
 * Invariants: version and nonce stand in every condition, so a row that carries the nonce I wanted to write was written by
 * me; every statement sets all columns, so none ends before the others. An attempt whose outcome stays unknown may apply
 * later: `overloaded` says so, and nothing may be deleted for it.
 */
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";

import { overloaded } from "../../domain/fault.ts";
import type { BlobId } from "../../domain/ids.ts";
import { MiB } from "../../domain/limits.ts";
import type { Manifest, SegmentRef, StoredUsage, UnitKey } from "../log-store.ts";
import {
  decodeSegments,
  emptyManifest,
  encodeSegments,
  packIds,
  unpackIds,
} from "../stored-form.ts";
import { bigOf, bytesOf, intOf, type Row, textOf } from "./row.ts";
import type { CqlValue, Session } from "./session.ts";
import { statement } from "./statement.ts";

const KEY = "app = ? AND bucket = ? AND shard = ?";

export const MANIFEST_STATEMENTS = {
  read: statement(
    "read",
    "read_manifest",
    `SELECT version, nonce, through, totals, segments, trash FROM ks.log_manifest WHERE ${KEY}`,
  ),
  usage: statement(
    "read",
    "read_manifest_usage",
    `SELECT through, entry_count, size_bytes, min_time, max_time FROM ks.log_manifest WHERE ${KEY}`,
  ),
  trash: statement("read", "read_trash", `SELECT trash FROM ks.log_manifest WHERE ${KEY}`),
  through: statement("read", "read_through", `SELECT through FROM ks.log_manifest WHERE ${KEY}`),
  insert: statement(
    "cas",
    "insert_manifest",
    `INSERT INTO ks.log_manifest
       (version, nonce, through, totals, segments, trash, entry_count, size_bytes, min_time, max_time, app, bucket, shard)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) IF NOT EXISTS USING TTL ?`,
  ),
  update: statement(
    "cas",
    "update_manifest",
    `UPDATE ks.log_manifest USING TTL ? SET version = ?, nonce = ?, through = ?, totals = ?, segments = ?, trash = ?,
       entry_count = ?, size_bytes = ?, min_time = ?, max_time = ?
     WHERE ${KEY} IF version = ? AND nonce = ?`,
  ),
  remove: statement(
    "cas",
    "delete_manifest",
    `DELETE FROM ks.log_manifest WHERE ${KEY} IF version = ? AND nonce = ?`,
  ),
} as const;

/** A manifest beyond 100 KB is slow already; this bounds what a damaged one can unfold to. */
const MAX_SEGMENTS_BYTES = 64 * MiB;

/** The sums of a manifest's segments, without the segments. */
export interface ManifestUsage extends StoredUsage {
  readonly through: number;
}

export interface Manifests {
  /** An empty one (version 0) when there is no row. */
  read(key: UnitKey): Promise<Manifest>;
  usage(key: UnitKey): Promise<ManifestUsage>;
  trash(key: UnitKey): Promise<readonly BlobId[]>;
  /** -1 when there is no row. */
  through(key: UnitKey): Promise<number>;
  /** @returns false when it certainly did not and will not apply. Throws `overloaded` when that is not known. */
  compareAndSet(
    expected: { version: number; nonce: string },
    next: Manifest,
    ttlSeconds: number,
  ): Promise<boolean>;
  /** @returns whether this very row is gone now. */
  remove(manifest: Manifest): Promise<boolean>;
}

export function createManifests(session: Session): Manifests {
  return {
    read: async (key) => {
      const [row] = await session.read(MANIFEST_STATEMENTS.read, keyOf(key));
      return row === undefined ? emptyManifest(key) : manifestOf(key, row);
    },

    usage: async (key) => {
      const [row] = await session.read(MANIFEST_STATEMENTS.usage, keyOf(key));
      return row === undefined ? NO_USAGE : usageOf(row);
    },

    trash: async (key) => {
      const [row] = await session.read(MANIFEST_STATEMENTS.trash, keyOf(key));
      return row === undefined ? [] : (unpackIds(bytesOf(row, "trash")) as BlobId[]);
    },

    through: async (key) => {
      const [row] = await session.read(MANIFEST_STATEMENTS.through, keyOf(key));
      return row === undefined ? -1 : intOf(row, "through");
    },

    compareAndSet: async (expected, next, ttlSeconds) => {
      const set = columnsOf(next);
      const answer =
        expected.version === 0 && expected.nonce === ""
          ? await session.compareAndSet(MANIFEST_STATEMENTS.insert, [
              ...set,
              ...keyOf(next),
              ttlSeconds,
            ])
          : await session.compareAndSet(MANIFEST_STATEMENTS.update, [
              ttlSeconds,
              ...set,
              ...keyOf(next),
              BigInt(expected.version),
              expected.nonce,
            ]);
      if (answer.applied) return true;
      // A try before this one had applied, its answer was lost.
      if (answer.row !== undefined && textOf(answer.row, "nonce") === next.nonce) return true;
      if (!answer.inDoubt) return false;
      throw overloaded(`${session.where}: the outcome of a merge is not known; look again later`);
    },

    remove: async (manifest) => {
      const { version, nonce } = manifest;
      const condition = [BigInt(version), nonce];
      const values = [...keyOf(manifest), ...condition];
      const answer = await session.compareAndSet(MANIFEST_STATEMENTS.remove, values);
      return answer.applied || answer.row === undefined;
    },
  };
}

const NO_USAGE: ManifestUsage = {
  through: -1,
  rows: 0,
  sizeBytes: 0,
  minTimeNanos: undefined,
  maxTimeNanos: undefined,
};

function keyOf({ app, bucket, shard }: UnitKey): [string, number, number] {
  return [app, bucket, shard];
}

function columnsOf({ version, nonce, through, totals, segments, trash }: Manifest): CqlValue[] {
  const sum = (of: (segment: SegmentRef) => number): bigint =>
    BigInt(segments.reduce((total, segment) => total + of(segment), 0));
  // Without segments the span is turned around, as a column that is left unset would keep what it had.
  const min = segments
    .map((s) => s.minTimeNanos)
    .reduce((a, b) => (b < a ? b : a), segments[0]?.minTimeNanos ?? 0n);
  const max = segments
    .map((s) => s.maxTimeNanos)
    .reduce((a, b) => (b > a ? b : a), segments[0]?.maxTimeNanos ?? -1n);
  return [
    BigInt(version),
    nonce,
    BigInt(through),
    totals,
    zstdCompressSync(encodeSegments(segments)),
    packIds(trash),
    sum((segment) => segment.rows),
    sum((segment) => segment.sizeBytes),
    min,
    max,
  ];
}

function manifestOf(key: UnitKey, row: Row): Manifest {
  const { app, bucket, shard } = key;
  const segments = zstdDecompressSync(bytesOf(row, "segments"), {
    maxOutputLength: MAX_SEGMENTS_BYTES,
  });
  return {
    app,
    bucket,
    shard,
    version: intOf(row, "version"),
    nonce: textOf(row, "nonce"),
    through: intOf(row, "through"),
    totals: bytesOf(row, "totals"),
    segments: decodeSegments(segments.toString()),
    trash: unpackIds(bytesOf(row, "trash")) as BlobId[],
  };
}

function usageOf(row: Row): ManifestUsage {
  const [min, max] = [bigOf(row, "min_time"), bigOf(row, "max_time")];
  return {
    through: intOf(row, "through"),
    rows: intOf(row, "entry_count"),
    sizeBytes: intOf(row, "size_bytes"),
    minTimeNanos: min > max ? undefined : min,
    maxTimeNanos: min > max ? undefined : max,
  };
}
