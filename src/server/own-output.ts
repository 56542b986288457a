/**
 * Where the own log goes, when that end breaks: a reader that left (`| head -1`), a terminal that was closed, a full disk.
 * Invariant: what cannot be written is lost, quietly; the server goes on, and so does the log once there is room again.
 */
import type { Readable, Writable } from "node:stream";

/** @param output stdout or stderr: Node leaves these open after an error. */
export function outliveReaders(output: Writable): void {
  output.on("error", () => undefined);
  // A thread's log is piped to ours, and an error takes it off; unread, it would be kept in memory.
  output.on("unpipe", (log: Readable) => {
    if (!log.readableEnded) log.pipe(output);
  });
}
