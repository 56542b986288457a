/** Folders in memory where the system has such a place: for runs that wait for the disk and do not ask what it keeps. */
import { mkdtempSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Where Linux keeps files in memory. */
const IN_MEMORY = "/dev/shm";
/** A container's own is 64 MiB; a server takes nothing in when less than 1 GiB or 2 % is free. */
const LEAST_FREE_BYTES = 4 * 2 ** 30;

export interface Folder extends Disposable {
  readonly path: string;
}

/** A new folder that goes when it is disposed of: in memory, or with the other temporary ones. */
export function memoryFolder(): Folder {
  const path = mkdtempSync(join(hasMemory() ? IN_MEMORY : tmpdir(), "argus-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

function hasMemory(): boolean {
  try {
    const { bavail, bsize } = statfsSync(IN_MEMORY);
    return bavail * bsize > LEAST_FREE_BYTES;
  } catch {
    return false;
  }
}
