/**
 * Merged blobs as files, `blocks/<application>/<day>/<id>`.
 * Invariant: when `write` resolves, the bytes, the name and every folder above it survive a power cut.
 */
import { join } from "node:path";

import { corrupt } from "../../domain/fault.ts";
import type { AppId, BlobId } from "../../domain/ids.ts";
import { type Bucket, bucketStartMs } from "../../domain/time-range.ts";
import type { FileLayer } from "./file-layer.ts";

export const BLOCKS_FOLDER = "blocks";
const HOURS_PER_DAY = 24;
/** A folder that is forgotten is only made and synced once more; 3 years of one application, or 1,000 of one day. */
const MAX_DURABLE_FOLDERS = 1024;

export interface BlobFiles {
  write(app: AppId, bucket: Bucket, id: BlobId, bytes: Uint8Array): Promise<void>;
  /** @returns undefined when the file is gone; throws `corrupt` when it is shorter than asked for. */
  read(
    app: AppId,
    bucket: Bucket,
    id: BlobId,
    offset: number,
    length: number,
  ): Promise<Uint8Array | undefined>;
  unlink(app: AppId, bucket: Bucket, id: BlobId): Promise<void>;
  /** Deletes every file for which `isNamed` is false, and folders left empty. Only while nothing else writes. */
  sweep(to: {
    readonly isNamed: (file: FoundFile) => boolean;
    /** Told of a file that the disk does not let go; when it throws, the sweep ends with what it threw. */
    readonly onStuck: (file: FoundFile, error: unknown) => void;
  }): Promise<void>;
}

/** Names as they stand on the disk: of ours or of anybody's. */
export interface FoundFile {
  readonly app: string;
  /** Of the day of its folder; undefined when that is not a day. */
  readonly buckets: { readonly first: Bucket; readonly last: Bucket } | undefined;
  readonly id: string;
}

/** @returns where the blob lies below the store's folder. */
export function blobPath(app: AppId, bucket: Bucket, id: BlobId): string {
  return join(BLOCKS_FOLDER, app, dayOf(bucket), id);
}

function dayOf(bucket: Bucket): string {
  return new Date(bucketStartMs(bucket)).toISOString().slice(0, 10);
}

/** @returns undefined for a folder that is not a day of ours. */
function bucketsOfDay(day: string): FoundFile["buckets"] {
  const startMs = Date.parse(`${day}T00:00:00.000Z`);
  if (Number.isNaN(startMs)) return undefined;
  const first = startMs / bucketStartMs(1 as Bucket);
  return { first: first as Bucket, last: (first + HOURS_PER_DAY - 1) as Bucket };
}

/** @param root the store's folder, which exists. */
export function createBlobFiles(
  files: FileLayer,
  root: string,
  maxDurableFolders = MAX_DURABLE_FOLDERS,
): BlobFiles {
  /**
   * Folders whose names this process has synced, the least lately used first: one made just before a crash exists,
   * yet may not be durable.
   */
  const durableFolders = new Set<string>();

  const ensureFolder = async (names: readonly string[]): Promise<string> => {
    let folder = root;
    for (const name of names) {
      const below = join(folder, name);
      if (!durableFolders.delete(below)) {
        await files.mkdir(below);
        await files.fsyncDir(folder);
      }
      durableFolders.add(below);
      folder = below;
    }
    for (const oldest of durableFolders) {
      if (durableFolders.size <= maxDurableFolders) break;
      durableFolders.delete(oldest);
    }
    return folder;
  };

  return {
    async write(app, bucket, id, bytes) {
      const folder = await ensureFolder([BLOCKS_FOLDER, app, dayOf(bucket)]);
      const path = join(folder, id);
      try {
        await files.write(path, bytes);
        await files.fsync(path);
      } catch (error) {
        // A file that is not whole (the disk is full) must not keep its space, nor its name.
        await files.unlink(path).catch(() => undefined);
        throw error;
      }
      await files.fsyncDir(folder);
    },

    async read(app, bucket, id, offset, length) {
      const path = blobPath(app, bucket, id);
      const bytes = await files.readRange(join(root, path), offset, length);
      if (bytes !== undefined && bytes.byteLength !== length) {
        throw corrupt(
          `the file ${path}`,
          `it ends at byte ${offset + bytes.byteLength}, bytes ${offset} to ${offset + length} were asked for`,
        );
      }
      return bytes;
    },

    unlink: (app, bucket, id) => files.unlink(join(root, blobPath(app, bucket, id))),

    async sweep({ isNamed, onStuck }) {
      const top = join(root, BLOCKS_FOLDER);
      for (const app of await files.list(top)) {
        for (const day of await files.list(join(top, app.name))) {
          const folder = join(top, app.name, day.name);
          const buckets = bucketsOfDay(day.name);
          for (const { name: id } of await files.list(folder)) {
            const file = { app: app.name, buckets, id };
            if (isNamed(file)) continue;
            await files.unlink(join(folder, id)).catch((error: unknown) => onStuck(file, error));
          }
          await files.rmdir(folder);
        }
        await files.rmdir(join(top, app.name));
      }
    },
  };
}
