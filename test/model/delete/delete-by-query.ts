/**
 * Section 10: delete by query.
 * Invariant: it ends only after a full pass found no segment that may hold an entry acknowledged before it began.
 * A crash begins it anew under the same id: a segment with its mark holds no row of it. A paused process may go on
 * while another ends the job, so each rewrite looks whether it still runs [delRuns].
 */
import type { Deletion } from "../check/ledger.ts";
import { bucketOf, type Piece, rowsOf, type Segment, taggedMask, type Unit } from "../nouns.ts";
import { readApp, readManifest, readTail, readUnits } from "../read.ts";
import { lwt, read, sleep, type Task, type Unknown, UNKNOWN } from "../sim/task.ts";
import { newMerge } from "../merge/manifest-commit.ts";
import { replace } from "../merge/level-merge.ts";
import { segmentOf } from "../merge/segment.ts";
import { about, type Process, type World } from "../world.ts";

const TAKEOVER = 800;

/** One of them after the other, from any process; whoever takes one up goes on until it is done. */
export function* deleter(w: World, p: Process): Task {
  for (;;) {
    yield* sleep(about(w, 200));
    const job = w.ledger.deletions.find((d) => d.endedAt === Infinity && isRunner(w, p, d));
    if (job !== undefined && !w.mergersRest) yield* run(w, p, job);
  }
}

/** A lock gives a delete to one process; after a while another takes it for dead, rightly or not. */
function isRunner(w: World, p: Process, job: Deletion): boolean {
  const first = job.id % w.processes.length === p.id;
  return first || w.sim.now > job.startedTime + TAKEOVER;
}

function* run(w: World, p: Process, job: Deletion): Task {
  const epochs = yield* read("delete reads epoch", () => w.tables.epochs);
  if (epochs === UNKNOWN) return;
  const cut = epochs.epoch;
  if (!(yield* merged(w, cut, epochs.closed))) return;
  for (let pass = 0; pass < 20; pass++) {
    const left = yield* onePass(w, p, job, cut);
    if (left === UNKNOWN || left > 0) continue;
    const ended = yield* lwt(`delete ${job.id} is done (cut ${cut})`, () => {
      job.endedAt = Math.min(job.endedAt, w.sim.steps);
    });
    if (ended !== UNKNOWN) return;
  }
}

/** Waits until every row with epoch <= cut is absorbed or void. */
function* merged(w: World, cut: number, closed: number): Task<boolean> {
  const until = w.on("delWaitClose") ? cut : closed;
  for (let i = 0; i < 200; i++) {
    if (w.on("delWaitMerge")) {
      const tail = yield* readTail(w);
      if (tail !== UNKNOWN && tail.low > until) return true;
    } else {
      const epochs = yield* read("delete reads epoch", () => w.tables.epochs);
      if (epochs !== UNKNOWN && epochs.closed >= until) return true;
    }
    yield* sleep(about(w, 60));
  }
  return false;
}

/** @returns how many segments still had to be rewritten. */
function* onePass(w: World, p: Process, job: Deletion, cut: number): Task<number | Unknown> {
  const app = yield* readApp(w);
  if (app === UNKNOWN) return UNKNOWN;
  // Others' clocks may be behind: they show a bucket that this one would hide.
  const slack = w.on("delSlack") ? 2 * w.shape.clockError : 0;
  const units = yield* readUnits(w, p, Math.max(job.from, app.floor), job.to, slack);
  if (units === UNKNOWN) return UNKNOWN;
  let found = 0;
  for (const unit of units) {
    const seen = yield* readManifest(w, p, unit);
    if (seen === UNKNOWN) return UNKNOWN;
    for (const segment of seen?.segments ?? []) {
      if (segment.minEpoch > cut || segment.applied.has(job.id)) continue;
      found++;
      yield* rewrite(w, p, job, unit, segment);
    }
  }
  return found;
}

function* rewrite(w: World, p: Process, job: Deletion, unit: Unit, old: Segment): Task {
  const seen = yield* readManifest(w, p, unit);
  if (seen === UNKNOWN || seen === undefined || !seen.segments.includes(old)) return;
  // After the manifest: whatever this rewrite takes away was sent before the delete's end then, if it ended at all.
  const ended = yield* read("read delete", () => job.endedAt < Infinity);
  if (ended !== false && w.on("delRuns")) return;
  const pieces = old.pieces.flatMap((piece) => without(piece, job));
  const left = new Set(pieces.map((piece) => piece.fragment.batch.id));
  const mine = segmentOf(w, unit, seen.version + 1, {
    level: old.level,
    pieces,
    batches: w.on("keepBatchIds") ? old.batches : left,
    minEpoch: old.minEpoch,
    applied: new Set([...old.applied, job.id]),
    merge: newMerge(w, p, `delete ${job.id} in ${bucketOf(unit)}`),
  });
  yield* replace(w, p, { unit, seen, inputs: [old], mine });
}

function without(piece: Piece, job: Deletion): Piece[] {
  const rest = { ...piece, mask: piece.mask & ~taggedMask(piece.fragment, job.tag) };
  return rowsOf([rest]) > 0 ? [rest] : [];
}
