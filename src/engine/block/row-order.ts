/**
 * Sorts rows by (time, batch, index). Invariant: stable, and linear when the rows are in order already; otherwise a
 * merge of the ascending runs that are there, since batches mostly arrive in order.
 */

/** What rows are compared by; `rank` of a batch's ordinal is its place among the batch ids. */
export interface RowKeys {
  readonly rows: number;
  readonly timeMs: Float64Array;
  readonly timeRem: Uint32Array;
  readonly batchOf: Uint32Array;
  readonly indexes: Uint32Array;
  readonly rank: Uint32Array;
}

function isAfter(keys: RowKeys, a: number, b: number): boolean {
  const { timeMs, timeRem } = keys;
  if (timeMs[a] !== timeMs[b]) return (timeMs[a] as number) > (timeMs[b] as number);
  if (timeRem[a] !== timeRem[b]) return (timeRem[a] as number) > (timeRem[b] as number);
  const rankA = keys.rank[keys.batchOf[a] as number] as number;
  const rankB = keys.rank[keys.batchOf[b] as number] as number;
  if (rankA !== rankB) return rankA > rankB;
  return (keys.indexes[a] as number) > (keys.indexes[b] as number);
}

/** @returns the rows in order, undefined when they stand in order already. */
export function sortedRows(keys: RowKeys): Uint32Array | undefined {
  const { rows } = keys;
  const runs: number[] = [0];
  for (let row = 1; row < rows; row++) if (isAfter(keys, row - 1, row)) runs.push(row);
  if (runs.length === 1) return undefined;
  runs.push(rows);
  let from = new Uint32Array(rows);
  for (let row = 0; row < rows; row++) from[row] = row;
  let to = new Uint32Array(rows);
  let bounds = runs;
  while (bounds.length > 2) {
    const next: number[] = [];
    let i = 0;
    for (; i + 2 < bounds.length; i += 2) {
      const start = bounds[i] as number;
      next.push(start);
      mergeRuns(keys, from, to, start, bounds[i + 1] as number, bounds[i + 2] as number);
    }
    if (i + 1 < bounds.length) {
      const start = bounds[i] as number;
      next.push(start);
      to.set(from.subarray(start, bounds[i + 1] as number), start);
    }
    next.push(rows);
    bounds = next;
    [from, to] = [to, from];
  }
  return from;
}

function mergeRuns(
  keys: RowKeys,
  from: Uint32Array,
  to: Uint32Array,
  start: number,
  middle: number,
  end: number,
): void {
  let left = start;
  let right = middle;
  for (let at = start; at < end; at++) {
    const takeLeft =
      right >= end ||
      (left < middle && !isAfter(keys, from[left] as number, from[right] as number));
    to[at] = from[takeLeft ? left++ : right++] as number;
  }
}
