/**
 * `context n`: for each of the first 20 entries, it and the n before and after it with the same service and host,
 * unfiltered, up to an hour outside of the range; each once, newest first.
 */
import { type Entry, compareEntryIds, entryIdText } from "../domain/entry.ts";
import type { AppId } from "../domain/ids.ts";
import { HOUR_MS, NANOS_PER_MS, type TimeRange } from "../domain/time-range.ts";
import { entryBytes } from "../engine/pipe/held.ts";
import type { PipeEnv } from "../engine/pipe/rows.ts";
import { mergeHits, placeOf, readHit } from "./entry-merge.ts";
import { likeEntry } from "./find-entry.ts";
import { END_OF_TIME } from "./prepare-query.ts";
import type { RunDeps } from "./run-deps.ts";
import { walkRange } from "./walk-range.ts";

export const MAX_ANCHORS = 20;
const HOUR = BigInt(HOUR_MS) * NANOS_PER_MS;

export async function contextOf(
  entries: readonly Entry[],
  count: number,
  source: { readonly app: AppId; readonly range: TimeRange; readonly deps: RunDeps },
  env: PipeEnv,
): Promise<Entry[]> {
  const { app, range, deps } = source;
  if (entries.length > MAX_ANCHORS) env.partial(`context takes the first ${MAX_ANCHORS} entries`);
  const start = range.startNanos - HOUR;
  const end = range.endNanos + HOUR < END_OF_TIME ? range.endNanos + HOUR : END_OF_TIME;
  const found = new Map<string, Entry>();
  let held = 0;
  /** Why no more can be kept. */
  let spent: string | undefined;
  for (const anchor of entries.slice(0, MAX_ANCHORS)) {
    if (spent !== undefined) break;
    found.set(entryIdText(anchor.id), anchor);
    for (const ascending of [false, true]) {
      const side = ascending
        ? { startNanos: anchor.timeNanos, endNanos: end }
        : { startNanos: start < 0n ? 0n : start, endNanos: anchor.timeNanos + 1n };
      const walk = await walkRange(app, side, likeEntry(anchor, true, true), ascending, deps);
      let left = count;
      for await (const hit of mergeHits(walk, ascending, placeOf(anchor.id))) {
        left--;
        try {
          const entry = readHit(hit);
          const id = entryIdText(entry.id);
          if (!found.has(id)) {
            found.set(id, entry);
            held += entryBytes(entry);
            spent = env.overfull(held);
          }
        } catch (error) {
          walk.miss(error);
        }
        if (left === 0 || spent !== undefined) break;
      }
      for (const reason of walk.reasons) env.partial(reason);
      if (spent !== undefined) env.partial(spent);
    }
  }
  return [...found.values()].sort((a, b) => compareEntryIds(b.id, a.id));
}
