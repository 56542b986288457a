/**
 * Section 6: plan and read.
 * Invariant: low and L0 rows are read before the manifests, the floor last; a fragment is taken once a unit.
 */
import { absorbed } from "../absorbed.ts";
import { type L0Row, type Manifest, type Piece, type Unit, unitOf } from "../nouns.ts";
import {
  readApp,
  readBlob,
  readL0,
  readManifest,
  readTail,
  readUnits,
  type Tail,
} from "../read.ts";
import { type Task, type Unknown, UNKNOWN } from "../sim/task.ts";
import { monotonicOf, type Process, type World } from "../world.ts";

export interface Range {
  readonly from: number;
  readonly to: number;
}

interface Plan {
  readonly rows: readonly L0Row[];
  readonly manifests: ReadonlyMap<Unit, Manifest | undefined>;
  readonly floor: number;
}

/** `pieces`: everything visible in the range. `partial`: it gave up, and says why. */
export interface Answer {
  readonly pieces: readonly Piece[];
  readonly floor: number;
  readonly partial: "deadline" | "unavailable" | "blob missing" | undefined;
}

const REPLANS = 3;

export function* query(w: World, p: Process, range: Range): Task<Answer> {
  const began = monotonicOf(w, p);
  const late = (): boolean => monotonicOf(w, p) - began > w.shape.queryDeadline;
  const first = yield* plan(w, p, range);
  if (first === UNKNOWN) return nothing("unavailable");
  const pieces: Piece[] = [];
  for (const unit of first.manifests.keys()) {
    let from: Plan = first;
    for (let i = 0; ; i++) {
      const found = from.manifests.has(unit) ? yield* readUnit(w, p, unit, from) : [];
      if (late()) return nothing("deadline");
      if (found === UNKNOWN) return nothing("unavailable");
      if (found !== "blob missing") {
        pieces.push(...found);
        break;
      }
      if (i === REPLANS || !w.on("replan")) return nothing("blob missing");
      const bucket = Math.floor(unit / 16);
      const again = yield* plan(w, p, { from: bucket, to: bucket });
      if (again === UNKNOWN) return nothing("unavailable");
      from = again;
    }
  }
  return { pieces, floor: first.floor, partial: undefined };
}

function nothing(partial: Answer["partial"]): Answer {
  return { pieces: [], floor: 0, partial };
}

function* plan(w: World, p: Process, range: Range): Task<Plan | Unknown> {
  let floor = w.on("floorLast") ? undefined : yield* readApp(w);
  const tail = yield* readTail(w);
  const units = yield* readUnits(w, p, range.from, range.to);
  if (tail === UNKNOWN || units === UNKNOWN) return UNKNOWN;
  let rows: L0Row[] | Unknown = [];
  const early = w.on("l0First") && w.on("lowBeforeL0");
  if (early) rows = yield* rowsFrom(w, tail, range);
  if (rows === UNKNOWN) return UNKNOWN;
  const manifests = new Map<Unit, Manifest | undefined>();
  for (const unit of w.sim.random.shuffled(units)) {
    const row = yield* readManifest(w, p, unit);
    if (row === UNKNOWN) return UNKNOWN;
    manifests.set(unit, row);
  }
  if (!early) {
    const low = w.on("lowBeforeL0") ? tail : yield* readTail(w);
    if (low === UNKNOWN) return UNKNOWN;
    rows = yield* rowsFrom(w, { low: low.low, chunks: tail.chunks }, range);
  }
  floor ??= yield* readApp(w);
  if (floor === UNKNOWN || rows === UNKNOWN) return UNKNOWN;
  if (!w.on("floorCheck")) return { rows, manifests, floor: floor.floor };
  for (const unit of manifests.keys()) if (unit < floor.floor * 16) manifests.delete(unit);
  return { rows, manifests, floor: floor.floor };
}

function* rowsFrom(w: World, tail: Tail, range: Range): Task<L0Row[] | Unknown> {
  const rows = yield* readL0(w, tail.chunks, tail.low, Infinity);
  if (rows === UNKNOWN) return UNKNOWN;
  return rows.filter(({ bucket }) => bucket >= range.from && bucket <= range.to);
}

function* readUnit(
  w: World,
  p: Process,
  unit: Unit,
  from: Plan,
): Task<Piece[] | "blob missing" | Unknown> {
  const manifest = from.manifests.get(unit);
  const pieces: Piece[] = [];
  for (const segment of manifest?.segments ?? []) {
    const blob = yield* readBlob(w, segment.id);
    if (blob === UNKNOWN) return UNKNOWN;
    if (blob === undefined || blob === "l0") return "blob missing";
    pieces.push(...blob.pieces);
  }
  const taken = new Set<number>();
  for (const row of from.rows) {
    if (unitOf(row.bucket, unit % 16) !== unit || row.epoch <= (manifest?.through ?? -1)) continue;
    if (row.blob !== 0) {
      const blob = yield* readBlob(w, row.blob);
      if (blob === UNKNOWN) return UNKNOWN;
      if (blob === undefined) return "blob missing";
    }
    for (const piece of row.pieces) {
      if (piece.shard !== unit % 16) continue;
      const { id } = piece.fragment.batch;
      if (w.on("readDedupe") && absorbed(w, p, manifest, id)) continue;
      if (w.on("l0Dedupe") && taken.has(id)) continue;
      taken.add(id);
      pieces.push(piece);
    }
  }
  return pieces;
}
