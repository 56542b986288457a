/**
 * A disk in memory that forgets what was not synced.
 * Invariant: after `cutPower`, a name is what the last `fsyncDir` of its folder left plus any subset of the changes
 * since, and a file that was not synced may be torn; what was synced is there, whole. `points` are the moments
 * before and after every operation, at which a test may look, do something else, or cut the power.
 */
import { basename, dirname } from "node:path";

import type { FreeSpace } from "../../src/storage/embedded-store.ts";
import type { FileLayer, FolderEntry } from "../../src/storage/sqlite/file-layer.ts";

interface File {
  readonly kind: "file";
  readonly bytes: Uint8Array;
  readonly isSynced: boolean;
}
interface Folder {
  readonly kind: "folder";
  readonly synced: ReadonlyMap<string, number>;
  /** In the order they were made; one change may set two names (a rename). */
  readonly changes: readonly (readonly (readonly [name: string, node: number | undefined])[])[];
}

export type FileOperation = Exclude<keyof FileLayer, "freeSpace" | "list" | "readRange">;

function systemError(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}

export class FaultyFiles implements FileLayer {
  /** Nodes are replaced, never changed, so that a copy of the map is a copy of the disk. */
  #nodes = new Map<number, File | Folder>([
    [0, { kind: "folder", synced: new Map(), changes: [] }],
  ]);
  #lastNode = 0;
  /** Awaited before and after every operation that changes something. */
  onPoint: (() => void | Promise<void>) | undefined;
  /** @returns the error an operation meets instead of being done. */
  refuse: ((operation: FileOperation, path: string) => Error | undefined) | undefined;
  space: FreeSpace = { freeBytes: 1e12, totalBytes: 1e12 };
  readonly counts = new Map<FileOperation, number>();

  clone(): FaultyFiles {
    const copy = new FaultyFiles();
    copy.#nodes = new Map(this.#nodes);
    copy.#lastNode = this.#lastNode;
    return copy;
  }

  /** Whether both are in the same state; one is a clone of the other's past or present. */
  equals(other: FaultyFiles): boolean {
    if (this.#nodes.size !== other.#nodes.size) return false;
    for (const [id, node] of this.#nodes) if (other.#nodes.get(id) !== node) return false;
    return true;
  }

  /** How many independent things a power cut now decides. */
  get undecided(): number {
    let count = 0;
    for (const node of this.#nodes.values())
      count += node.kind === "folder" ? node.changes.length : node.isSynced ? 0 : 1;
    return count;
  }

  /** @returns the disk after a power cut. @param keeps of the i-th undecided thing whether it had reached the disk. */
  cutPower(keeps: (i: number) => boolean): FaultyFiles {
    const after = this.clone();
    let i = 0;
    for (const [id, node] of this.#nodes) {
      if (node.kind === "folder") {
        const synced = new Map(node.synced);
        for (const change of node.changes) if (keeps(i++)) applyChange(synced, change);
        after.#nodes.set(id, { kind: "folder", synced, changes: [] });
      } else if (!node.isSynced) {
        const bytes = keeps(i++) ? node.bytes : node.bytes.slice(0, node.bytes.byteLength / 2);
        after.#nodes.set(id, { kind: "file", bytes, isSynced: true });
      }
    }
    return after;
  }

  /** Every file's path, in order. */
  paths(folder = "/"): string[] {
    return this.#entries(folder).flatMap(({ name, isFolder }) => {
      const path = `${folder === "/" ? "" : folder}/${name}`;
      return isFolder ? this.paths(path) : [path];
    });
  }

  async mkdir(path: string): Promise<void> {
    await this.#operate("mkdir", path, () => {
      if (this.#find(path) !== undefined) return;
      this.#change(dirname(path), [
        [basename(path), this.#make({ kind: "folder", synced: new Map(), changes: [] })],
      ]);
    });
  }

  async rmdir(path: string): Promise<void> {
    await this.#operate("rmdir", path, () => {
      const node = this.#find(path);
      if (node === undefined || this.#entries(path).length > 0) return;
      this.#change(dirname(path), [[basename(path), undefined]]);
    });
  }

  async write(path: string, bytes: Uint8Array): Promise<void> {
    await this.#operate("write", path, () => {
      if (this.#find(path) !== undefined) throw systemError("EEXIST", path);
      const node = this.#make({ kind: "file", bytes: bytes.slice(), isSynced: false });
      this.#change(dirname(path), [[basename(path), node]]);
    });
  }

  async fsync(path: string): Promise<void> {
    await this.#operate("fsync", path, () => {
      const id = this.#need(path);
      const node = this.#nodes.get(id);
      if (node?.kind === "file" && !node.isSynced) this.#nodes.set(id, { ...node, isSynced: true });
    });
  }

  async fsyncDir(path: string): Promise<void> {
    await this.#operate("fsyncDir", path, () => {
      const id = this.#need(path);
      const node = this.#nodes.get(id);
      if (node?.kind === "folder" && node.changes.length > 0)
        this.#nodes.set(id, { kind: "folder", synced: this.#names(id), changes: [] });
    });
  }

  async rename(from: string, to: string): Promise<void> {
    await this.#operate("rename", from, () => {
      if (dirname(from) !== dirname(to)) throw systemError("EXDEV", to);
      this.#change(dirname(from), [
        [basename(to), this.#need(from)],
        [basename(from), undefined],
      ]);
    });
  }

  async unlink(path: string): Promise<void> {
    await this.#operate("unlink", path, () => {
      if (this.#find(path) !== undefined)
        this.#change(dirname(path), [[basename(path), undefined]]);
    });
  }

  async link(from: string, to: string): Promise<void> {
    await this.#operate("link", to, () => {
      if (this.#find(to) !== undefined) throw systemError("EEXIST", to);
      this.#change(dirname(to), [[basename(to), this.#need(from)]]);
    });
  }

  async readRange(path: string, offset: number, length: number): Promise<Uint8Array | undefined> {
    const node = this.#nodes.get(this.#find(path) ?? -1);
    return node?.kind === "file" ? node.bytes.slice(offset, offset + length) : undefined;
  }

  async list(path: string): Promise<readonly FolderEntry[]> {
    return this.#entries(path);
  }

  async freeSpace(): Promise<FreeSpace> {
    return this.space;
  }

  async #operate(operation: FileOperation, path: string, work: () => void): Promise<void> {
    await this.onPoint?.();
    this.counts.set(operation, (this.counts.get(operation) ?? 0) + 1);
    const refused = this.refuse?.(operation, path);
    if (refused !== undefined) throw refused;
    work();
    await this.onPoint?.();
  }

  #make(node: File | Folder): number {
    this.#nodes.set(++this.#lastNode, node);
    return this.#lastNode;
  }

  #change(folder: string, change: Folder["changes"][number]): void {
    const id = this.#need(folder);
    const node = this.#nodes.get(id);
    if (node?.kind !== "folder") throw systemError("ENOTDIR", folder);
    this.#nodes.set(id, { ...node, changes: [...node.changes, change] });
  }

  #names(id: number): ReadonlyMap<string, number> {
    const node = this.#nodes.get(id);
    if (node?.kind !== "folder") return new Map();
    const names = new Map(node.synced);
    for (const change of node.changes) applyChange(names, change);
    return names;
  }

  #find(path: string): number | undefined {
    let id: number | undefined = 0;
    for (const name of path.split("/").filter((part) => part !== ""))
      id = id === undefined ? undefined : this.#names(id).get(name);
    return id;
  }

  #need(path: string): number {
    const id = this.#find(path);
    if (id === undefined) throw systemError("ENOENT", path);
    return id;
  }

  #entries(path: string): FolderEntry[] {
    const id = this.#find(path);
    if (id === undefined) return [];
    return [...this.#names(id)]
      .map(([name, node]) => ({ name, isFolder: this.#nodes.get(node)?.kind === "folder" }))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }
}

function applyChange(names: Map<string, number>, change: Folder["changes"][number]): void {
  for (const [name, node] of change) {
    if (node === undefined) names.delete(name);
    else names.set(name, node);
  }
}
