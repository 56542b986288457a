/**
 * Tests the rows that a pipe works on, with turns for others in between.
 * Invariant: what passes is what passes in one go. A row that is too much work, and all that are left when the time is
 * spent, do not pass, and the answer says so.
 */
import { Bitmap } from "../engine/bitmap.ts";
import type { BlockFilter } from "../engine/filter/block-filter.ts";
import type { BlockScan } from "../engine/filter/block-scan.ts";
import { filtersOf } from "../engine/pipe/pipeline.ts";
import type { RowBatch } from "../engine/pipe/row-batch.ts";
import type { PipeEnv } from "../engine/pipe/rows.ts";
import { forgiving } from "../engine/pipe/too-much.ts";
import type { Filter, Pipe } from "../query/ast.ts";
import type { RunWatch } from "./explain/run-watch.ts";
import { filterInTurns } from "./filter-in-turns.ts";
import type { Spending } from "./spending.ts";

/** @returns the batch, which knows the rows that match each of the pipe's filters. */
export async function testedRows(
  batch: RowBatch,
  pipe: Pipe,
  env: PipeEnv,
  spending: Spending,
  watch: RunWatch,
): Promise<RowBatch> {
  const passing = new Map<Filter, Bitmap>();
  let late: string | undefined;
  for (const filter of filtersOf(pipe)) {
    const rows = Bitmap.none(batch.length);
    passing.set(filter, rows);
    const passes = forgiving(batch, env).matches(filter);
    const goOn = (from: number): number => {
      let row = from;
      do if (passes(row)) rows.add(row);
      while (++row < batch.length && !spending.isTurnOver);
      return row;
    };
    for (let at = 0; at < batch.length && late === undefined;) {
      const from = at;
      at = watch.pipe(pipe, 0, () => goOn(from));
      if (spending.isTurnOver) late = await spending.rowTurn();
    }
  }
  if (late !== undefined) env.partial(late);
  return withMatches(batch, passing, (row) => row);
}

/**
 * The same for rows of a block.
 * @param filters compiled, those of the pipe.
 * @returns why no more time may be spent: then not all was tested. Throws `tooMuchWork`.
 */
export async function testedBlock(
  batch: RowBatch,
  { scan, rows }: { readonly scan: BlockScan; readonly rows: Bitmap },
  pipe: Pipe,
  filters: ReadonlyMap<Filter, BlockFilter>,
  spending: Spending,
  watch: RunWatch,
): Promise<RowBatch | string> {
  const passing = new Map<Filter, Bitmap>();
  for (const [filter, test] of filters) {
    const late = spending.isTurnOver ? await spending.rowTurn() : undefined;
    if (late !== undefined) return late;
    const timed: BlockFilter = (own, within) => watch.pipe(pipe, 0, () => test(own, within));
    const found = await filterInTurns(scan.block, timed, rows, spending);
    passing.set(filter, found.rows);
  }
  const own = rows.rows();
  return withMatches(batch, passing, (row) => own[row] as number);
}

function withMatches(
  batch: RowBatch,
  passing: ReadonlyMap<Filter, Bitmap>,
  at: (row: number) => number,
): RowBatch {
  if (passing.size === 0) return batch;
  return {
    ...batch,
    matches: (filter, meter) => {
      const rows = passing.get(filter);
      return rows === undefined ? batch.matches(filter, meter) : (row) => rows.has(at(row));
    },
  };
}
