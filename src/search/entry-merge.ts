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
}

/** One hit, not yet read. */
export interface Hit {
  readonly block: BlockReader;
  readonly row: number;
  readonly place: Place;
}

/** @param after only hits behind it in the order, when given: the place of the last entry of the page before. */
export async function* mergeHits(
  walk: BlockWalk,
  ascending: boolean,
  after: Place | undefined,
): AsyncGenerator<Hit, void, undefined> {
  const sign = ascending ? 1 : -1;
  let cursors: Cursor[] = [];
  let last = after;
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
      if (step.kind === "again") cursors = cursors.filter((cursor) => cursor.unit !== step.unit);
      else {
        const cursor = cursorOf(step.unit, step.scan.block, step.rows, sign, last);
        if (cursor !== undefined) insert(cursors, cursor, sign);
      }
      continue;
    }
    if (head === undefined) return;
    last = head.place;
    yield { block: head.block, row: head.rows[head.at] ?? 0, place: head.place };
    advance(cursors, sign);
  }
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
): Generator<Hit, void, undefined> {
  for (;;) {
    const head = cursors.at(-1);
    if (head === undefined || sign * order(head.place.nanos, edge) >= 0) return;
    yield { block: head.block, row: head.rows[head.at] ?? 0, place: head.place };
    advance(cursors, sign);
  }
}

function order(a: bigint, b: bigint): number {
  if (a < b) return -1;
  return a > b ? 1 : 0;
}

function placeAt(block: BlockReader, row: number): Place {
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
  return { unit, block, rows, at, place: placeAt(block, row) };
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

/** Moves the last cursor to its next row, and to its place among the others. */
function advance(cursors: Cursor[], sign: number): void {
  const head = cursors.pop();
  if (head === undefined) return;
  const row = head.rows[++head.at];
  if (row === undefined) return;
  head.place = placeAt(head.block, row);
  const next = cursors.at(-1);
  if (next === undefined || sign * comparePlaces(head.place, next.place) <= 0) cursors.push(head);
  else insert(cursors, head, sign);
}
