/**
 * A disk of a size that a test chooses: a file system in memory, in a mount namespace of the one process that uses it.
 * Invariant: it goes with that process. On Linux it needs no root where user namespaces are allowed.
 */
import { execFileSync } from "node:child_process";
import { statfs } from "node:fs/promises";

/** How a namespace is made and entered: as root, else as root of a user namespace of one's own. */
const WAYS = [
  { make: ["--mount"], enter: ["--mount"] },
  {
    make: ["--user", "--map-root-user", "--mount"],
    enter: ["--user", "--preserve-credentials", "--mount"],
  },
] as const;

type Way = (typeof WAYS)[number];

/** @returns why there can be none, or how they are made. */
export function smallDisks(): SmallDisks | { readonly missing: string } {
  const way = WAYS.find(({ make }) => {
    try {
      const mount = ["mount", "-t", "tmpfs", "argus-test", "/tmp"];
      execFileSync("unshare", [...make, ...mount], { stdio: "ignore" });
      return true;
    } catch {
      return false;
    }
  });
  return way === undefined
    ? { missing: "no disk can be mounted here: it takes Linux, and root or user namespaces" }
    : new SmallDisks(way);
}

export class SmallDisks {
  readonly #way: Way;

  constructor(way: Way) {
    this.#way = way;
  }

  /** @returns what starts a program that sees such a disk at `folder`, which is there. @param size as mount takes it. */
  under(folder: string, size: string): readonly string[] {
    const script = 'mount -t tmpfs -o "size=$1" argus-test "$2" && shift 2 && exec "$@"';
    return ["unshare", ...this.#way.make, "sh", "-c", script, "sh", size, folder];
  }

  resize(pid: number, folder: string, size: string): void {
    // Without what else it is mounted with: a user namespace does not let that be said again.
    const remount = ["mount", "--options-mode", "ignore", "-o", `remount,size=${size}`, folder];
    execFileSync("nsenter", ["--target", String(pid), ...this.#way.enter, ...remount]);
  }

  /** Leaves no room. */
  async fill(pid: number, folder: string): Promise<void> {
    const disk = await statfs(seenFrom(pid, folder));
    this.resize(pid, folder, String((disk.blocks - disk.bfree) * disk.bsize));
  }
}

/** The path by which others see what the process sees at `path`. */
export function seenFrom(pid: number, path: string): string {
  return `/proc/${pid}/root${path}`;
}
