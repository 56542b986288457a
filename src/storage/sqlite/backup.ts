/**
 * A copy of a running store in a folder of its own.
 * Invariant: the copy's database is taken first, and no file it names is unlinked before the copy has it. The
 * database gets its name last, so that a folder with `argus.db` is a whole store and any other is nothing.
 */
import { dirname, join, resolve } from "node:path";
import type { DatabaseSync } from "node:sqlite";

import { conflict, notFound } from "../../domain/fault.ts";
import type { AppId, BlobId } from "../../domain/ids.ts";
import type { Bucket } from "../../domain/time-range.ts";
import { packId, unpackId } from "../stored-form.ts";
import { BLOCKS_FOLDER, blobPath } from "./blob-files.ts";
import { bytesOf, getRow, intOf } from "./database.ts";
import { errorCode, type FileLayer } from "./file-layer.ts";
import type { UnlinkHold } from "./garbage.ts";
import { BLOB_STATE } from "./log-reads.ts";

export const DATABASE_FILE = "argus.db";

export interface NamedBlob {
  readonly app: AppId;
  readonly bucket: Bucket;
  readonly id: BlobId;
}

export interface BackupDeps {
  readonly files: FileLayer;
  readonly root: string;
  readonly hold: UnlinkHold;
  /** Writes a copy of the database as of one moment to `path`. @returns the blobs with a file that the copy names. */
  copyDatabase(path: string): Promise<readonly NamedBlob[]>;
}

/**
 * @param to must be missing or empty, in a folder that is there; throws `conflict` or `notFound` otherwise.
 */
export async function backUp(deps: BackupDeps, to: string): Promise<void> {
  const { files, root } = deps;
  const destination = resolve(to);
  try {
    await files.mkdir(destination);
  } catch (error) {
    if (errorCode(error) === "ENOENT") throw notFound("folder", dirname(destination));
    throw error;
  }
  if ((await files.list(destination)).length > 0)
    throw conflict(`${destination} is not empty: a backup wants a folder of its own`);
  await files.fsyncDir(dirname(destination));

  const release = deps.hold.hold();
  try {
    const partial = join(destination, `${DATABASE_FILE}.partial`);
    const named = await deps.copyDatabase(partial);
    await files.fsync(partial);
    await linkBlobs(files, root, destination, named);
    // All other names of the copy come before the database's, also after a power cut.
    await files.fsyncDir(destination);
    await files.rename(partial, join(destination, DATABASE_FILE));
    await files.fsyncDir(destination);
  } finally {
    release();
  }
}

async function linkBlobs(
  files: FileLayer,
  root: string,
  destination: string,
  named: readonly NamedBlob[],
): Promise<void> {
  /** In the order of their making: a folder after the one above it. */
  const folders = new Set<string>();
  for (const { app, bucket, id } of named) {
    const path = blobPath(app, bucket, id);
    for (const folder of [BLOCKS_FOLDER, dirname(dirname(path)), dirname(path)]) {
      if (folders.has(folder)) continue;
      await files.mkdir(join(destination, folder));
      folders.add(folder);
    }
    await files.link(join(root, path), join(destination, path));
    // Where the file system has no second names, it is a copy.
    await files.fsync(join(destination, path));
  }
  for (const folder of folders) await files.fsyncDir(join(destination, folder));
}

/** @returns the blobs that the manifests of a database name and that are files, trash left out. */
export function namedFiles(db: DatabaseSync): NamedBlob[] {
  const small = db.prepare("SELECT 1 AS found FROM blob WHERE app = ? AND bucket = ? AND id = ?");
  return db
    .prepare(
      `SELECT n.app, n.bucket, n.id FROM manifest_blob n LEFT JOIN app ON app.app = n.app
       WHERE n.state = ${BLOB_STATE.named} AND n.bucket >= coalesce(app.floor, 0)`,
    )
    .all()
    .map((row) => ({
      app: unpackId(bytesOf(row, "app")) as AppId,
      bucket: intOf(row, "bucket") as Bucket,
      id: unpackId(bytesOf(row, "id")) as BlobId,
    }))
    .filter(({ app, bucket, id }) => getRow(small, packId(app), bucket, packId(id)) === undefined);
}
