/**
 * Which rows of a list are where they were.
 * Invariant: rows stand in one order, each once, and go at the ends alone; so a stretch whose two ends are as far apart in
 * both lists is the same in both, and what changed is all that is looked at, but for the few steps of a search. Pure.
 */
interface Row {
  readonly id: string;
}

/** Rows `from` to `to` (excluded) of the list before stand at `at` and behind it. */
export interface Kept {
  readonly from: number;
  readonly to: number;
  readonly at: number;
}

export const NONE_KEPT: Kept = { from: 0, to: 0, at: 0 };

/** @returns the longest such stretch that reaches to an end of what both lists have. */
export function keptRows(before: readonly Row[], now: readonly Row[]): Kept {
  const first = firstKept(before, now, (rows, k) => rows[k]);
  const last = firstKept(before, now, (rows, k) => rows[rows.length - 1 - k]);
  if (first === undefined || last === undefined) return NONE_KEPT;
  const from = first.before;
  const to = before.length - last.before;
  if (to <= from) return NONE_KEPT;
  // By how much rows moved never falls from one to the next: rows come between, and none goes.
  const [head, tail] = [first.now - from, now.length - last.now - to];
  const stays = (index: number, by: number): boolean => before[index]?.id === now[index + by]?.id;
  if (head === tail) return { from, to, at: first.now };
  const headEnd = search(from, to, (index) => !stays(index, head));
  const tailStart = search(from, to, (index) => stays(index, tail));
  return headEnd - from > to - tailStart
    ? { from, to: headEnd, at: from + head }
    : { from: tailStart, to, at: tailStart + tail };
}

/** How many rows were let go at an end, and how many came there; undefined where the lists share none. */
function firstKept(
  before: readonly Row[],
  now: readonly Row[],
  at: (rows: readonly Row[], k: number) => Row | undefined,
): { readonly before: number; readonly now: number } | undefined {
  const [was, is] = [at(before, 0)?.id, at(now, 0)?.id];
  if (was === undefined || is === undefined) return undefined;
  for (let k = 0; k < Math.max(before.length, now.length); k++) {
    if (at(now, k)?.id === was) return { before: 0, now: k };
    if (at(before, k)?.id === is) return { before: k, now: 0 };
  }
  return undefined;
}

/** The first index for which it holds, of those from which on it does. */
function search(from: number, to: number, holds: (index: number) => boolean): number {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
