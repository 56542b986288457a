/**
 * The few things the store asks of a file system, so that tests can cut the power between any two of them.
 * Invariant: nothing is durable before its sync: a file's bytes by `fsync`, its name by `fsyncDir` of its folder,
 * a new folder's name by `fsyncDir` of the folder above. Paths are absolute. Failures are system errors with a `code`.
 */
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  statSync,
} from "node:fs";
import {
  copyFile,
  link,
  mkdir,
  open,
  readdir,
  rename,
  rmdir,
  statfs,
  unlink,
  writeFile,
} from "node:fs/promises";
import { dirname } from "node:path";
import { FaultError, invalid } from "../../domain/fault.ts";

import type { FreeSpace } from "../embedded-store.ts";

export interface FolderEntry {
  readonly name: string;
  readonly isFolder: boolean;
}

export interface FileLayer {
  /** Makes one folder, 0700; one that is there already is fine. */
  mkdir(path: string): Promise<void>;
  /** Removes a folder; one that is missing or not empty is left as it is. */
  rmdir(path: string): Promise<void>;
  /** Makes a new file, 0600; EEXIST when the name is taken. */
  write(path: string, bytes: Uint8Array): Promise<void>;
  fsync(path: string): Promise<void>;
  fsyncDir(path: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** A missing file is fine. */
  unlink(path: string): Promise<void>;
  /**
   * @returns what the file has of these bytes, fewer than `length` when it is too short, undefined when it is missing.
   * A copy the caller owns.
   */
  readRange(path: string, offset: number, length: number): Promise<Uint8Array | undefined>;
  /** @returns nothing for a missing folder. */
  list(path: string): Promise<readonly FolderEntry[]>;
  /** Gives a file a second name, or a second copy where the file system cannot; EEXIST when the name is taken. */
  link(from: string, to: string): Promise<void>;
  freeSpace(path: string): Promise<FreeSpace>;
}

/** @returns the `code` of a system error, undefined for anything else. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string"
    ? error.code
    : undefined;
}

/** The real file system. */
export function diskFiles(): FileLayer {
  return {
    mkdir: (path) => unless(["EEXIST"], mkdir(path, { mode: 0o700 })),
    rmdir: (path) => unless(["ENOENT", "ENOTEMPTY", "EEXIST"], rmdir(path)),
    write: (path, bytes) => writeFile(path, bytes, { flag: "wx", mode: 0o600 }),
    fsync: syncPath,
    fsyncDir: syncPath,
    rename: (from, to) => rename(from, to),
    unlink: (path) => unless(["ENOENT"], unlink(path)),
    readRange: async (path, offset, length) => readSlice(path, offset, length),
    list: listFolder,
    link: async (from, to) => {
      try {
        await link(from, to);
      } catch (error) {
        if (!["EXDEV", "EPERM", "ENOTSUP", "EMLINK"].includes(errorCode(error) ?? "")) throw error;
        await copyFile(from, to, constants.COPYFILE_EXCL);
      }
    },
    freeSpace: async (path) => {
      const disk = await statfs(path);
      return { freeBytes: disk.bavail * disk.bsize, totalBytes: disk.blocks * disk.bsize };
    },
  };
}

/**
 * Makes a folder and those above it, 0700 each, before anything of the store exists.
 * Throws `invalid` when there can be none at that path.
 */
export function makeRoot(folder: string): void {
  try {
    makeFolders(folder);
  } catch (error) {
    const reason = NO_FOLDER[errorCode(error) ?? ""];
    if (reason === undefined) throw error;
    const { fault } = invalid(
      "ARGUS_DATA",
      `no folder can be made at ${folder}: ${reason}. Give another: --data, or ARGUS_DATA`,
    );
    throw new FaultError(fault, { cause: error });
  }
}

/** Not Node's own recursion: where the system makes no folders, as in /proc, that does not end. */
function makeFolders(folder: string): void {
  const parent = dirname(folder);
  if (parent !== folder && !existsSync(parent)) makeFolders(parent);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (errorCode(error) !== "EEXIST" || !statSync(folder).isDirectory()) throw error;
  }
}

/** What a path can be that no folder can be made at. */
const NO_FOLDER: Readonly<Record<string, string>> = {
  ENOENT: "the system makes no folders there",
  EROFS: "nothing can be written there",
  EEXIST: "a file of that name is in its place",
  ENOTDIR: "a part of its path is a file",
  EACCES: "this user may not write above it",
  EPERM: "the system does not allow it",
  ELOOP: "links on its path lead in a circle",
  ENAMETOOLONG: "its name is too long",
};

async function unless(fine: readonly string[], done: Promise<unknown>): Promise<void> {
  try {
    await done;
  } catch (error) {
    if (!fine.includes(errorCode(error) ?? "")) throw error;
  }
}

async function syncPath(path: string): Promise<void> {
  await using handle = await open(path, "r");
  await handle.sync();
}

async function listFolder(path: string): Promise<readonly FolderEntry[]> {
  try {
    const entries = await readdir(path, { withFileTypes: true });
    return entries.map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() }));
  } catch (error) {
    if (errorCode(error) === "ENOENT") return [];
    throw error;
  }
}

/** Blocking on purpose: a read of cached pages is shorter than a trip through the thread pool. */
function readSlice(path: string, offset: number, length: number): Uint8Array | undefined {
  let fd: number;
  try {
    fd = openSync(path, "r");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
  try {
    // Bounded by the file, so that a damaged length cannot ask for all memory.
    const there = Math.max(0, Math.min(length, fstatSync(fd).size - offset));
    const bytes = new Uint8Array(there);
    let at = 0;
    while (at < there) {
      const got = readSync(fd, bytes, at, there - at, offset + at);
      if (got === 0) return bytes.slice(0, at);
      at += got;
    }
    return bytes;
  } finally {
    closeSync(fd);
  }
}
