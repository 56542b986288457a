/**
 * Merges the matching rows of blocks into one stream of entries, newest first or oldest first.
 * Invariant: strictly in the total order (time, batch, index), each entry once, also when a unit is planned anew in
 * the middle: what comes again of it and was given already is passed over. Blocks are open side by side as long as there
 * is memory for that, and are read in slices of time where there is not.
 */
import type { Entry, EntryId } from "../domain/entry.ts";
import type { Bitmap } from "../engine/bitmap.ts";
import type { BlockReader } from "../engine/block/block-reader.ts";
import { nanosAt } from "../engine/filter/builtin-test.ts";
import { type Place, comparePlaces, placeAt } from "../engine/pipe/row-batch.ts";
import type { BlockWalk, Step } from "./block-walk.ts";
import { TimeSlices, compareTimes, rowsBehind } from "./time-slices.ts";
import type { BlockSource } from "./unit-sources.ts";

interface Cursor {
  readonly unit: string;
  readonly source: BlockSource;
  readonly block: BlockReader;
  readonly hits: Bitmap;
  readonly rows: Uint32Array;
  at: number;
  place: Place;
  /** Of the block, as the walk was told: when it came, and when its first rows were read. */
  heldBytes: number;
  isRead: boolean;
}

/** One hit: of a block, not yet read, or one that was read already. */
export type Hit =
  | { readonly kind: "row"; readonly block: BlockReader; readonly row: number }
  | { readonly kind: "entry"; readonly entry: Entry };

/** Hits that stand behind each other in the order, from the one at `from` to before `end`. */
export type Run = BlockRun | EntryRun;

/** Of one block: rows[from], rows[from + 1], … */
export interface BlockRun {
  readonly kind: "rows";
  readonly block: BlockReader;
  readonly rows: Uint32Array;
  readonly from: number;
  readonly end: number;
}

export interface EntryRun {
  readonly kind: "entries";
  readonly entries: readonly Entry[];
  readonly from: number;
  readonly end: number;
}

/** @param after only hits behind it in the order, when given: the place of the last entry of the page before. */
export async function* mergeHits(
  walk: BlockWalk,
  ascending: boolean,
  after: Place | undefined,
): AsyncGenerator<Hit, void, undefined> {
  for await (const run of mergeRuns(walk, ascending, after)) {
    if (run.kind === "entries") for (const entry of run.entries) yield { kind: "entry", entry };
    else
      for (let at = run.from; at < run.end; at++)
        yield { kind: "row", block: run.block, row: run.rows[at] ?? 0 };
  }
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
  using slices = new TimeSlices(walk, ascending);
  try {
    for (;;) {
      if (!slices.isDone) {
        const { entries, isLast } = await slices.next(last);
        const end = entries.at(-1);
        if (end !== undefined) {
          last = placeOf(end.id);
          yield { kind: "entries", entries, from: 0, end: entries.length };
        }
        if (isLast) return;
        continue;
      }
      const head = cursors.at(-1);
      const edge = walk.edge();
      let mayKeep = true;
      // A block not yet opened may hold a row before the head: equal times count, the batch decides.
      if (
        edge !== undefined &&
        (head === undefined || sign * compareTimes(edge, head.place.nanos) <= 0)
      ) {
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
            const cursor = cursorOf(step, sign, last);
            if (cursor === undefined) continue;
            insert(cursors, cursor, sign);
            mayKeep = hold(cursor, walk);
          } catch (error) {
            walk.miss(error);
          }
        }
      } else {
        if (head === undefined) return;
        const run = runOf(head, cursors.at(-2)?.place, edge, sign);
        last = placeAt(run.block, run.rows[run.end - 1] ?? 0);
        yield run;
        if (run.end === run.rows.length) walk.keep(-head.heldBytes);
        else if (!head.isRead) {
          // What reading its rows has decoded stays until the last of them.
          head.isRead = true;
          mayKeep = hold(head, walk);
        }
        advance(cursors, run.end, sign);
      }
      if (!mayKeep && cursors.length > 1) {
        for (const cursor of cursors) park(cursor, slices, walk);
        cursors = [];
      }
    }
  } finally {
    // Whoever has enough leaves in the middle.
    for (const cursor of cursors) walk.keep(-cursor.heldBytes);
  }
}

/** @returns false when it is more than should be kept. */
function hold(cursor: Cursor, walk: BlockWalk): boolean {
  const bytes = cursor.block.heldBytes();
  const mayKeep = walk.keep(bytes - cursor.heldBytes);
  cursor.heldBytes = bytes;
  return mayKeep;
}

function park(
  { unit, source, block, hits, place, heldBytes }: Cursor,
  slices: TimeSlices,
  walk: BlockWalk,
): void {
  block.giveBack();
  walk.keep(-heldBytes);
  slices.park({ unit, source, hits, next: place });
}

export function readHit(hit: Hit): Entry {
  return hit.kind === "entry" ? hit.entry : hit.block.entry(hit.row);
}

export function nanosOfHit(hit: Hit): bigint {
  return hit.kind === "entry" ? hit.entry.timeNanos : nanosAt(hit.block, hit.row);
}

/** Where the run's hit at `at` stands. */
export function placeInRun(run: Run, at: number): Place | undefined {
  if (run.kind === "rows") return placeAt(run.block, run.rows[at] ?? 0);
  const entry = run.entries[at];
  return entry === undefined ? undefined : placeOf(entry.id);
}

export function placeOf(id: EntryId): Place {
  return { nanos: id.timeNanos, batch: id.batch, index: id.index };
}

function* beforeEdge(
  cursors: Cursor[],
  edge: bigint,
  sign: number,
): Generator<BlockRun, void, undefined> {
  for (;;) {
    const head = cursors.at(-1);
    if (head === undefined || sign * compareTimes(head.place.nanos, edge) >= 0) return;
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
): BlockRun {
  if (next === undefined && edge === undefined)
    return { kind: "rows", block, rows, from: at, end: rows.length };
  const isBefore = (i: number): boolean => {
    const place = placeAt(block, rows[i] ?? 0);
    if (edge !== undefined && sign * compareTimes(place.nanos, edge) >= 0) return false;
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
  return { kind: "rows", block, rows, from: at, end: low };
}

/** @returns undefined when no row is behind `after`. */
function cursorOf(
  { unit, source, scan, rows: hits }: Extract<Step, { kind: "block" }>,
  sign: number,
  after: Place | undefined,
): Cursor | undefined {
  const { block } = scan;
  const { rows, at } = rowsBehind(block, hits, sign, after);
  const row = rows[at];
  if (row === undefined) return undefined;
  const place = placeAt(block, row);
  return { unit, source, block, hits, rows, at, place, heldBytes: 0, isRead: false };
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
