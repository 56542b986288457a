/**
 * Whether a server that is asked the same kinds of things again and again needs more and more memory for it.
 * Invariant: pure. Resident memory is what an operator pays for, so it is judged, not what a collector says is in use: of
 * half a million requests the first fifth made 350 MiB of it 450, and what followed moved between 440 and 560 (of which 190
 * were in use; the rest are heaps' and allocators' rooms that stay). A leak of 20 bytes a request is found within ten million.
 */

/** Rounds until caches are full and heaps have their size; and so many make a level. */
const WARM = 10;
/** Beyond the level after warming up, MiB: above what levels of ten rounds differ by, below what a day of leaking makes. */
const GROWTH_MIB = 150;
/** While it warms up, MiB. */
const WARMING_MIB = 250;
/** Never more than this, MiB: bodies, four queries at their bounds, and what every process needs. */
const MOST_MIB = 1_200;

/** @param residentMiB after each round of as many requests. @returns what is wrong; undefined when nothing is. */
export function memoryProblem(residentMiB: readonly number[]): string | undefined {
  const [first = 0] = residentMiB;
  const last = residentMiB.at(-1) ?? 0;
  const most = Math.max(...residentMiB);
  if (most > MOST_MIB) return `${Math.round(most)} MiB are resident, more than ${MOST_MIB}`;
  if (residentMiB.length < 3 * WARM)
    return last > first + WARMING_MIB ? grew(first, last, WARMING_MIB) : undefined;
  const warm = median(residentMiB.slice(WARM, 2 * WARM));
  const now = median(residentMiB.slice(-WARM));
  return now > warm + GROWTH_MIB ? grew(warm, now, GROWTH_MIB) : undefined;
}

function grew(from: number, to: number, most: number): string {
  return `memory grew from ${Math.round(from)} to ${Math.round(to)} MiB, by more than ${most}`;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}
