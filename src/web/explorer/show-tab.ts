/**
 * The tabs over what was found. Invariants: patterns are of the filter alone, so any query has them; entries are those
 * of the filter without its pipes, and a query without pipes gets some to be drawn.
 */
import { filterText } from "../query/terms.ts";
import type { Moves } from "./moves.ts";

export type Tab = "entries" | "patterns" | "chart";

/** What is drawn where nothing else was asked for. */
const USUAL_CHART = "| timechart count() by level";

/** @param isTable whether the query has pipes that make a table. */
export function tabOf(asked: string, isTable: boolean): Tab {
  if (asked === "patterns") return "patterns";
  return isTable ? "chart" : "entries";
}

export function showTab(tab: Tab, isTable: boolean, { now, ask, change, run }: Moves): void {
  const { query } = now.current;
  if (tab === "patterns") change({ tab });
  else if (tab === "entries" && isTable) ask({ query: filterText(query), tab: "" });
  else if (tab === "chart" && !isTable) run(`${query} ${USUAL_CHART}`.trim());
  else change({ tab: "", pattern: "" });
}
