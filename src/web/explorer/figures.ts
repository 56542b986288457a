/**
 * Figures of what is shown: how many entries there are, which of them are in view, and from when on they were searched.
 * Invariant: a figure that is not exact is left out.
 */
import { timeMs } from "../words.ts";
import { countsOf, type View } from "../time/bars.ts";
import type { ExplorerRows } from "./use-rows.ts";
import type { ExplorerRun } from "./use-run.ts";

export function figuresOf({ search, table }: ExplorerRun, { grid }: ExplorerRows) {
  const bars = search.bars.value;
  const covered = search.rows.unfinished.value?.coveredStartTime;
  return {
    bars,
    /** Of all that match; undefined where the chart has not counted them to the end. */
    total: bars === undefined || bars.partial ? undefined : countsOf(bars).all,
    loaded: search.rows.rows.value.length,
    view: (): View | undefined => {
      const rows = search.rows.rows.value;
      const inView = grid.current?.inView.value;
      const [first, last] = [rows[inView?.first ?? 0], rows[inView?.last ?? 0]];
      if (table !== undefined || first === undefined || last === undefined) return undefined;
      return { firstMs: timeMs(first), lastMs: timeMs(last) };
    },
    /** Until the rest is searched, too. */
    coveredMs: covered === undefined ? bars?.coveredMs : Number(covered.seconds) * 1000,
  };
}
