/**
 * Merges the matching rows of blocks into one stream of entries, newest first or oldest first.
 * Invariant: strictly in the total order (time, batch, index), each entry once, also when a unit is planned anew in
 * the middle: what comes again of it and was given already is passed over.
 */
import type { Entry, EntryId } from "../domain/entry.ts";
import type { Bitmap } from "../engine/bitmap.ts";
import type { BlockReader } from "../engine/block/block-reader.ts";
import { nanosAt } from "../engine/filter/builtin-test.ts";
import { type Place, comparePlaces } from "../engine/pipe/row-batch.ts";
import type { BlockWalk } from "./block-walk.ts";

interface Cursor {
  readonly unit: string;
  readonly block: BlockReader;
  readonly rows: Uint32Array;
  at: number;
  place: Place;
  /** Of the block, as the walk was told: when it came, and when its first rows were read. */
  heldBytes: number;
  isRead: boolean;
}

/** One hit, not yet read. */
export interface Hit {
  readonly block: BlockReader;
  readonly row: number;
}

/** Hits of one block that stand behind each other in the order: rows[from], rows[from + 1], … before rows[end]. */
export interface Run {
  readonly block: BlockReader;
  readonly rows: Uint32Array;
  readonly from: number;
  readonly end: number;
}

/** @param after only hits behind it in the order, when given: the place of the last entry of the page before. */
export async function* mergeHits(
  walk: BlockWalk,
  ascending: boolean,
  after: Place | undefined,
): AsyncGenerator<Hit, void, undefined> {
  for await (const { block, rows, from, end } of mergeRuns(walk, ascending, after))
    for (let at = from; at < end; at++) yield { block, row: rows[at] ?? 0 };
}

/** The same, as many hits at a time as one block has before another's turn. */
export async function* mergeRuns(
  walk: BlockWalk,
  ascending: boolean,
  after: Place | undefined,
): AsyncGenerator<Run, void, undefined> {
  const sign = ascending ? 1 : -1;
  let cursors: Cursor[] = [];
  let last = after;
  try {
    for (;;) {
      const head = cursors.at(-1);
      const edge = walk.edge();
      // A block not yet opened may hold a row before the head: equal times count, the batch decides.
      if (edge !== undefined && (head === undefined || sign * order(edge, head.place.nanos) <= 0)) {
        const step = await walk.next();
        if (step === undefined) {
          // The walk ended early: only what lies before the edge is known to be complete.
          if (walk.edge() !== undefined) {
            yield* beforeEdge(cursors, walk.edge() ?? 0n, sign);
            return;
          }
          continue;
        }
        if (step.kind === "again") {
          for (const cursor of cursors) if (cursor.unit === step.unit) walk.keep(-cursor.heldBytes);
          cursors = cursors.filter((cursor) => cursor.unit !== step.unit);
        } else {
          try {
            const cursor = cursorOf(step.unit, step.scan.block, step.rows, sign, last);
            if (cursor === undefined) continue;
            insert(cursors, cursor, sign);
            hold(cursor, walk);
          } catch (error) {
            walk.miss(error);
          }
        }
        continue;
      }
      if (head === undefined) return;
      const run = runOf(head, cursors.at(-2)?.place, edge, sign);
      last = placeAt(run.block, run.rows[run.end - 1] ?? 0);
      yield run;
      if (run.end === run.rows.length) walk.keep(-head.heldBytes);
      else if (!head.isRead) {
        // What reading its rows has decoded stays until the last of them.
        head.isRead = true;
        hold(head, walk);
      }
      advance(cursors, run.end, sign);
    }
  } finally {
    // Whoever has enough leaves in the middle.
    for (const cursor of cursors) walk.keep(-cursor.heldBytes);
  }
}

function hold(cursor: Cursor, walk: BlockWalk): void {
  const bytes = cursor.block.heldBytes();
  walk.keep(bytes - cursor.heldBytes);
  cursor.heldBytes = bytes;
}

export function readHit(hit: Hit): Entry {
  return hit.block.entry(hit.row);
}

export function placeOf(id: EntryId): Place {
  return { nanos: id.timeNanos, batch: id.batch, index: id.index };
}

function* beforeEdge(
  cursors: Cursor[],
  edge: bigint,
  sign: number,
): Generator<Run, void, undefined> {
  for (;;) {
    const head = cursors.at(-1);
    if (head === undefined || sign * order(head.place.nanos, edge) >= 0) return;
    const run = runOf(head, cursors.at(-2)?.place, edge, sign);
    yield run;
    advance(cursors, run.end, sign);
  }
}

/**
 * The head's rows before the next cursor and before the edge; the first is. Looked for in growing steps: where rows of
 * blocks alternate a run is short.
 */
function runOf(
  { block, rows, at }: Cursor,
  next: Place | undefined,
  edge: bigint | undefined,
  sign: number,
): Run {
  if (next === undefined && edge === undefined) return { block, rows, from: at, end: rows.length };
  const isBefore = (i: number): boolean => {
    const place = placeAt(block, rows[i] ?? 0);
    if (edge !== undefined && sign * order(place.nanos, edge) >= 0) return false;
    return next === undefined || sign * comparePlaces(place, next) < 0;
  };
  let low = at + 1;
  let step = 1;
  while (low + step <= rows.length && isBefore(low + step - 1)) {
    low += step;
    step *= 2;
  }
  let high = Math.min(rows.length, low + step - 1);
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(middle)) low = middle + 1;
    else high = middle;
  }
  return { block, rows, from: at, end: low };
}

function order(a: bigint, b: bigint): number {
  if (a < b) return -1;
  return a > b ? 1 : 0;
}

export function placeAt(block: BlockReader, row: number): Place {
  return {
    nanos: nanosAt(block, row),
    batch: block.batches[block.batchOf[row] ?? 0] ?? "",
    index: block.indexInBatch[row] ?? 0,
  };
}

/** @returns undefined when no row is behind `after`. */
function cursorOf(
  unit: string,
  block: BlockReader,
  set: Bitmap,
  sign: number,
  after: Place | undefined,
): Cursor | undefined {
  const rows = set.rows();
  if (sign < 0) rows.reverse();
  let at = 0;
  if (after !== undefined) {
    let high = rows.length;
    while (at < high) {
      const middle = (at + high) >>> 1;
      if (sign * comparePlaces(placeAt(block, rows[middle] ?? 0), after) <= 0) at = middle + 1;
      else high = middle;
    }
  }
  const row = rows[at];
  if (row === undefined) return undefined;
  return { unit, block, rows, at, place: placeAt(block, row), heldBytes: 0, isRead: false };
}

/** Keeps the next one last. */
function insert(cursors: Cursor[], cursor: Cursor, sign: number): void {
  let low = 0;
  let high = cursors.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = cursors[middle];
    if (other !== undefined && sign * comparePlaces(other.place, cursor.place) < 0) high = middle;
    else low = middle + 1;
  }
  cursors.splice(low, 0, cursor);
}

/** Moves the last cursor to another of its rows, and to its place among the others. */
function advance(cursors: Cursor[], at: number, sign: number): void {
  const head = cursors.pop();
  if (head === undefined) return;
  head.at = at;
  const row = head.rows[at];
  if (row === undefined) return;
  head.place = placeAt(head.block, row);
  const next = cursors.at(-1);
  if (next === undefined || sign * comparePlaces(head.place, next.place) <= 0) cursors.push(head);
  else insert(cursors, head, sign);
}
