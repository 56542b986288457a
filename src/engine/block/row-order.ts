/**
 * Sorts rows by (time, batch, index). Invariant: stable, and linear: rows in order already are left alone, others
 * are dealt out by the digits of their time, and only equal times are compared.
 */

import { giveBack } from "../../domain/give-back.ts";

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
  let row = 1;
  while (row < rows && !isAfter(keys, row - 1, row)) row++;
  if (row >= rows) return undefined;
  const order = byTime(keys);
  settleEqualTimes(keys, order);
  return order;
}

const DIGIT_BITS = 11;
const DIGITS = 1 << DIGIT_BITS;

/** A radix sort: the nanoseconds beyond the millisecond first, then the milliseconds since the earliest. */
function byTime({ rows, timeMs, timeRem }: RowKeys): Uint32Array {
  let min = Infinity;
  let max = -Infinity;
  let maxRem = 0;
  for (let row = 0; row < rows; row++) {
    const ms = timeMs[row] as number;
    if (ms < min) min = ms;
    if (ms > max) max = ms;
    const rem = timeRem[row] as number;
    if (rem > maxRem) maxRem = rem;
  }
  let order = new Uint32Array(rows);
  for (let row = 0; row < rows; row++) order[row] = row;
  let spare = new Uint32Array(rows);
  const starts = new Uint32Array(DIGITS);
  for (let shift = 0; maxRem >>> shift > 0; shift += DIGIT_BITS) {
    starts.fill(0);
    for (let row = 0; row < rows; row++) count(starts, (timeRem[row] as number) >>> shift);
    sum(starts);
    for (let i = 0; i < rows; i++) {
      const row = order[i] as number;
      spare[place(starts, (timeRem[row] as number) >>> shift)] = row;
    }
    [order, spare] = [spare, order];
  }
  for (let unit = 1; unit <= max - min; unit *= DIGITS) {
    starts.fill(0);
    for (let row = 0; row < rows; row++) count(starts, ((timeMs[row] as number) - min) / unit);
    sum(starts);
    for (let i = 0; i < rows; i++) {
      const row = order[i] as number;
      spare[place(starts, ((timeMs[row] as number) - min) / unit)] = row;
    }
    [order, spare] = [spare, order];
  }
  giveBack(spare, starts);
  return order;
}

function count(starts: Uint32Array, key: number): void {
  const digit = key & (DIGITS - 1);
  starts[digit] = (starts[digit] as number) + 1;
}

/** Turns counts into where each digit begins. */
function sum(starts: Uint32Array): void {
  let at = 0;
  for (let digit = 0; digit < DIGITS; digit++) {
    const size = starts[digit] as number;
    starts[digit] = at;
    at += size;
  }
}

function place(starts: Uint32Array, key: number): number {
  const digit = key & (DIGITS - 1);
  const at = starts[digit] as number;
  starts[digit] = at + 1;
  return at;
}

/** Rows of one time stand as they came: mostly that is their order, of batches that came in order. */
function settleEqualTimes(keys: RowKeys, order: Uint32Array): void {
  const { rows, timeMs, timeRem } = keys;
  for (let i = 1; i < rows; i++) {
    if (!isAfter(keys, order[i - 1] as number, order[i] as number)) continue;
    const row = order[i] as number;
    const isEqual = (other: number | undefined): boolean =>
      other !== undefined && timeMs[other] === timeMs[row] && timeRem[other] === timeRem[row];
    let from = i;
    while (isEqual(order[from - 1])) from--;
    while (isEqual(order[i + 1])) i++;
    order
      .subarray(from, i + 1)
      .sort((a, b) => (isAfter(keys, a, b) ? 1 : isAfter(keys, b, a) ? -1 : 0));
  }
}
