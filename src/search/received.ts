/**
 * Entries by when they were received, whatever time they speak of: what a tail owes of rows that are gone.
 * Invariant: pages together hold every visible entry that passes, lies in the range, was committed behind the epoch
 * and received at or after the instant; what cannot be read is among the reasons. A page is bounded in entries, in
 * bytes and by the budget of a query, and its cursor goes on behind it.
 */
import { type Entry, entryIdText, parseEntryId } from "../domain/entry.ts";
import type { AppId } from "../domain/ids.ts";
import { MiB } from "../domain/limits.ts";
import { bucketsOf } from "../domain/time-range.ts";
import { entryBytes } from "../engine/pipe/held.ts";
import type { Filter } from "../query/ast.ts";
import type { Unit } from "../storage/log-store.ts";
import { mergeHits, placeOf, readHit } from "./entry-merge.ts";
import { END_OF_TIME, narrow } from "./prepare-query.ts";
import type { RunDeps } from "./run-deps.ts";
import { walkUnits } from "./walk-range.ts";

const PAGE_ENTRIES = 1000;
/** A page passes between threads in one piece. */
const PAGE_BYTES = 8 * MiB;

export interface ReceivedRequest {
  readonly app: AppId;
  readonly filter: Filter;
  /** Only what was committed behind it; -1: everything. */
  readonly afterEpoch: number;
  /** Only what was received at or after it. */
  readonly sinceNanos: bigint;
  /** Only what happened at or after it. */
  readonly startNanos: bigint;
  /** As the page before gave it; empty for the first. */
  readonly cursor: string;
}

export interface ReceivedPage {
  /** Ascending by (time, batch, index). */
  readonly entries: readonly Entry[];
  /** Empty at the end. */
  readonly nextCursor: string;
  /** Sentences about what is missing; of the last page also about what would have come behind it. */
  readonly reasons: readonly string[];
}

/** Throws the store's faults and `canceled`. */
export async function receivedEntries(
  request: ReceivedRequest,
  deps: RunDeps,
): Promise<ReceivedPage> {
  const { app, filter, cursor, sinceNanos } = request;
  const after = cursor === "" ? undefined : placeOf(parseEntryId(cursor, "cursor"));
  const startNanos =
    after !== undefined && after.nanos > request.startNanos ? after.nanos : request.startNanos;
  const range = narrow({ startNanos, endNanos: END_OF_TIME }, filter);
  const buckets = bucketsOf(range);
  const units =
    buckets === undefined ? [] : await deps.store.plan(app, buckets.first, buckets.last);
  const touched = units.filter((unit) => hasCommitsBehind(unit, request.afterEpoch));
  const walk = await walkUnits(touched, range, filter, true, deps);
  const entries: Entry[] = [];
  let bytes = 0;
  for await (const hit of mergeHits(walk, true, after)) {
    let entry: Entry;
    try {
      entry = readHit(hit);
    } catch (error) {
      walk.miss(error);
      continue;
    }
    if (entry.observedNanos < sinceNanos) continue;
    entries.push(entry);
    bytes += entryBytes(entry);
    if (entries.length >= PAGE_ENTRIES || bytes >= PAGE_BYTES)
      return { entries, nextCursor: entryIdText(entry.id), reasons: walk.reasons };
  }
  const edge = walk.edge();
  // A spent budget ends a page, not the answer, as long as it got on.
  if (edge !== undefined && edge > startNanos)
    return {
      entries,
      nextCursor: firstAt(edge),
      reasons: walk.reasons.filter((reason) => reason !== deps.spending.exhausted()),
    };
  return { entries, nextCursor: "", reasons: walk.reasons };
}

/** `through` passes an epoch only with a merge of rows behind it; what is not merged says its epoch itself. */
function hasCommitsBehind({ manifest, l0 }: Unit, epoch: number): boolean {
  return manifest.through > epoch || l0.some((row) => row.epoch > epoch);
}

/** The cursor in front of everything of an instant. */
function firstAt(nanos: bigint): string {
  return `${nanos}.00000000-0000-0000-0000-000000000000.0`;
}
