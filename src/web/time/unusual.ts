/**
 * Whether a count is unusual beside the one of the equal window before.
 * Invariant: nothing is compared with a window that had next to nothing, as when the first entries have just come. Pure.
 */

/** Less is chance. */
const LEAST_RATIO = 3;
const LEAST_ENTRIES = 30;

/** @param entries how many the window before had in all. */
export function isComparable(entries: number): boolean {
  return entries >= LEAST_ENTRIES;
}

/**
 * `36×` where there is much more than before, `⅕` where much less; undefined where it is as usual.
 * @param all how many entries the window before had in all, `before` of which are such.
 */
export function unusual(now: number, before: number, all: number): string | undefined {
  if (!isComparable(all) || Math.max(now, before) < LEAST_ENTRIES) return undefined;
  if (before === 0) return undefined;
  const ratio = now / before;
  if (ratio >= LEAST_RATIO) return `${ratio >= 10 ? Math.round(ratio) : ratio.toFixed(1)}×`;
  if (ratio <= 1 / LEAST_RATIO)
    return now === 0 ? "none now, unlike" : `${Math.round(before / now)}× fewer than`;
  return undefined;
}

/** Whether there was none before of what there is enough of now to say so. */
export function isNew(now: number, before: number, all: number): boolean {
  return isComparable(all) && before === 0 && now >= LEAST_ENTRIES;
}
