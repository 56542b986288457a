/**
 * The reading half of the embedded log store, on any connection to its database.
 * Invariant: one call sees one moment of the database; nothing below the floor and no absorbed row is in a plan.
 */
import type { DatabaseSync } from "node:sqlite";

import { corrupt } from "../../domain/fault.ts";
import type { AppId, BlobId } from "../../domain/ids.ts";
import type { Bucket } from "../../domain/time-range.ts";
import type { L0Row, LogReads, Manifest, Unit } from "../log-store.ts";
import { emptyManifest, packId, unpackId } from "../stored-form.ts";
import type { BlobFiles } from "./blob-files.ts";
import { bytesOf, getRow, guarded, intOf, prepareWide, readMoment, type Row } from "./database.ts";
import { decodeL0Row, decodeManifest, L0_COLUMNS } from "./row-codec.ts";

/** What `manifest_blob.state` says of a blob. */
export const BLOB_STATE = { named: 0, trash: 1, dropped: 2 } as const;

/** @param where names the store in messages. */
export function createLogReads(db: DatabaseSync, blobs: BlobFiles, where: string): LogReads {
  // An L0 row counts as absorbed from the manifest's `through` on, whenever the row itself is deleted.
  const planL0 = prepareWide(
    db,
    `SELECT ${L0_COLUMNS} FROM l0 WHERE app = ?1 AND bucket BETWEEN ?2 AND ?3
       AND epoch > coalesce((SELECT through FROM manifest m WHERE m.app = l0.app AND m.bucket = l0.bucket), -1)
     ORDER BY bucket DESC, epoch, id`,
  );
  const planManifests = db.prepare(
    `SELECT app, bucket, version, nonce, through, totals, segments FROM manifest
     WHERE app = ? AND bucket BETWEEN ? AND ? ORDER BY bucket DESC`,
  );
  const planTrash = db.prepare(
    `SELECT bucket, id FROM manifest_blob WHERE app = ? AND bucket BETWEEN ? AND ? AND state = ${BLOB_STATE.trash}
     ORDER BY bucket, id`,
  );
  const appRow = db.prepare("SELECT floor, gone FROM app WHERE app = ?");
  const after = prepareWide(
    db,
    `SELECT ${L0_COLUMNS} FROM l0 WHERE id > ?2 AND epoch > ?2 AND app = ?1 AND bucket >= ?3 ORDER BY id LIMIT ?4`,
  );
  const sequence = db.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'l0'");
  const l0Bytes = db.prepare("SELECT bytes FROM l0 WHERE id = ?");
  const blobSize = db.prepare(
    "SELECT length(bytes) AS size FROM blob WHERE app = ? AND bucket = ? AND id = ?",
  );
  const blobSlice = db.prepare(
    "SELECT substr(bytes, ?4, ?5) AS bytes FROM blob WHERE app = ?1 AND bucket = ?2 AND id = ?3",
  );
  const usage = prepareWide(
    db,
    `SELECT coalesce(sum(rows), 0) AS rows, coalesce(sum(size_bytes), 0) AS size_bytes,
            min(min_time) AS min_time, max(max_time) AS max_time
     FROM (SELECT rows, size_bytes, min_time, max_time FROM manifest WHERE app = ?1 AND bucket >= ?2
           UNION ALL
           SELECT rows, size_bytes, min_time, max_time FROM l0 WHERE app = ?1 AND bucket >= ?2
             AND epoch > coalesce((SELECT through FROM manifest m WHERE m.app = l0.app AND m.bucket = l0.bucket), -1))`,
  );

  const floorOf = (appBytes: Uint8Array): Bucket => {
    const row = getRow(appRow, appBytes);
    return (row === undefined ? 0 : intOf(row, "floor")) as Bucket;
  };

  const unitsOf = (app: AppId, first: Bucket, last: Bucket): Unit[] => {
    const appBytes = packId(app);
    const from = Math.max(first, floorOf(appBytes));
    const units = new Map<number, { manifest: Manifest; l0: L0Row[] }>();
    const trash = new Map<number, BlobId[]>();
    for (const row of planTrash.all(appBytes, from, last)) {
      const ids = trash.get(intOf(row, "bucket"));
      const id = unpackId(bytesOf(row, "id")) as BlobId;
      if (ids === undefined) trash.set(intOf(row, "bucket"), [id]);
      else ids.push(id);
    }
    for (const row of planManifests.all(appBytes, from, last)) {
      const manifest = decodeManifest(row, trash.get(intOf(row, "bucket")) ?? []);
      units.set(manifest.bucket, { manifest, l0: [] });
    }
    for (const row of planL0.all(appBytes, from, last)) {
      const l0 = decodeL0Row(row);
      const unit = units.get(l0.bucket);
      if (unit !== undefined) unit.l0.push(l0);
      else
        units.set(l0.bucket, {
          manifest: emptyManifest({ app, bucket: l0.bucket, shard: 0 }),
          l0: [l0],
        });
    }
    return [...units.values()].toSorted((a, b) => b.manifest.bucket - a.manifest.bucket);
  };

  return {
    plan: (app, first, last) =>
      guarded(where, () => {
        const units = readMoment(db, () => unitsOf(app, first, last));
        return units.filter(({ manifest, l0 }) => l0.length > 0 || manifest.segments.length > 0);
      }),

    planUnit: (key) =>
      guarded(where, () => {
        const units =
          key.shard === 0 ? readMoment(db, () => unitsOf(key.app, key.bucket, key.bucket)) : [];
        return units[0] ?? { manifest: emptyManifest(key), l0: [] };
      }),

    l0After: (app, epoch, limit) =>
      guarded(where, () =>
        readMoment(db, () => {
          const appBytes = packId(app);
          const state = getRow(appRow, appBytes);
          const floor = state === undefined ? 0 : intOf(state, "floor");
          const gone = state === undefined ? -1 : intOf(state, "gone");
          return {
            rows: after.all(appBytes, epoch, floor, limit).map(decodeL0Row),
            complete: epoch >= gone,
          };
        }),
      ),

    closedEpoch: () =>
      guarded(where, () => {
        const row = getRow(sequence);
        return row === undefined ? 0 : intOf(row, "seq");
      }),

    readL0: (id) =>
      guarded(where, () => {
        const row = getRow(l0Bytes, Number(id));
        return row === undefined ? undefined : bytesOf(row, "bytes");
      }),

    readBlob: (app, bucket, id, offset, length) =>
      guarded(where, () => {
        const name = [packId(app), bucket, packId(id)] as const;
        const small = getRow(blobSize, ...name);
        if (small === undefined) return blobs.read(app, bucket, id, offset, length);
        const size = intOf(small, "size");
        if (offset + length > size) {
          throw corrupt(
            `blob ${id}`,
            `it ends at byte ${size}, bytes ${offset} to ${offset + length} were asked for`,
          );
        }
        // substr counts from 1, and makes NULL of nothing.
        if (length === 0) return new Uint8Array(0);
        const row = getRow(blobSlice, ...name, offset + 1, length);
        return row === undefined ? undefined : bytesOf(row, "bytes");
      }),

    floor: (app) => guarded(where, () => floorOf(packId(app))),

    usage: (app) =>
      guarded(where, () => {
        const row: Row = readMoment(db, () => {
          const appBytes = packId(app);
          return getRow(usage, appBytes, floorOf(appBytes)) ?? {};
        });
        const [min, max] = [row["min_time"], row["max_time"]];
        return {
          rows: intOf(row, "rows"),
          sizeBytes: intOf(row, "size_bytes"),
          minTimeNanos: typeof min === "bigint" ? min : undefined,
          maxTimeNanos: typeof max === "bigint" ? max : undefined,
        };
      }),
  };
}
