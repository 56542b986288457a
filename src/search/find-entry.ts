/** One entry by its id, and its neighbours. */
import { type Entry, type EntryId, entryIdText, parseEntryId } from "../domain/entry.ts";
import { FaultError, invalid, notFound } from "../domain/fault.ts";
import type { AppId } from "../domain/ids.ts";
import { ANSWER_BYTES } from "../domain/limits.ts";
import { HOUR_MS, NANOS_PER_MS, type TimeRange } from "../domain/time-range.ts";
import { entryBytes } from "../engine/pipe/held.ts";
import type { FieldRef, Filter } from "../query/ast.ts";
import { mergeHits, placeOf, readHit } from "./entry-merge.ts";
import { END_OF_TIME } from "./prepare-query.ts";
import type { ContextRequest, ContextResult } from "./results.ts";
import { Reasons } from "./reasons.ts";
import type { RunDeps } from "./run-deps.ts";
import { walkRange } from "./walk-range.ts";

const NOWHERE = { start: 0, end: 0 };
const MAX_NEIGHBOURS = 1000;
/** Of those on one side: two of them are an answer. */
const SIDE_BYTES = ANSWER_BYTES / 2;
const HOUR = BigInt(HOUR_MS) * NANOS_PER_MS;

/** Throws `notFound`. */
export async function findEntry(app: AppId, idText: string, deps: RunDeps): Promise<Entry> {
  const id = parseEntryId(idText);
  const range = { startNanos: id.timeNanos, endNanos: id.timeNanos + 1n };
  const filter: Filter = {
    kind: "field",
    field: { kind: "builtin", name: "id", at: NOWHERE },
    test: { kind: "exact", text: entryIdText(id) },
    at: NOWHERE,
  };
  const walk = await walkRange(app, range, filter, false, deps);
  for await (const hit of mergeHits(walk, false, undefined)) return readHit(hit);
  // What could not be read may be what was asked for: that is no answer of "not there".
  const [reason] = walk.reasons;
  if (reason !== undefined)
    throw new FaultError({ kind: "corrupt", what: `entry ${idText}`, reason });
  throw notFound("entry", idText);
}

/** Throws `notFound` for an unknown entry. */
export async function findContext(request: ContextRequest, deps: RunDeps): Promise<ContextResult> {
  for (const side of ["before", "after"] as const) {
    const count = request[side];
    if (!Number.isInteger(count) || count < 0 || count > MAX_NEIGHBOURS)
      throw invalid(side, `a whole number from 0 to ${MAX_NEIGHBOURS}`);
  }
  const entry = await findEntry(request.app, request.id, deps);
  const filter = likeEntry(entry, request.sameService ?? false, request.sameHost ?? false);
  const missing = new Reasons();
  const side = (count: number, ascending: boolean, held: number): Promise<readonly Entry[]> =>
    neighbours(request.app, entry.id, filter, { count, ascending, missing, held }, deps);
  const before = await side(request.before, false, 0);
  const after = await side(request.after, true, bytesOf(before));
  const partialReason = missing.list().join("; ");
  return { before, entry, after, partial: partialReason !== "", partialReason };
}

/** Of the same service and host, also when the entry has none. */
export function likeEntry(entry: Entry, sameService: boolean, sameHost: boolean): Filter {
  const parts: Filter[] = [];
  if (sameService) parts.push(same("service", entry.service));
  if (sameHost) parts.push(same("host", entry.host));
  const [only] = parts;
  if (only === undefined) return { kind: "all" };
  return parts.length === 1 ? only : { kind: "and", parts };
}

function same(name: "service" | "host", value: string): Filter {
  const field: FieldRef = { kind: "builtin", name, at: NOWHERE };
  if (value === "") {
    const has: Filter = { kind: "field", field, test: { kind: "exists" }, at: NOWHERE };
    return { kind: "not", part: has };
  }
  return { kind: "field", field, test: { kind: "exact", text: value }, at: NOWHERE };
}

/**
 * The nearest `count` entries on one side that can be read, nearest first; what cannot is added to `missing`. Looks an hour
 * far, then a day, then everywhere.
 */
async function neighbours(
  app: AppId,
  id: EntryId,
  filter: Filter,
  side: {
    readonly count: number;
    readonly ascending: boolean;
    readonly missing: Reasons;
    /** Bytes of what is kept beside them. */
    readonly held: number;
  },
  deps: RunDeps,
): Promise<readonly Entry[]> {
  const { count, ascending, missing } = side;
  if (count === 0) return [];
  let found: Entry[] = [];
  for (const reach of [HOUR, 24n * HOUR, undefined]) {
    found = [];
    let bytes = 0;
    let spent: string | undefined;
    const walk = await walkRange(app, reachFrom(id, reach, ascending), filter, ascending, deps);
    for await (const hit of mergeHits(walk, ascending, placeOf(id))) {
      let entry: Entry;
      try {
        entry = readHit(hit);
      } catch (error) {
        walk.miss(error);
        continue;
      }
      found.push(entry);
      if (found.length === count) break;
      bytes += entryBytes(entry);
      spent = deps.spending.overfull(side.held + bytes);
      if (spent === undefined && bytes >= SIDE_BYTES)
        spent = `only the ${found.length} nearest entries ${ascending ? "after" : "before"} it are here, because they are large: ask for those around the last of them`;
      if (spent !== undefined) break;
    }
    missing.absorb(walk.missing);
    if (spent !== undefined) missing.add(spent);
    if (found.length === count || spent !== undefined || deps.spending.exhausted() !== undefined)
      break;
  }
  return found;
}

function bytesOf(entries: readonly Entry[]): number {
  return entries.reduce((sum, entry) => sum + entryBytes(entry), 0);
}

function reachFrom(id: EntryId, reach: bigint | undefined, ascending: boolean): TimeRange {
  if (ascending) {
    const endNanos = reach === undefined ? END_OF_TIME : id.timeNanos + reach;
    return { startNanos: id.timeNanos, endNanos };
  }
  const startNanos = reach === undefined || reach > id.timeNanos ? 0n : id.timeNanos - reach;
  return { startNanos, endNanos: id.timeNanos + 1n };
}
