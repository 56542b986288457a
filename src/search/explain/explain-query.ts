/**
 * How a query is understood, and what running it takes: it is run as Query runs it, under the same budget, and watched.
 * Invariant: figures are of that one run; where the budget ended it they are of the part that was read, and it is said.
 */
import { pipelineOf } from "../../engine/pipe/pipeline.ts";
import { printQuery } from "../../query/print.ts";
import type { Prepared } from "../prepare-query.ts";
import type { Explanation, ExplainedStage } from "../results.ts";
import type { RunDeps } from "../run-deps.ts";
import type { Page } from "../answer.ts";
import { runQuery } from "../run-query.ts";
import { type Meters, type StageCost, StageCosts } from "./stage-costs.ts";
import { WatchedRun } from "./watched-run.ts";

export async function explainQuery(
  prepared: Prepared,
  page: Page,
  deps: RunDeps,
  meters: Meters,
): Promise<Explanation> {
  const costs = new StageCosts(meters);
  const run = new WatchedRun(costs);
  const { stats, warnings, partial, partialReason, coveredStartNanos } = await runQuery(
    prepared,
    page,
    deps,
    run,
  );
  return {
    canonical: printQuery(prepared.query),
    stages: stagesOf(prepared, costs, run),
    filters: run.filters.map(({ query, blocksPruned, cost }) => ({
      query,
      blocksPruned,
      rowsIn: cost.rowsIn,
      rowsOut: cost.rowsOut,
      cpuMs: cost.cpuMs,
    })),
    blocksOutside: run.outside,
    columns: [...run.columns]
      .map(([name, { blocks, bytes }]) => ({ name, blocks, bytes }))
      .filter(({ blocks }) => blocks > 0)
      .toSorted((a, b) => b.bytes - a.bytes || b.blocks - a.blocks || (a.name < b.name ? -1 : 1)),
    warnings,
    partial,
    partialReason,
    coveredStartNanos,
    stats,
  };
}

/** In the order in which a block goes through them; what took no part is left out. */
function stagesOf(prepared: Prepared, costs: StageCosts, run: WatchedRun): ExplainedStage[] {
  const { filter } = pipelineOf(prepared.query);
  const printed = printQuery({ filter, pipes: [], columns: null });
  const tested = costs.of("filter");
  for (const { cost } of run.filters) {
    tested.cpuMs += cost.cpuMs;
    tested.elapsedMs += cost.elapsedMs;
  }
  const count = costs.of("count");
  count.blocks = run.counted.blocks;
  const stages: readonly (readonly [StageCost, string])[] = [
    [costs.of("plan"), "Find the segments and the rows not merged yet that the range may hold"],
    [
      count,
      `Count ${run.counted.hours} hours by their totals and ${run.counted.blocks} blocks by their summaries, unread`,
    ],
    [costs.of("prune"), "Skip blocks whose summaries let no row match"],
    [costs.of("read"), "Read parts of blocks from the store"],
    [costs.of("open"), "Check what was read and open its blocks"],
    [costs.of("decode"), "Inflate and decode the columns that are looked at"],
    [
      tested,
      filter.kind === "all" ? "Keep rows of the range" : `Keep rows that match \`${printed}\``,
    ],
    [costs.of("entries"), "Read whole entries of the rows that are left, in their order"],
    ...run.pipes.map((cost) => [{ ...cost, name: "pipe" }, `\`${cost.name}\``] as const),
  ];
  return stages
    .filter(([{ name, blocks, rowsIn, rowsOut, bytes, elapsedMs, cpuMs }]) => {
      if (name === "count") return run.counted.hours + blocks > 0;
      return name === "pipe" || blocks + rowsIn + rowsOut + bytes + elapsedMs + cpuMs > 0;
    })
    .map(([cost, text]) => ({ ...cost, text }));
}
