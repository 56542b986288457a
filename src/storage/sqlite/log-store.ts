/**
 * The embedded log store: L0 rows, manifests and small blobs in SQLite, large blobs as files.
 * Invariant: a change is one transaction, durable when its call resolves; a blob's file is durable before a
 * manifest can name it. A bucket has one shard, and every commit is an epoch of its own: the id of its first row.
 */
import type { DatabaseSync } from "node:sqlite";

import type { Clock } from "../../domain/clock.ts";
import { KiB } from "../../domain/limits.ts";
import type { AppId } from "../../domain/ids.ts";
import type { Bucket } from "../../domain/time-range.ts";
import type {
  BatchName,
  FragmentName,
  L0Write,
  LogStore,
  Manifest,
  MergeWork,
  SegmentRef,
} from "../log-store.ts";
import { encodeParts, encodeSegments, packId, packIds, unpackId } from "../stored-form.ts";
import type { BlobFiles } from "./blob-files.ts";
import { bytesOf, getRow, guarded, intOf, textOf, transact } from "./database.ts";
import { createGarbageCollector, type UnlinkHold } from "./garbage.ts";
import { BLOB_STATE, createLogReads } from "./log-reads.ts";
import { createSeenBatches, type SeenHours } from "./seen-batches.ts";

/** Below this a file costs more in syncs and folders than a row does in being written twice. */
export const MIN_FILE_BYTES = 64 * KiB;

export interface SqliteLogStoreDeps {
  readonly db: DatabaseSync;
  readonly blobs: BlobFiles;
  readonly clock: Clock;
  readonly hold: UnlinkHold;
  readonly graceMs: number;
  /** Names the store in messages. */
  readonly where: string;
}

