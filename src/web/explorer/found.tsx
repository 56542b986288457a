/**
 * What was found: how much, when, and the entries, or what pipes made of them.
 */
import { useMemo } from "preact/hooks";
import { ListView } from "../list/list-view.tsx";
import { density } from "../preferences.ts";
import { Results } from "../results/results.tsx";
import { isNarrower } from "../text-size.ts";
import type { Scale } from "../time/draw-bars.ts";
import { Histogram } from "../time/histogram.tsx";
import { NoBars } from "../time/no-bars.tsx";
import { sliceText } from "../time/slice.ts";
import { Summary } from "../time/summary.tsx";
import { doubled } from "../time/time-picker.tsx";
import { fixed } from "../time-range.ts";
import { FoundActions } from "./found-actions.tsx";
import { copyEntryLink } from "./links.ts";
import { Progress } from "./progress.tsx";
import { showTab } from "./show-tab.ts";
import type { ExplorerState } from "./use-explorer.ts";

/** Before there is an answer, by the query's looks: no room is kept for bars that would have to go. */
const OVER_TIME = /\|\s*timechart\b/i;

export function Found({ state }: { state: ExplorerState }) {
  const { at, applicationId, zone, theme, moves, rows, tail, columns, look } = state;
  const { search, range, drawn } = state.run;
  const { bars, total, coveredMs } = state.figures;
  // Two charts over one time say one thing twice.
  const isOver =
    state.run.table === undefined
      ? OVER_TIME.test(at.query)
      : state.run.table.columns.some(({ type, name }) => type === "time" && name === "time");
  const hasBars = at.histogram && !isOver;
  const showsBars = hasBars && bars !== undefined;
  const { showsFacets } = state;
  const hands = useMemo(
    () => ({
      onZoom: (startMs: number, endMs: number) =>
        moves.ask({ from: fixed(startMs), to: fixed(endMs), live: false }),
      onZoomOut: () => moves.ask({ ...doubled(moves.now.current, zone), live: false }),
      onScale: (scale: Scale) => moves.change({ scale }, "replace"),
      onCompare: (from: number, to: number, how?: "push" | "replace") => {
        moves.change({ compare: sliceText(from, to) }, how);
        // Where the column has no room beside the list, it lies over it.
        if (how !== "replace" && isNarrower(1200)) showsFacets.value = true;
      },
    }),
    [zone, moves, showsFacets],
  );
  const view = useMemo(() => state.figures.view, [state.run.table]);
  return (
    <section class="found" aria-label="Results" aria-busy={search.busy.value}>
      <Progress search={search} />
      <Summary
        bars={bars}
        before={search.before.value}
        windowMs={drawn.endMs - drawn.startMs}
        query={at.query}
        scale={showsBars ? at.scale : undefined}
        onScale={hands.onScale}
        onQuery={moves.run}
      />
      {hasBars && bars === undefined && <NoBars problem={search.chartProblem.value} />}
      {showsBars && (
        <Histogram
          bars={bars}
          startMs={drawn.startMs}
          endMs={drawn.endMs}
          zone={zone}
          scale={at.scale}
          theme={theme}
          view={view}
          coveredMs={coveredMs}
          openMs={drawn.open ? drawn.endMs : undefined}
          slice={state.slice}
          onZoom={hands.onZoom}
          onCompare={hands.onCompare}
          onZoomOut={hands.onZoomOut}
        />
      )}
      <Results
        at={at}
        tab={state.tab}
        table={state.run.table}
        zone={zone}
        total={total}
        theme={theme}
        range={range}
        columns={columns}
        fields={(signal) => search.fields(applicationId, range, signal)}
        change={moves.change}
        onTab={(tab) => showTab(tab, state.run.table !== undefined, moves)}
        search={search}
        moves={moves}
        actions={<FoundActions state={state} />}
        query={state.run.shown?.query ?? at.query}
        read={(query, signal) => search.table(query, signal)}
        onEntries={(query, fromMs, toMs) => {
          const isWithin = fromMs !== undefined && toMs !== undefined;
          moves.ask({ query, tab: "", ...(isWithin && { from: fixed(fromMs), to: fixed(toMs) }) });
        }}
        onZoom={hands.onZoom}
      >
        <ListView
          at={at}
          search={search}
          live={tail.live}
          held={tail.held.value}
          look={look}
          columns={columns}
          rowsKind={at.rows === "" ? density.value : at.rows}
          range={drawn}
          bars={bars}
          coveredMs={coveredMs}
          view={view}
          total={total}
          theme={theme}
          grid={rows.grid}
          cursor={rows.cursor}
          openField={state.openField}
          fieldActions={state.fieldActions}
          readContext={(entry, around, signal) =>
            search.context(applicationId, entry, around, signal)
          }
          change={moves.change}
          onOpen={rows.open}
          onPanel={rows.openPanel}
          onStep={rows.step}
          onLink={(id) => copyEntryLink(at.app, id)}
          onScrolled={rows.onScrolled}
          onSeek={rows.seek}
          onEnd={rows.goTo}
          onNew={tail.showNew}
          onNewest={state.run.rerun}
          onPointer={tail.onPointer}
          onAsk={moves.ask}
        />
      </Results>
    </section>
  );
}
