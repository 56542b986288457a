/**
 * The order of the rows of several blocks, and which rows of which block make the next merged one.
 * Invariant: rows ascend by (time, batch, index); a block's own rows are in that order already, so its rows of one
 * output are a run of those it keeps.
 */
import type { BatchId } from "../../domain/ids.ts";
import type { OpenedBlock } from "./open-block.ts";

/** Rows of one block on their way into one output. Both arrays ascend and are as long as each other. */
export interface Picked {
  readonly block: OpenedBlock;
  readonly rows: Uint32Array;
  /** Where each row goes in the output. */
  readonly places: Uint32Array;
}

const NANOS_A_MS = 1_000_000;

/** A block whose rows are being merged. */
export class MergeCursor {
  readonly block: OpenedBlock;
  /** Rows that stay, ascending. */
  readonly kept: Uint32Array;
  /** Nanoseconds since `baseMs` of each of `kept`: exact below 104 days. */
  readonly keys: Float64Array;
  /** Index into `kept` of the first row that no output has yet. */
  next = 0;
  /** Bytes of a row before compression besides its message; messages that repeat weigh nothing. */
  readonly weight: number;
  readonly messageStarts: Uint32Array | undefined;

  constructor(block: OpenedBlock, except: ReadonlySet<BatchId> | undefined, baseMs: number) {
    this.block = block;
    const { rows, timeMs, timeRemNanos } = block;
    const dropped = block.batches.map((batch) => except?.has(batch) === true);
    const kept = new Uint32Array(rows);
    let count = 0;
    if (dropped.includes(true)) {
      const { batchOf } = block;
      for (let row = 0; row < rows; row++)
        if (dropped[batchOf[row] as number] !== true) kept[count++] = row;
    } else for (; count < rows; count++) kept[count] = count;
    this.kept = kept.subarray(0, count);
    this.keys = new Float64Array(count);
    for (let i = 0; i < count; i++) {
      const row = kept[i] as number;
      this.keys[i] =
        ((timeMs[row] as number) - baseMs) * NANOS_A_MS + (timeRemNanos[row] as number);
    }
    const message = block.builtin("message");
    this.messageStarts = message.kind === "text" ? message.starts : undefined;
    this.weight = block.rawBytes("message") / Math.max(1, rows);
  }

  get left(): number {
    return this.kept.length - this.next;
  }

  /** @returns how many of the rows that are left lie before `key`. */
  countBefore(key: number): number {
    let low = this.next;
    let high = this.kept.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.keys[middle] as number) < key) low = middle + 1;
      else high = middle;
    }
    return low - this.next;
  }
}

/** Rows that may go out, in order: `order[i]` is an index into the other two. */
export interface Candidates {
  readonly total: number;
  readonly order: Uint32Array;
  /** Index of the cursor. */
  readonly cursorOf: Uint16Array;
  /** Row of its block. */
  readonly rowOf: Uint32Array;
}

/** @param beforeKey rows from there on wait: others may come before them. */
export function orderRows(cursors: readonly MergeCursor[], beforeKey: number): Candidates {
  const counts = cursors.map((cursor) => cursor.countBefore(beforeKey));
  const total = counts.reduce((sum, count) => sum + count, 0);
  const keys = new Float64Array(total);
  const cursorOf = new Uint16Array(total);
  const rowOf = new Uint32Array(total);
  let bounds = [0];
  let at = 0;
  cursors.forEach((cursor, i) => {
    const count = counts[i] as number;
    if (count === 0) return;
    const end = cursor.next + count;
    keys.set(cursor.keys.subarray(cursor.next, end), at);
    rowOf.set(cursor.kept.subarray(cursor.next, end), at);
    cursorOf.fill(i, at, at + count);
    at += count;
    bounds.push(at);
  });
  let ranks: readonly Uint32Array[] | undefined;
  /** Of equal times. */
  const isAfter = (a: number, b: number): boolean => {
    ranks ??= batchRanks(cursors);
    const cursorA = cursorOf[a] as number;
    const cursorB = cursorOf[b] as number;
    const one = (cursors[cursorA] as MergeCursor).block;
    const other = (cursors[cursorB] as MergeCursor).block;
    const rowA = rowOf[a] as number;
    const rowB = rowOf[b] as number;
    const rankA = (ranks[cursorA] as Uint32Array)[one.batchOf[rowA] as number] as number;
    const rankB = (ranks[cursorB] as Uint32Array)[other.batchOf[rowB] as number] as number;
    if (rankA !== rankB) return rankA > rankB;
    return (one.indexInBatch[rowA] as number) > (other.indexInBatch[rowB] as number);
  };
  let from = new Uint32Array(total);
  for (let i = 0; i < total; i++) from[i] = i;
  let to = new Uint32Array(total);
  while (bounds.length > 2) {
    const next = [0];
    for (let i = 0; i + 1 < bounds.length; i += 2) {
      const [start, middle] = [bounds[i] as number, bounds[i + 1] as number];
      const end = bounds[i + 2] ?? middle;
      mergeRuns(keys, isAfter, from, to, start, middle, end);
      next.push(end);
    }
    bounds = next;
    [from, to] = [to, from];
  }
  return { total, order: from, cursorOf, rowOf };
}

/** @returns for each cursor the place of its block's batches among all of them, so that ties compare numbers. */
function batchRanks(cursors: readonly MergeCursor[]): readonly Uint32Array[] {
  const all = new Set<BatchId>();
  for (const { block } of cursors) for (const batch of block.batches) all.add(batch);
  const rankOf = new Map([...all].toSorted().map((batch, rank) => [batch, rank] as const));
  return cursors.map(({ block }) =>
    Uint32Array.from(block.batches, (batch) => rankOf.get(batch) ?? 0),
  );
}

function mergeRuns(
  keys: Float64Array,
  isAfter: (a: number, b: number) => boolean,
  from: Uint32Array,
  to: Uint32Array,
  start: number,
  middle: number,
  end: number,
): void {
  let left = start;
  let right = middle;
  let at = start;
  while (left < middle && right < end) {
    const a = from[left] as number;
    const b = from[right] as number;
    const keyA = keys[a] as number;
    const keyB = keys[b] as number;
    if (keyA < keyB || (keyA === keyB && !isAfter(a, b))) {
      to[at++] = a;
      left++;
    } else {
      to[at++] = b;
      right++;
    }
  }
  if (left < middle) to.set(from.subarray(left, middle), at);
  else if (right < end) to.set(from.subarray(right, end), at);
}

/** Takes candidates [from, to) out of their cursors. @returns their rows by block. */
export function pickRows(
  cursors: readonly MergeCursor[],
  candidates: Candidates,
  from: number,
  to: number,
): Picked[] {
  const { order, cursorOf } = candidates;
  const counts = new Uint32Array(cursors.length);
  for (let i = from; i < to; i++) {
    const cursor = cursorOf[order[i] as number] as number;
    counts[cursor] = (counts[cursor] as number) + 1;
  }
  const places = Array.from(counts, (count) => new Uint32Array(count));
  counts.fill(0);
  for (let i = from; i < to; i++) {
    const cursor = cursorOf[order[i] as number] as number;
    const at = counts[cursor] as number;
    (places[cursor] as Uint32Array)[at] = i - from;
    counts[cursor] = at + 1;
  }
  const picked: Picked[] = [];
  cursors.forEach((cursor, i) => {
    const own = places[i] as Uint32Array;
    if (own.length === 0) return;
    const rows = cursor.kept.subarray(cursor.next, cursor.next + own.length);
    cursor.next += own.length;
    picked.push({ block: cursor.block, rows, places: own });
  });
  return picked;
}
