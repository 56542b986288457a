/**
 * Section 6, step 2: is a batch in D?
 * Invariant: the answer is that of the union of the segments' lists; the ranges only spare looking. Nobody asks the
 * time in an id: it may be years off.
 */
import { type IdRange, type Manifest, timeOfId } from "./nouns.ts";
import { type Process, wallOf, type World } from "./world.ts";

/** Ranges kept a segment. */
const RANGES = 8;

/** At most eight ranges that hold all ids, cut at the widest gaps: one wrong clock does not widen them all. */
export function rangesOf(batches: ReadonlySet<number>): IdRange[] {
  const ids = [...batches].sort((a, b) => a - b);
  const gaps = ids.slice(1).map((id, i) => ({ at: i + 1, width: id - (ids[i] ?? id) }));
  const cuts = gaps.sort((a, b) => b.width - a.width || a.at - b.at).slice(0, RANGES - 1);
  const starts = [0, ...cuts.map((gap) => gap.at).sort((a, b) => a - b)];
  return starts.flatMap((start, i): IdRange[] => {
    const first = ids[start];
    const last = ids[(starts[i + 1] ?? ids.length) - 1];
    return first === undefined || last === undefined ? [] : [[first, last]];
  });
}

/** Whether some segment ever absorbed this batch. Rule checkAllIds off: an id "of just now" is taken for new. */
export function absorbed(
  w: World,
  p: Process,
  manifest: Manifest | undefined,
  id: number,
): boolean {
  if (!w.on("checkAllIds") && timeOfId(id) > wallOf(w, p) - w.shape.epochUnits * 2) return false;
  for (const { ranges, batches } of manifest?.segments ?? []) {
    if (ranges.some(([first, last]) => id >= first && id <= last) && batches.has(id)) return true;
  }
  return false;
}
