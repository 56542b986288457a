/**
 * Section 8, drained chunks of L0.
 * Invariant: a partition goes only when every row in it is absorbed or void, and that has been so for the grace on
 * the cleaner's own clock.
 */
import { readTail } from "../read.ts";
import { read, sleep, type Task, UNKNOWN, write } from "../sim/task.ts";
import { CHUNK } from "../shape.ts";
import { about, monotonicOf, type Process, type World } from "../world.ts";
import { deleteBlobs } from "../merge/manifest-commit.ts";

export function* chunkCleaner(w: World, p: Process): Task {
  for (;;) {
    yield* sleep(about(w, 300));
    const tail = yield* readTail(w);
    if (tail === UNKNOWN) continue;
    let drained = tail.low;
    if (!w.on("cleanAfterLow")) {
      const epochs = yield* read("cleaner reads epoch", () => w.tables.epochs);
      if (epochs === UNKNOWN) continue;
      drained = epochs.closed + 1;
    }
    const now = monotonicOf(w, p);
    for (const chunk of tail.chunks) {
      if ((chunk + 1) * CHUNK > drained) continue;
      const since = p.memory.drainedSeen.get(chunk) ?? now;
      p.memory.drainedSeen.set(chunk, since);
      if (now - since >= grace(w)) yield* clean(w, chunk);
    }
  }
}

export function grace(w: World): number {
  return w.on("grace") ? w.shape.grace : 0;
}

function* clean(w: World, chunk: number): Task {
  const rows = yield* read(`clean chunk ${chunk}`, () => w.tables.readL0(chunk, 0, Infinity));
  if (rows === UNKNOWN) return;
  const blobs = rows.filter((row) => row.blob !== 0).map((row) => row.blob);
  if ((yield* deleteBlobs(w, blobs)).length < blobs.length) return;
  const gone = yield* write("delete chunk", (stamp) => w.tables.deleteChunk(chunk, stamp));
  if (gone) yield* write("delete tail", (stamp) => w.tables.deleteTailChunk(chunk, stamp));
}
