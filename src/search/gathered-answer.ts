/**
 * A table that a pipe gathers from rows in any order.
 * Invariant: rows of a unit that is planned anew are counted once.
 */
import type { Entry } from "../domain/entry.ts";
import { compileBlockFilter } from "../engine/filter/block-filter.ts";
import { nanosAt } from "../engine/filter/builtin-test.ts";
import type { Gatherer } from "../engine/pipe/gatherer.ts";
import { type Pipeline, filtersOf } from "../engine/pipe/pipeline.ts";
import { type RowBatch, blockBatch, entryBatch } from "../engine/pipe/row-batch.ts";
import { type PipeEnv, type Rows, rowCount } from "../engine/pipe/rows.ts";
import { type Answer, type Page, applied, cut } from "./answer.ts";
import type { BlockWalk } from "./block-walk.ts";
import type { RunWatch } from "./explain/run-watch.ts";
import { testedBlock, testedRows } from "./rows-in-turns.ts";
import type { Spending } from "./spending.ts";
import type { UnitTotals } from "./unit-totals.ts";

/** A table from rows in any order: straight from the columns of each block where no pipe stands before it. */
export async function gatheredAnswer(
  pipeline: Pipeline,
  totals: UnitTotals<Gatherer>,
  page: Page,
  walk: BlockWalk,
  env: PipeEnv,
  spending: Spending,
  watch: RunWatch,
): Promise<Answer> {
  const [first] = pipeline.rest;
  if (first === undefined) throw new TypeError("nothing gathers");
  const add = (unit: string, batch: RowBatch): void =>
    watch.pipe(first, batch.length, () => totals.of(unit).add(batch));
  const filters = new Map(filtersOf(first).map((own) => [own, compileBlockFilter(own)] as const));
  for (let step = await walk.next(); step !== undefined; step = await walk.next()) {
    if (step.kind === "again") {
      totals.forget(step.unit);
      continue;
    }
    // What is looked at afterwards was read only of blocks with a match.
    if (step.rows.isEmpty()) continue;
    const { scan, rows } = step;
    try {
      if (pipeline.streamed.length === 0) {
        const batch = blockBatch(scan, rows.rows());
        const tested = await testedBlock(batch, step, first, filters, spending, watch);
        if (typeof tested === "string") walk.stop(tested, nanosAt(scan.block, scan.block.rows - 1));
        else add(step.unit, tested);
      } else {
        const through = watch.steps(pipeline.streamed, env);
        const entries: Entry[] = [];
        for (const row of rows.rows()) {
          const late = spending.isTurnOver ? await spending.rowTurn() : undefined;
          if (late !== undefined) {
            walk.stop(late, nanosAt(scan.block, scan.block.rows - 1));
            break;
          }
          const entry = through.take(watch.entry(() => scan.block.entry(row)));
          if (entry !== undefined) entries.push(entry);
        }
        add(step.unit, await testedRows(entryBatch(entries), first, env, spending, watch));
      }
    } catch (error) {
      walk.miss(error);
    }
    totals.close(step.unit, walk);
    const spent = totals.overfull(walk);
    if (spent !== undefined) walk.stop(spent);
  }
  const { total, counted } = totals.finish();
  // What summaries counted has matched, too, without a row being read.
  spending.matched += counted;
  let rows = watch.pipe<Rows>(
    first,
    counted,
    () => ({ kind: "table", table: total.finish(walk.coveredStart) }),
    rowCount,
  );
  for (const pipe of pipeline.rest.slice(1)) rows = await applied(rows, pipe, env, spending, watch);
  return cut(rows, page, true);
}
