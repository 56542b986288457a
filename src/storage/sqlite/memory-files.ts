/**
 * Files that live as long as the process: the other half of a store in `:memory:`.
 * Invariant: behaves as `diskFiles` does, errors included; syncs do nothing.
 */
import { dirname } from "node:path";

import type { FileLayer, FolderEntry } from "./file-layer.ts";

export function memoryFiles(): FileLayer {
  const files = new Map<string, Uint8Array>();
  const folders = new Set<string>(["/"]);

  const missing = (path: string): Error =>
    Object.assign(new Error(`no such file: ${path}`), { code: "ENOENT" });
  const requireFolder = (path: string): void => {
    if (!folders.has(dirname(path))) throw missing(dirname(path));
  };
  const requireFree = (path: string): void => {
    requireFolder(path);
    if (files.has(path)) throw Object.assign(new Error(`exists: ${path}`), { code: "EEXIST" });
  };
  const fileAt = (path: string): Uint8Array => {
    const bytes = files.get(path);
    if (bytes === undefined) throw missing(path);
    return bytes;
  };
  const entries = (path: string): FolderEntry[] =>
    [
      ...[...folders].filter((name) => name !== "/").map((name) => ({ name, isFolder: true })),
      ...[...files.keys()].map((name) => ({ name, isFolder: false })),
    ]
      .filter(({ name }) => dirname(name) === path)
      .map(({ name, isFolder }) => ({ name: name.slice(name.lastIndexOf("/") + 1), isFolder }));

  return {
    async mkdir(path) {
      requireFolder(path);
      folders.add(path);
    },
    async rmdir(path) {
      if (entries(path).length === 0) folders.delete(path);
    },
    async write(path, bytes) {
      requireFree(path);
      files.set(path, bytes.slice());
    },
    async fsync(path) {
      fileAt(path);
    },
    async fsyncDir(path) {
      if (!folders.has(path)) throw missing(path);
    },
    async rename(from, to) {
      const bytes = fileAt(from);
      requireFolder(to);
      files.delete(from);
      files.set(to, bytes);
    },
    async unlink(path) {
      files.delete(path);
    },
    async readRange(path, offset, length) {
      return files.get(path)?.slice(offset, offset + length);
    },
    async list(path) {
      return entries(path);
    },
    async link(from, to) {
      const bytes = fileAt(from);
      requireFree(to);
      files.set(to, bytes);
    },
    async freeSpace() {
      return { freeBytes: Infinity, totalBytes: Infinity };
    },
  };
}
