/**
 * Section 7, L0 merge: absorbs the rows of closed epochs into segments, then moves `low`.
 * Invariant: a fragment is taken unless D has it, in whatever copy; only closed epochs pass into `through`.
 */
import { absorbed } from "../absorbed.ts";
import {
  bucketOf,
  type L0Row,
  type Manifest,
  type Piece,
  rowsOf,
  type Unit,
  unitOf,
} from "../nouns.ts";
import { readApp, readBlob, readCatalogue, readL0, readManifest, readTail } from "../read.ts";
import { read, sleep, type Task, UNKNOWN, write } from "../sim/task.ts";
import type { BucketRow } from "../tables.ts";
import { about, expired, mergeEvery, type Process, type World } from "../world.ts";
import { casManifest, newMerge, putSegment, settle } from "./manifest-commit.ts";
import { nextManifest, segmentOf } from "./segment.ts";

export function* l0Merger(w: World, p: Process): Task {
  for (;;) {
    yield* sleep(about(w, mergeEvery(w)));
    yield* mergeL0(w, p);
  }
}

function* mergeL0(w: World, p: Process): Task {
  const epochs = yield* read("merge reads epoch", () => w.tables.epochs);
  const app = yield* readApp(w);
  const tail = yield* readTail(w);
  if (epochs === UNKNOWN || app === UNKNOWN || tail === UNKNOWN) return;
  const through = w.on("closedOnly") ? epochs.closed : epochs.epoch;
  if (through < tail.low) return;
  const rows = yield* readL0(w, tail.chunks, tail.low, through);
  // After the rows: whoever wrote one had met its bucket's catalogue row; one without was dropped since.
  const catalogue = yield* readCatalogue(w, app.floor, Infinity);
  if (rows === UNKNOWN || catalogue === UNKNOWN) return;
  // Others show an expired bucket for as long as their clocks may be behind.
  const slack = w.on("mergeSlack") ? 2 * w.shape.clockError : 0;
  const buckets = new Map(
    catalogue.filter(([, row]) => !expired(w, p, { expires: row.expires + slack })),
  );
  const writeLow = write(`write low ${through + 1}`, (stamp) =>
    w.tables.writeLow(through + 1, stamp),
  );
  if (!w.on("lowAfterCas")) yield* writeLow;
  let done = true;
  for (const [unit, some] of w.sim.random.shuffled([...byUnit(rows, buckets)])) {
    const expires = buckets.get(bucketOf(unit))?.expires ?? Infinity;
    if (!(yield* mergeUnit(w, p, { unit, expires }, some, through))) done = false;
  }
  if (done && w.on("lowAfterCas")) yield* writeLow;
}

/** Rows of buckets below the floor, and of expired ones, count as absorbed. */
function byUnit(
  rows: readonly L0Row[],
  buckets: ReadonlyMap<number, BucketRow>,
): Map<Unit, L0Row[]> {
  const units = new Map<Unit, L0Row[]>();
  for (const row of rows) {
    if (!buckets.has(row.bucket)) continue;
    for (const shard of new Set(row.pieces.map((piece) => piece.shard))) {
      const unit = unitOf(row.bucket, shard);
      const list = units.get(unit);
      if (list === undefined) units.set(unit, [row]);
      else list.push(row);
    }
  }
  return units;
}

/** @param closed the epoch to go up to @returns whether the unit is done through it */
function* mergeUnit(
  w: World,
  p: Process,
  { unit, expires }: { readonly unit: Unit; readonly expires: number },
  rows: readonly L0Row[],
  closed: number,
): Task<boolean> {
  const seen = yield* readManifest(w, p, unit);
  if (seen === UNKNOWN) return false;
  const left = rows.filter((row) => row.epoch > (seen?.through ?? -1));
  if (left.length === 0) return true;
  // Some merges are bounded by taking fewer epochs, at least one with rows.
  const through = w.sim.random.chance(0.03) ? w.sim.random.pick(left).epoch : closed;
  const todo = left.filter((row) => row.epoch <= through);
  if (!(yield* readable(w, p, seen, todo))) return false;
  const { pieces, from, read: readRows } = choose(w, p, unit, seen, todo);
  if (pieces.length === 0) {
    const passed = nextManifest(w, seen, { through, expires });
    return (yield* casManifest(w, unit, seen, passed)) === "applied" && through === closed;
  }
  const epochs = (w.on("minEpochAll") ? todo : from).map((row) => row.epoch);
  const segment = segmentOf(w, unit, (seen?.version ?? 0) + 1, {
    level: 0,
    pieces,
    batches: new Set(pieces.map((piece) => piece.fragment.batch.id)),
    minEpoch: Math.min(...epochs),
    applied: new Set(),
    merge: newMerge(w, p, "l0 merge"),
  });
  if (!(yield* putSegment(w, segment, expires))) return false;
  const added = w.on("totals") ? segment.n : readRows;
  const next = nextManifest(w, seen, {
    through,
    expires,
    segments: [...(seen?.segments ?? []), segment],
    total: (seen?.total ?? 0) + added,
  });
  const outcome = yield* casManifest(w, unit, seen, next);
  if (outcome === "applied") {
    segment.merge.settled = true;
    return through === closed;
  }
  const undecidedAt = outcome === "undecided" ? (seen?.version ?? 0) : undefined;
  return (yield* settle(w, p, { unit, segment, undecidedAt })) && through === closed;
}

/** Reads what the merge needs: the lists of batches it has not cached, and the rows' blobs. */
function* readable(
  w: World,
  p: Process,
  seen: Manifest | undefined,
  rows: readonly L0Row[],
): Task<boolean> {
  const { batchesRead } = p.memory;
  for (const { id } of seen?.segments ?? []) {
    if (batchesRead.has(id)) continue;
    const blob = yield* readBlob(w, id);
    if (blob === UNKNOWN || blob === undefined) return false;
    batchesRead.add(id);
  }
  for (const { blob } of rows) {
    if (blob === 0) continue;
    const found = yield* readBlob(w, blob);
    if (found === UNKNOWN || found === undefined) return false;
  }
  return true;
}

interface Chosen {
  readonly pieces: Piece[];
  /** Rows that gave a piece. */
  readonly from: L0Row[];
  /** Entries in all rows, chosen or not. */
  readonly read: number;
}

function choose(
  w: World,
  p: Process,
  unit: Unit,
  seen: Manifest | undefined,
  rows: readonly L0Row[],
): Chosen {
  const taken = new Set<number>();
  const chosen: Chosen = { pieces: [], from: [], read: 0 };
  let all = 0;
  // In any order: often the newest first, which chooses a retry over the copy that was acknowledged.
  const newestFirst = rows.toSorted((a, b) => b.epoch - a.epoch);
  const inOrder = w.sim.random.chance(0.5) ? newestFirst : w.sim.random.shuffled(rows);
  for (const row of inOrder) {
    const before = chosen.pieces.length;
    for (const piece of row.pieces) {
      if (piece.shard !== unit % 16) continue;
      all += rowsOf([piece]);
      const { id } = piece.fragment.batch;
      if (w.on("mergeDedupe") && (taken.has(id) || absorbed(w, p, seen, id))) continue;
      taken.add(id);
      chosen.pieces.push(piece);
    }
    if (chosen.pieces.length > before) chosen.from.push(row);
  }
  return { ...chosen, read: all };
}
