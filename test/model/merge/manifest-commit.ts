/**
 * Section 7, step 8: what a merge makes of the outcome of its compare-and-set.
 * Invariant: a blob is deleted only when no manifest names it and none ever can: an undecided statement may still
 * apply as long as the row is at the version that its condition names.
 */
import type { Manifest, MergeRecord, Segment, Unit } from "../nouns.ts";
import { all, lwt, type Task, UNKNOWN, write } from "../sim/task.ts";
import { readManifest } from "../read.ts";
import type { Process, World } from "../world.ts";

/** `lost`: certainly never applied, nor will be. `undecided`: it may have been, or may be yet. */
export type Outcome = "applied" | "lost" | "undecided";

const TRIES = 6;

export function* casManifest(
  w: World,
  unit: Unit,
  seen: Manifest | undefined,
  next: Manifest,
): Task<Outcome> {
  let unknown = false;
  for (let i = 0; i < TRIES; i++) {
    const result = yield* lwt(`cas manifest ${unit >> 4}/${unit % 16} to ${next.version}`, () =>
      w.tables.casManifest(unit, seen, next),
    );
    if (result === UNKNOWN) {
      unknown = true;
      continue;
    }
    if (result.applied || result.row?.nonce === next.nonce) return "applied";
    return unknown && w.on("ownCertain") ? "undecided" : "lost";
  }
  return "undecided";
}

/** What must be deleted if the merge comes to nothing, and the version at which a try of it may still apply. */
export interface Attempt {
  readonly unit: Unit;
  readonly segment: Segment;
  undecidedAt: number | undefined;
}

/** Gives a merge up, or finds that it was done after all. @returns whether its segment is in the manifest. */
export function* settle(w: World, p: Process, attempt: Attempt): Task<boolean> {
  const { unit, segment, undecidedAt } = attempt;
  if (undecidedAt !== undefined) {
    const row = yield* readManifest(w, p, unit);
    if (row === UNKNOWN || row === undefined) return false;
    if (row.segments.some(({ id }) => id === segment.id)) {
      segment.merge.settled = true;
      return true;
    }
    if (w.on("ownVersion") && row.version <= undecidedAt) return false;
  }
  yield* deleteOwn(w, segment);
  return false;
}

export function* deleteOwn(w: World, segment: Segment): Task {
  w.sim.say(undefined, () => `${segment.merge.name} deletes its own blob ${segment.id}`);
  if (yield* deleteBlob(w, segment.id)) segment.merge.settled = true;
}

export function deleteBlob(w: World, id: number): Task<boolean> {
  return write(`delete blob ${id}`, (stamp) => w.tables.deleteBlob(id, stamp));
}

/** @returns the ids whose delete is known to have been applied. */
export function* deleteBlobs(w: World, ids: readonly number[]): Task<number[]> {
  const done = yield* all(ids.map((id) => deleteBlob(w, id)));
  return ids.filter((_, i) => done[i] === true);
}

/** Puts a merge's blob. A put that failed before any CAS leaves nothing behind, if that can be had. */
export function* putSegment(w: World, segment: Segment, expires: number): Task<boolean> {
  const done = yield* write(`put blob ${segment.id}`, (stamp) =>
    w.tables.putBlob(segment.id, segment, stamp, expires),
  );
  if (!done) yield* deleteOwn(w, segment);
  return done;
}

export function newMerge(w: World, p: Process, name: string): MergeRecord {
  w.ledger.counts.merges++;
  return { name: `${name} of p${p.id}`, settled: false };
}
