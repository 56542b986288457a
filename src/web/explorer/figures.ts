/**
 * Figures of what is shown: how many entries there are, which of them are in view, and from when on they were searched.
 * Invariant: a figure that is not exact is left out.
 */
import { timeMs } from "../words.ts";
import { countsOf } from "../time/bars.ts";
import type { ExplorerRows } from "./use-rows.ts";
import type { ExplorerRun } from "./use-run.ts";

export function figuresOf({ search, table }: ExplorerRun, { grid }: ExplorerRows) {
  const bars = search.bars.value;
  const counts = bars === undefined ? { all: 0, bad: 0 } : countsOf(bars);
  const rows = search.rows.rows.value;
  const inView = grid.current?.inView.value;
  const [firstRow, lastRow] = [rows[inView?.first ?? 0], rows[inView?.last ?? 0]];
  const answer = search.rows.answer.value;
  return {
    bars,
    counts,
    /** Of all that match; undefined where the chart has not counted them to the end. */
    total: bars === undefined || bars.partial ? undefined : counts.all,
    loaded: rows.length,
    view:
      table !== undefined || firstRow === undefined || lastRow === undefined
        ? undefined
        : { firstMs: timeMs(firstRow), lastMs: timeMs(lastRow) },
    coveredMs:
      answer?.partial === true && answer.coveredStartTime !== undefined
        ? Number(answer.coveredStartTime.seconds) * 1000
        : bars?.coveredMs,
  };
}
