/**
 * A walk over everything of an application in a range that passes a filter, each block with what is looked at
 * afterwards: all that an entry has unless said otherwise.
 */
import type { AppId } from "../domain/ids.ts";
import { type TimeRange, bucketsOf } from "../domain/time-range.ts";
import { compileBlockFilter } from "../engine/filter/block-filter.ts";
import type { Filter } from "../query/ast.ts";
import type { Unit } from "../storage/log-store.ts";
import { BlockWalk } from "./block-walk.ts";
import { EVERYTHING, type FieldNeeds, needsOf } from "./field-needs.ts";
import { narrow } from "./prepare-query.ts";
import { pruneOf } from "./prune.ts";
import type { RunDeps } from "./run-deps.ts";

/** Throws the store's faults; what cannot be read is among the walk's reasons. */
export async function walkRange(
  app: AppId,
  range: TimeRange,
  filter: Filter,
  ascending: boolean,
  deps: RunDeps,
  afterwards = EVERYTHING,
): Promise<BlockWalk> {
  const narrowed = narrow(range, filter);
  const buckets = bucketsOf(narrowed);
  const units =
    buckets === undefined ? [] : await deps.store.plan(app, buckets.first, buckets.last);
  return walkUnits(units, narrowed, filter, ascending, deps, afterwards);
}

/** The same over some units, in a range that the filter has narrowed. */
export function walkUnits(
  units: readonly Unit[],
  range: TimeRange,
  filter: Filter,
  ascending: boolean,
  deps: RunDeps,
  afterwards: FieldNeeds = EVERYTHING,
): Promise<BlockWalk> {
  return BlockWalk.begin(units, deps, {
    filter: compileBlockFilter(filter),
    range,
    needs: needsOf([filter], []),
    afterwards,
    ascending,
    prune: pruneOf(filter),
  });
}
