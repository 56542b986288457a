/**
 * Counts the shapes of the messages that match, in one range of time.
 * Invariant: what could not be counted has its reason among `reasons`; everything else is counted once.
 */
import type { AppId } from "../domain/ids.ts";
import { type TimeRange, bucketsOf } from "../domain/time-range.ts";
import { compileBlockFilter } from "../engine/filter/block-filter.ts";
import { blockBatch } from "../engine/pipe/row-batch.ts";
import { ShapeCounts, type Timeline } from "../engine/pipe/shape-counts.ts";
import type { Filter } from "../query/ast.ts";
import type { Unit } from "../storage/log-store.ts";
import { BlockWalk } from "./block-walk.ts";
import { NOTHING, needsOf } from "./field-needs.ts";
import { pruneOf } from "./prune.ts";
import type { RunDeps } from "./run-deps.ts";
import { UnitTotals } from "./unit-totals.ts";

export interface CountedShapes {
  readonly counts: ShapeCounts;
  readonly units: readonly Unit[];
  /** Why not all of the range was counted; empty when it was. */
  readonly reasons: readonly string[];
  readonly coveredStart: bigint | undefined;
}

export async function countShapes(
  app: AppId,
  filter: Filter,
  range: TimeRange,
  timeline: Timeline,
  deps: RunDeps,
): Promise<CountedShapes> {
  const totals = new UnitTotals(() => new ShapeCounts("join", timeline), {
    overfull: (bytes) => deps.spending.overfull(bytes),
  });
  const hours = bucketsOf(range);
  const units = hours === undefined ? [] : await deps.store.plan(app, hours.first, hours.last);
  const walk = await BlockWalk.begin(units, deps, {
    filter: compileBlockFilter(filter),
    range,
    needs: needsOf([filter], []),
    afterwards: { ...NOTHING, message: true },
    ascending: false,
    prune: pruneOf(filter),
    forget: (unit) => totals.forget(unit),
  });
  for (let step = await walk.next(); step !== undefined; step = await walk.next()) {
    // What is looked at afterwards was read only of blocks with a match.
    if (step.kind === "again" || step.rows.isEmpty()) continue;
    try {
      totals.of(step.unit).add(blockBatch(step.scan, step.rows.rows()));
    } catch (error) {
      walk.miss(error);
    }
    totals.close(step.unit, walk);
    const spent = totals.overfull(walk);
    if (spent !== undefined) walk.stop(spent);
  }
  const { total: counts } = totals.finish();
  return { counts, units, reasons: walk.reasons, coveredStart: walk.coveredStart };
}