export function createSqliteLogStore(deps: SqliteLogStoreDeps): LogStore {
  const { db, blobs, clock, where } = deps;
  const reads = createLogReads(db, blobs, where);
  const seen = createSeenBatches(db);
  const collect = createGarbageCollector({ ...deps, seen });
  const compareAndSet = createCompareAndSet(db, clock);

  const sequence = db.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'l0'");
  const insertL0 = db.prepare(
    `INSERT INTO l0 (epoch, app, bucket, rows, size_bytes, min_time, max_time, committed_ms, parts, summary, batches, bytes)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const insertBlob = db.prepare("INSERT INTO blob (app, bucket, id, bytes) VALUES (?, ?, ?, ?)");
  const deleteBlob = db.prepare("DELETE FROM blob WHERE app = ? AND bucket = ? AND id = ?");
  const raiseFloor = db.prepare(
    `INSERT INTO app (app, floor, gone) VALUES (?, ?, -1)
     ON CONFLICT (app) DO UPDATE SET floor = max(floor, excluded.floor)`,
  );
  const work = db.prepare(
    `SELECT l0.app, l0.bucket, count(*) AS l0_rows, sum(l0.size_bytes) AS l0_bytes, min(l0.committed_ms) AS oldest_ms
     FROM l0 LEFT JOIN manifest m ON m.app = l0.app AND m.bucket = l0.bucket LEFT JOIN app ON app.app = l0.app
     WHERE l0.epoch > coalesce(m.through, -1) AND l0.bucket >= coalesce(app.floor, 0)
     GROUP BY l0.app, l0.bucket ORDER BY l0_rows DESC, oldest_ms LIMIT ?`,
  );

  const store = (rows: readonly L0Write[]): void => {
    const nowMs = clock.nowMs();
    const last = getRow(sequence);
    const epoch = (last === undefined ? 0 : intOf(last, "seq")) + 1;
    for (const { app, bucket, meta, batches, bytes } of rows) {
      insertL0.run(
        epoch,
        packId(app),
        bucket,
        meta.rows,
        meta.sizeBytes,
        meta.minTimeNanos,
        meta.maxTimeNanos,
        nowMs,
        encodeParts(meta.parts),
        meta.summary,
        packIds(batches),
        bytes,
      );
    }
  };

  const seenOf = ({ app, batch }: BatchName): SeenHours | undefined =>
    seen.find(packId(app), packId(batch), clock.nowMs());

  /** @returns the fragments of `claims` that were stored before; when there are none, all are claimed. */
  const claim = (claims: readonly BatchClaim[]): FragmentName[] => {
    const before = claims.map(seenOf);
    const known = claims.flatMap(({ app, batch, buckets }, i) => {
      const hours = before[i];
      if (hours === undefined) return [];
      const held = hours === "all" ? buckets : buckets.filter((bucket) => hours.includes(bucket));
      return held.map((bucket) => ({ app, batch, bucket }));
    });
    if (known.length > 0) return known;
    for (const [i, { app, batch, buckets, unfinished }] of claims.entries()) {
      const held = before[i];
      const hours = unfinished && held !== "all" ? [...buckets, ...(held ?? [])] : "all";
      seen.put(packId(app), packId(batch), hours, clock.nowMs());
    }
    return [];
  };

  let collecting: ReturnType<LogStore["collectGarbage"]> | undefined;

  return {
    ...reads,

    known: (batches) => guarded(where, () => batches.filter((name) => seenOf(name) === "all")),

    commit: (rows) =>
      guarded(where, () => {
        if (rows.length === 0) return { duplicates: [] };
        const claims = claimsOf(rows);
        return transact(db, () => {
          const duplicates = claim(claims);
          if (duplicates.length > 0) return { duplicates, unstored: rows };
          store(rows);
          return { duplicates: [] };
        });
      }),

    writeBlob: (app, bucket, id, bytes) =>
      guarded(where, async () => {
        if (bytes.byteLength >= MIN_FILE_BYTES) await blobs.write(app, bucket, id, bytes);
        else insertBlob.run(packId(app), bucket, packId(id), bytes);
      }),

    deleteBlob: (app, bucket, id) =>
      guarded(where, async () => {
        deleteBlob.run(packId(app), bucket, packId(id));
        await blobs.unlink(app, bucket, id);
      }),

    compareAndSetManifest: (expected, next) => guarded(where, () => compareAndSet(expected, next)),

    mergeWork: (limit) =>
      guarded(where, () =>
        work.all(limit).map((row): MergeWork => ({
          app: unpackId(bytesOf(row, "app")) as AppId,
          bucket: intOf(row, "bucket") as Bucket,
          shard: 0,
          l0Rows: intOf(row, "l0_rows"),
          l0Bytes: intOf(row, "l0_bytes"),
          oldestMs: intOf(row, "oldest_ms"),
        })),
      ),

    raiseFloor: (app, floor) =>
      guarded(where, () => {
        // Every floor is there already: no row, and no write each hour for who keeps all.
        if (floor > 0) raiseFloor.run(packId(app), floor);
      }),

    collectGarbage: () => {
      // A second caller's garbage is a subset of what the next run finds: it joins the one under way.
      collecting ??= guarded(where, collect).finally(() => {
        collecting = undefined;
      });
      return collecting;
    },
  };
}

interface BatchClaim extends BatchName {
  readonly buckets: Bucket[];
  readonly unfinished: boolean;
}

/** Each (application, batch) of `rows` once, in order, with the buckets it has there. */
function claimsOf(rows: readonly L0Write[]): readonly BatchClaim[] {
  const claims = new Map<string, BatchClaim>();
  for (const { app, bucket, batches, unfinished } of rows) {
    for (const batch of batches) {
      const name = `${app}/${batch}`;
      const claim = claims.get(name);
      if (claim !== undefined) claim.buckets.push(bucket);
      else
        claims.set(name, {
          app,
          batch,
          buckets: [bucket],
          unfinished: unfinished?.includes(batch) ?? false,
        });
    }
  }
  return [...claims.values()];
}

type CompareAndSet = (expected: { version: number; nonce: string }, next: Manifest) => boolean;

function createCompareAndSet(db: DatabaseSync, clock: Clock): CompareAndSet {
  const current = db.prepare(
    "SELECT version, nonce, through FROM manifest WHERE app = ? AND bucket = ?",
  );
  const floorOf = db.prepare("SELECT floor FROM app WHERE app = ?");
  const sequence = db.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'l0'");
  const put = db.prepare(
    `INSERT OR REPLACE INTO manifest
       (app, bucket, version, nonce, through, rows, size_bytes, min_time, max_time, totals, segments)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  // A blob that is let go keeps the time since when, so that carrying the trash on does not renew its grace.
  const nameBlob = db.prepare(
    `INSERT INTO manifest_blob (app, bucket, id, state, since_ms) VALUES (?1, ?2, ?3, ?4, ?5)
     ON CONFLICT DO UPDATE SET state = ?4, since_ms = CASE state WHEN ?4 THEN since_ms ELSE ?5 END`,
  );
  const namedBlobs = db.prepare("SELECT id FROM manifest_blob WHERE app = ? AND bucket = ?");
  const absorb = db.prepare("INSERT OR IGNORE INTO absorbed VALUES (?, ?, ?, ?)");

  return (expected, next) => {
    if (next.shard !== 0) throw new RangeError("the embedded store has one shard a bucket");
    if (next.version !== expected.version + 1)
      throw new RangeError(`version ${next.version} cannot follow ${expected.version}`);
    const [app, bucket] = [packId(next.app), next.bucket];

    return transact(db, () => {
      const floor = getRow(floorOf, app);
      if (floor !== undefined && bucket < intOf(floor, "floor")) return false;
      const now = getRow(current, app, bucket);
      const [version, nonce, through] =
        now === undefined
          ? [0, "", -1]
          : [intOf(now, "version"), textOf(now, "nonce"), intOf(now, "through")];
      if (version !== expected.version || nonce !== expected.nonce) return false;

      const closed = getRow(sequence);
      if (
        next.through < through ||
        next.through > Math.max(through, closed === undefined ? 0 : intOf(closed, "seq"))
      )
        throw new RangeError(`through ${next.through} falls or passes the closed epoch`);

      put.run(
        app,
        bucket,
        next.version,
        next.nonce,
        next.through,
        sum(next.segments, (s) => s.rows),
        sum(next.segments, (s) => s.sizeBytes),
        extreme(
          next.segments.map((s) => s.minTimeNanos),
          (a, b) => a < b,
        ),
        extreme(
          next.segments.map((s) => s.maxTimeNanos),
          (a, b) => a > b,
        ),
        next.totals,
        encodeSegments(next.segments),
      );
      const nowMs = clock.nowMs();
      const states = new Map<string, number>();
      for (const row of namedBlobs.all(app, bucket))
        states.set(unpackId(bytesOf(row, "id")), BLOB_STATE.dropped);
      for (const id of next.trash) states.set(id, BLOB_STATE.trash);
      for (const { id } of next.segments) states.set(id, BLOB_STATE.named);
      for (const [id, state] of states) nameBlob.run(app, bucket, packId(id), state, nowMs);
      if (next.through > through) absorb.run(nowMs, app, bucket, next.through);
      return true;
    });
  };
}

function sum(segments: readonly SegmentRef[], of: (segment: SegmentRef) => number): number {
  return segments.reduce((total, segment) => total + of(segment), 0);
}

function extreme(
  values: readonly bigint[],
  isBefore: (a: bigint, b: bigint) => boolean,
): bigint | null {
  return values.reduce<bigint | null>(
    (best, value) => (best === null || isBefore(value, best) ? value : best),
    null,
  );
}
