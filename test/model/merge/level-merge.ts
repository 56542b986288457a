/**
 * Section 7, level merge; also the rewrite of one segment by a delete.
 * Invariant: one CAS replaces the inputs and puts them into the trash; it goes on with a newer version only while all
 * its inputs are still there.
 */
import { bucketOf, type Manifest, type Segment, type Unit } from "../nouns.ts";
import { readApp, readBlob, readManifest, readUnits } from "../read.ts";
import { sleep, type Task, UNKNOWN } from "../sim/task.ts";
import { about, mergeEvery, type Process, type World } from "../world.ts";
import {
  type Attempt,
  casManifest,
  deleteBlobs,
  newMerge,
  putSegment,
  settle,
} from "./manifest-commit.ts";
import { nextManifest, segmentOf } from "./segment.ts";

/** CAS tries on newer versions before a merge is given up. */
const REBASES = 3;

export function* levelMerger(w: World, p: Process): Task {
  for (;;) {
    yield* sleep(about(w, mergeEvery(w) * 2));
    if (w.mergersRest) continue;
    const app = yield* readApp(w);
    if (app === UNKNOWN) continue;
    const units = yield* readUnits(w, p, app.floor, Infinity);
    if (units === UNKNOWN) continue;
    for (const unit of w.sim.random.shuffled(units).slice(0, 5)) yield* mergeLevel(w, p, unit);
  }
}

function* mergeLevel(w: World, p: Process, unit: Unit): Task {
  const seen = yield* readManifest(w, p, unit);
  if (seen === UNKNOWN || seen === undefined) return;
  const byLevel = Map.groupBy(seen.segments, (segment) => segment.level);
  for (const [level, segments] of byLevel) {
    if (segments.length < w.shape.fanIn) continue;
    const inputs = segments.slice(0, w.shape.fanIn);
    const merge = newMerge(w, p, "level merge");
    const applied = w.on("appliedMeet") ? meet(inputs) : join(inputs);
    const mine = segmentOf(w, unit, seen.version + 1, {
      level: level + 1,
      pieces: inputs.flatMap((segment) => segment.pieces),
      batches: new Set(inputs.flatMap((segment) => [...segment.batches])),
      minEpoch: Math.min(...inputs.map((segment) => segment.minEpoch)),
      applied,
      merge,
    });
    yield* replace(w, p, { unit, seen, inputs, mine });
    return;
  }
}

function meet(segments: readonly Segment[]): Set<number> {
  const all = join(segments);
  return new Set([...all].filter((id) => segments.every((segment) => segment.applied.has(id))));
}

function join(segments: readonly Segment[]): Set<number> {
  return new Set(segments.flatMap((segment) => [...segment.applied]));
}

export interface Replacement {
  readonly unit: Unit;
  readonly seen: Manifest;
  readonly inputs: readonly Segment[];
  readonly mine: Segment;
}

/** @returns whether the replacement is known to stand. */
export function* replace(w: World, p: Process, change: Replacement): Task<boolean> {
  const { unit, inputs, mine } = change;
  for (const { id } of inputs) {
    const blob = yield* readBlob(w, id);
    if (blob === UNKNOWN || blob === undefined) return false;
  }
  if (!(yield* putSegment(w, mine, change.seen.expires))) return false;
  let { seen } = change;
  if (!w.on("trashNotBefore")) {
    const marked = nextManifest(w, seen, { trash: [...seen.trash, ...ids(inputs)] });
    if ((yield* casManifest(w, unit, seen, marked)) === "applied") seen = marked;
  }
  const attempt: Attempt = { unit, segment: mine, undecidedAt: undefined };
  for (let i = 0; i <= REBASES; i++) {
    const next = replaced(w, seen, change);
    if (!w.on("waitCas") && i === 0) w.sim.spawn(p, deleteLater(w, ids(inputs)));
    const outcome = yield* casManifest(w, unit, seen, next);
    if (outcome === "applied") return yield* stands(w, p, change, next);
    if (outcome === "undecided") attempt.undecidedAt = seen.version;
    const row = yield* readManifest(w, p, unit);
    if (row === UNKNOWN || row === undefined) break;
    if (row.segments.includes(mine)) return yield* stands(w, p, change, row);
    const gone = inputs.some((input) => !row.segments.includes(input));
    if (gone && w.on("rebaseInputs")) break;
    seen = row;
  }
  w.sim.say(p, () => `${mine.merge.name} of bucket ${bucketOf(unit)} gives up`);
  return yield* settle(w, p, attempt);
}

function ids(segments: readonly Segment[]): number[] {
  return segments.map((segment) => segment.id);
}

function replaced(w: World, seen: Manifest, { inputs, mine }: Replacement): Manifest {
  const rest = seen.segments.filter((segment) => !inputs.includes(segment));
  const segments = [...rest, mine];
  if (!w.on("trashInCas") || !w.on("trashNotBefore")) return nextManifest(w, seen, { segments });
  const trash = w.on("carryTrash") ? seen.trash : [];
  return nextManifest(w, seen, { segments, trash: [...trash, ...ids(inputs)] });
}

/** Rule trashInCas off: the inputs are put into the trash only now, by a second statement. */
function* stands(
  w: World,
  p: Process,
  { unit, inputs, mine }: Replacement,
  seen: Manifest,
): Task<boolean> {
  mine.merge.settled = true;
  if (w.on("trashInCas")) return true;
  let row = seen;
  for (let i = 0; i < 5; i++) {
    const next = nextManifest(w, row, { trash: [...row.trash, ...ids(inputs)] });
    if ((yield* casManifest(w, unit, row, next)) === "applied") break;
    const read = yield* readManifest(w, p, unit);
    if (read === UNKNOWN || read === undefined) break;
    row = read;
  }
  return true;
}

/** Rule waitCas off: counts on the CAS to apply. */
function* deleteLater(w: World, inputs: readonly number[]): Task {
  yield* sleep(w.shape.grace);
  yield* deleteBlobs(w, inputs);
}
