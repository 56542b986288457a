/**
 * Section 4, writer side: which epoch a commit is for, and whether it may still be acknowledged.
 * Invariant: no acknowledgement for an epoch whose rows a merge may have read already; no clock of another machine
 * is asked.
 */
import { read, type Task, UNKNOWN } from "../sim/task.ts";
import { TRUST, WALL_SLACK } from "../shape.ts";
import { type EpochNote, monotonicOf, type Process, wallOf, type World } from "../world.ts";

/** Reads log_epoch; the clocks are noted before the question. */
export function* refreshEpoch(w: World, p: Process): Task<EpochNote | undefined> {
  const before = { monotonic: monotonicOf(w, p), wall: wallOf(w, p) };
  const row = yield* read("read epoch", () => w.tables.epochs);
  if (row === UNKNOWN) return undefined;
  p.memory.note = { epoch: row.epoch, closed: row.closed, ...before };
  return p.memory.note;
}

/** A note young enough to begin a commit with. */
export function* freshNote(w: World, p: Process): Task<EpochNote | undefined> {
  const { note } = p.memory;
  if (note !== undefined && monotonicOf(w, p) - note.monotonic <= TRUST / 2) return note;
  return yield* refreshEpoch(w, p);
}

/** After all inserts of a commit have succeeded: may it be acknowledged? */
export function* trusted(w: World, p: Process, note: EpochNote): Task<boolean> {
  const age = monotonicOf(w, p) - note.monotonic;
  const jump = Math.abs(wallOf(w, p) - note.wall - age);
  const young = age < TRUST || !w.on("trust");
  if (young && (jump < WALL_SLACK || !w.on("wallCheck"))) return true;
  if (!w.on("slowPath")) return true;
  const now = yield* refreshEpoch(w, p);
  return now !== undefined && now.closed < note.epoch;
}
