/**
 * Section 8, trash.
 * Invariant: only what a manifest's trash was read to list is deleted, the grace later, and it leaves the list after.
 */
import type { Unit } from "../nouns.ts";
import { readApp, readManifest, readUnits } from "../read.ts";
import { sleep, type Task, UNKNOWN } from "../sim/task.ts";
import { about, monotonicOf, type Process, type World } from "../world.ts";
import { casManifest, deleteBlobs } from "../merge/manifest-commit.ts";
import { nextManifest } from "../merge/segment.ts";
import { grace } from "./chunks.ts";

export function* collector(w: World, p: Process): Task {
  for (;;) {
    yield* sleep(about(w, 600));
    const app = yield* readApp(w);
    if (app === UNKNOWN) continue;
    const units = yield* readUnits(w, p, app.floor, Infinity);
    if (units === UNKNOWN) continue;
    for (const unit of units) yield* collect(w, p, unit);
  }
}

function* collect(w: World, p: Process, unit: Unit): Task {
  const seen = yield* readManifest(w, p, unit);
  if (seen === UNKNOWN || seen === undefined) return;
  const now = monotonicOf(w, p);
  const due = seen.trash.filter((id) => now - (p.memory.trashSeen.get(id) ?? now) >= grace(w));
  if (due.length === 0) return;
  const without = (ids: readonly number[]): number[] =>
    seen.trash.filter((id) => !ids.includes(id));
  if (!w.on("delThenOut")) {
    const next = nextManifest(w, seen, { trash: without(due) });
    if ((yield* casManifest(w, unit, seen, next)) === "applied") yield* deleteBlobs(w, due);
    return;
  }
  const gone = yield* deleteBlobs(w, due);
  if (gone.length === 0) return;
  yield* casManifest(w, unit, seen, nextManifest(w, seen, { trash: without(gone) }));
}
