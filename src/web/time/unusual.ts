/**
 * Whether a count is unusual beside the one of the equal window before. Pure.
 */

/** Less is chance. */
const LEAST_RATIO = 3;
const LEAST_ENTRIES = 30;

/** `36×` where there is much more than before, `⅕` where much less; undefined where it is as usual. */
export function unusual(now: number, before: number): string | undefined {
  if (Math.max(now, before) < LEAST_ENTRIES) return undefined;
  if (before === 0) return undefined;
  const ratio = now / before;
  if (ratio >= LEAST_RATIO) return `${ratio >= 10 ? Math.round(ratio) : ratio.toFixed(1)}×`;
  if (ratio <= 1 / LEAST_RATIO)
    return now === 0 ? "none now, unlike" : `${Math.round(before / now)}× fewer than`;
  return undefined;
}
