/**
 * Search and watch: the query, the time, what was found, and one entry beside it.
 * Invariants: the address holds everything that was asked and is shown; every part acts by changing it, so that Back
 * undoes; old rows stay until new ones are there, and parts fail alone.
 */
import { useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { LogEntry } from "../../../generated/client/argus/v1/entry.ts";
import { returns } from "../connection.ts";
import { copyText } from "../copy.ts";
import type { Facet } from "../facets/facet-source.ts";
import { FacetColumn } from "../facets/facet-column.tsx";
import { columnsText, readColumns, toggledColumn } from "../list/columns.ts";
import type { GridHandle } from "../list/entry-grid.tsx";
import { FieldValues } from "../list/field-values.tsx";
import type { FieldActions } from "../list/field-list.tsx";
import { hitsOf } from "../list/hits.ts";
import { ListView } from "../list/list-view.tsx";
import { holdOf } from "../list/hold.ts";
import { beginOf } from "../list/begin.ts";
import { SelectionBar } from "../list/selection-bar.tsx";
import { useLive } from "../live.ts";
import { lazy } from "../lazy.tsx";
import type { LogsPlace } from "../logs-place.ts";
import { base, pathOf } from "../paths.ts";
import { density, shownTheme, zone as ownZone, zoneName } from "../preferences.ts";
import { parsed } from "../query/parsed.ts";
import { QueryField } from "../query/query-field.tsx";
import { rememberQuery } from "../query/recent.ts";
import { Stages } from "../query/stages.tsx";
import { filterText, printedName, withFilter, withoutField } from "../query/terms.ts";
import { place, go } from "../route.ts";
import { askedOf, Search } from "../search.ts";
import { say } from "../shell/toasts.tsx";
import { Results } from "../results/results.tsx";
import { countsOf } from "../time/bars.ts";
import { Histogram } from "../time/histogram.tsx";
import { sliceOf, sliceText } from "../time/slice.ts";
import { Summary } from "../time/summary.tsx";
import { doubled, TimePicker } from "../time/time-picker.tsx";
import { fixed, NOW, rangeOf, timestamp } from "../time-range.ts";
import { timeMs } from "../words.ts";
import { ExplorerStatus } from "./explorer-status.tsx";
import { useExplorerKeys } from "./explorer-keys.ts";
import { ExplorerNotices } from "./explorer-notices.tsx";
import { PhoneDock } from "./phone-dock.tsx";
import "../query/query.css";
import "../time/time.css";
import "../facets/facets.css";
import "../list/list.css";
import "../list/panel.css";
import "./explorer.css";

const EntryPanel = lazy(
  () => import("./entry-panel.tsx").then((one) => one.EntryPanel),
  () => <aside class="panel" aria-label="Entry" aria-busy="true" />,
);

const CHART_MS = 5000;
const REST_MS = 500;
const POINTER_MS = 2000;

export function Explorer(props: { at: LogsPlace; applicationId: string }) {
  const { at, applicationId } = props;
  const zone = zoneName(at.zone === "" ? ownZone.value : at.zone);
  const search = useMemo(() => new Search(), []);
  const text = useSignal(at.query);
  const runs = useSignal(0);
  const cursor = useSignal(at.row);
  const openField = useSignal("");
  const facets = useSignal<readonly Facet[] | undefined>(undefined);
  const showsFacets = useSignal(false);
  const grid = useRef<GridHandle | null>(null);
  const focusQuery = useRef(() => undefined as void);
  const timeOpener = useRef({ open: () => undefined as void });
  const facetFind = useRef<HTMLInputElement>(null);
  const pointedMs = useRef(0);
  const isFirst = useRef(true);
  const now = useRef(at);
  now.current = at;

  const asked = askedOf(at, applicationId, zone);
  const understood = parsed(at.query).ok;
  useEffect(() => {
    if (!understood) return;
    // A link to a place in the list begins there; every other run at its edge.
    const from = isFirst.current ? beginOf(at, zone) : undefined;
    isFirst.current = false;
    void search.run(asked, Date.now(), from);
    return () => search.stop();
  }, [applicationId, at.query, at.from, at.to, zone, at.order, runs.value, understood]);
  const seenReturns = useRef(returns.peek());
  useEffect(() => {
    if (returns.value === seenReturns.current) return;
    seenReturns.current = returns.value;
    runs.value++;
  }, [returns.value]);

  const shown = search.shown.value;
  const table = search.rows.answer.value?.table;
  const isTable = table !== undefined;
  const range = shown?.range ?? rangeOf(at.from, at.to, Date.now(), zone);
  /** Of the chart, which slides on while it is live. */
  const drawn = search.drawn.value ?? range;

  const change = (next: Partial<LogsPlace>, how: "push" | "replace" = "push"): void =>
    go({ ...now.current, ...next }, how);
  /** What asks for other entries closes the one that is open. */
  const ask = (next: Partial<LogsPlace>): void =>
    change({ row: "", panel: "", context: "", at: "", compare: "", ...next });
  const run = (query: string): void => {
    rememberQuery(at.app, query);
    if (query === now.current.query) runs.value++;
    else ask({ query, tab: "" });
  };

  const held = useSignal("");
  /** Whether what comes next belongs to the loaded rows. */
  const isAtEdge = (): boolean =>
    now.current.order === "asc" ? search.rows.atEnd : search.rows.atStart;
  const isHeld = (): boolean => {
    held.value = holdOf({
      isOpen: now.current.row !== "",
      isPanel: now.current.panel !== "",
      isPointed: performance.now() - pointedMs.current < POINTER_MS,
      isAway:
        grid.current !== null &&
        !(now.current.order === "asc" ? grid.current.isAtBottom() : grid.current.isAtTop()),
    });
    return held.value !== "" || search.rows.reading.peek() === "run" || !isAtEdge();
  };
  const live = useLive({
    on: at.live && understood && !isTable && shown !== undefined,
    applicationId,
    query: at.query,
    run: shown?.ranMs ?? 0,
    isHeld,
    rows: search.rows,
  });
  useEffect(() => {
    if (!at.live || shown === undefined) return;
    const timer = setInterval(() => {
      if (document.visibilityState !== "visible") return;
      void search.chart(asked, rangeOf(at.from, at.to, Date.now(), zone));
    }, CHART_MS);
    return () => clearInterval(timer);
  }, [at.live, shown]);

  const showNew = (stay: boolean): void => {
    if (!isAtEdge() || !live.show(stay)) runs.value++;
    else if (!stay) {
      if (at.order === "asc") grid.current?.scrollToBottom();
      else grid.current?.scrollToTop();
    }
  };

  useEffect(() => {
    // Oldest first, the newest edge is the bottom: who stands there goes along.
    if (at.order === "asc" && held.peek() === "") grid.current?.scrollToBottom();
  }, [live.fresh.value]);

  const resting = useRef<ReturnType<typeof setTimeout>>(undefined);
  const onScrolled = (): void => {
    clearTimeout(resting.current);
    resting.current = setTimeout(() => {
      const first = search.rows.rows.peek()[grid.current?.inView.peek().first ?? 0];
      const isAtEdge = grid.current?.isAtTop() === true && search.rows.atStart;
      if (first === undefined || place.peek().screen !== "logs") return;
      const next = isAtEdge ? "" : fixed(timeMs(first));
      if (next !== now.current.at) change({ at: next }, "replace");
    }, REST_MS);
  };
  useEffect(() => () => clearTimeout(resting.current), []);

  const columns = readColumns(at.columns);
  const look = useMemo(
    () => ({
      columns,
      zone,
      wrap: at.wrap,
      hits: hitsOf(parsed(text.value).ok ? text.value : at.query),
    }),
    [at.columns, zone, at.wrap, at.query, text.value],
  );
  const rowById = (id: string): LogEntry | undefined =>
    search.rows.rows.peek().find((row) => row.id === id);
  const openRow = (entry: LogEntry): void => {
    cursor.value = entry.id;
    const { row, panel } = now.current;
    if (panel !== "") change({ row: entry.id }, "replace");
    else change({ row: row === entry.id ? "" : entry.id, context: "" });
  };
  const openPanel = (id: string): void => change({ row: id, panel: "fields", context: "" });
  const closeNearest = (): void => {
    const { row, panel, context } = now.current;
    // What floats over the page closes itself.
    if (document.querySelector(":popover-open") !== null) return;
    if (showsFacets.value) showsFacets.value = false;
    else if (context !== "") change({ context: "" });
    else if (panel !== "") change({ panel: "", row: "" });
    else if (row !== "") change({ row: "" });
    else if (now.current.compare !== "") change({ compare: "" });
    else return;
    if (row !== "") grid.current?.focusRow(row);
  };
  const step = (by: 1 | -1): void => {
    const rows = search.rows.rows.peek();
    const at_ = rows.findIndex(({ id }) => id === cursor.peek());
    const first = grid.current?.inView.peek().first ?? 0;
    const to = rows[at_ < 0 ? first : Math.max(0, Math.min(rows.length - 1, at_ + by))];
    if (to === undefined) return;
    grid.current?.focusRow(to.id);
    if (now.current.panel !== "") change({ row: to.id }, "replace");
  };
  const linkTo = (id: string): void => {
    const link = `${location.origin}${base}/a/${encodeURIComponent(at.app)}/e/${id}`;
    void copyText(link).then(() => say("Link copied"));
  };
  const share = (): void => {
    const { startMs, endMs } = range;
    const link = pathOf({ ...now.current, from: fixed(startMs), to: fixed(endMs), live: false });
    void copyText(`${location.origin}${link}`).then(() => say("Link copied, with the time fixed"));
  };
  const seek = (ms: number): void => {
    void search.seek(timestamp(ms));
  };
  const chartField = (field: string): void =>
    run(`${filterText(now.current.query)} | top 10 ${printedName(field)}`.trim());

  const values = (field: string, prefix: string, query: string, signal: AbortSignal) =>
    search.values(applicationId, range, field, prefix, query, signal);
  const fieldActions: FieldActions = {
    query: at.query,
    onQuery: run,
    columns: columns.map(({ name }) => name),
    onColumn: (name) => change({ columns: columnsText(toggledColumn(columns, name)) }, "replace"),
    values: (name) => (
      <FieldValues
        field={name}
        query={at.query}
        source={{ list: (field, filter, signal) => values(field, "", filter, signal) }}
        onChart={() => chartField(name)}
      />
    ),
  };

  useExplorerKeys({
    at,
    zone,
    cursor: () => cursor.peek(),
    entry: rowById,
    change,
    ask,
    step,
    closeNearest,
    openPanel,
    openRow,
    linkTo,
    showNew,
    focusQuery: () => focusQuery.current(),
    openTime: () => timeOpener.current.open(),
    toggleFacets: () => {
      if (innerWidth < 1200) showsFacets.value = !showsFacets.value;
      else facetFind.current?.focus();
    },
    goTo: (end) => {
      const isTop = (end === "newest") === (now.current.order === "desc");
      if (isTop && !search.rows.atStart) void search.seek(undefined);
      else if (isTop) grid.current?.scrollToTop();
      else if (search.rows.atEnd) grid.current?.scrollToBottom();
      else seek(end === "newest" ? range.endMs : range.startMs);
    },
    rerun: () => runs.value++,
  });

  const bars = search.bars.value;
  const counts = bars === undefined ? { all: 0, bad: 0 } : countsOf(bars);
  const total = bars === undefined || bars.partial ? undefined : counts.all;
  const rows = search.rows.rows.value;
  const inView = grid.current?.inView.value;
  const [firstRow, lastRow] = [rows[inView?.first ?? 0], rows[inView?.last ?? 0]];
  const view =
    isTable || firstRow === undefined || lastRow === undefined
      ? undefined
      : { firstMs: timeMs(firstRow), lastMs: timeMs(lastRow) };
  const theme = shownTheme();
  const slice = sliceOf(at.compare, zone);
  const covered = search.rows.answer.value;
  const coveredMs =
    covered?.partial === true && covered.coveredStartTime !== undefined
      ? Number(covered.coveredStartTime.seconds) * 1000
      : bars?.coveredMs;
  const tab = at.tab === "" ? (isTable ? "chart" : "entries") : at.tab;
  return (
    <main class={`explorer${at.panel === "" ? "" : " with-panel"}`}>
      <h1 class="unseen">Logs of {at.app}</h1>
      <div class="query-row">
        <QueryField
          app={at.app}
          query={at.query}
          busy={search.busy.value}
          text={text}
          focus={focusQuery}
          of={`${applicationId} ${at.from} ${at.to}`}
          source={{
            fields: (signal) => search.fields(applicationId, range, signal),
            values: async (field, prefix, signal) => {
              const rest = withoutField(filterText(now.current.query), field) ?? "";
              const read = await values(field, prefix, rest, signal);
              return read.map(({ value, count }) => ({ value, count: Number(count) }));
            },
          }}
          onRun={run}
          onNewTab={(query) => window.open(pathOf({ ...now.current, query }), "_blank", "noopener")}
        />
        <TimePicker
          at={at}
          zone={zone}
          ranMs={shown?.ranMs ?? Date.now()}
          opener={timeOpener.current}
          onChange={({ zone: next, ...other }) =>
            next === undefined
              ? ask({ ...other, live: now.current.live && other.to === NOW })
              : change({ zone: next }, "replace")
          }
        />
        <button
          type="button"
          class="live"
          aria-pressed={at.live}
          title="Follow what comes (l)"
          onClick={() => change({ live: !at.live, to: NOW })}
        >
          <span class={at.live ? "dot lit" : "dot"} /> Live
        </button>
      </div>
      <Stages
        query={at.query}
        answer={covered}
        onRun={run}
        onAdd={(next) => {
          text.value = next;
          focusQuery.current();
        }}
      />
      <ExplorerNotices
        at={at}
        search={search}
        live={live}
        zone={zone}
        onRun={run}
        onAsk={ask}
        onRetry={() => runs.value++}
        onLater={() => change({ ignored: [] }, "replace")}
      />
      <div class="explorer-body">
        <FacetColumn
          asked={asked}
          search={search}
          facets={facets}
          isOpen={showsFacets.value}
          isLive={at.live}
          find={facetFind}
          pinned={at.facetsPinned}
          slice={slice}
          onSliceEnd={() => change({ compare: "" })}
          onClose={() => (showsFacets.value = false)}
          onQuery={run}
          onPin={(pinned) => change({ facetsPinned: pinned }, "replace")}
        />
        <section class="found" aria-label="Results" aria-busy={search.busy.value}>
          <Summary
            bars={bars}
            counts={{ all: counts.all, bad: counts.bad }}
            before={search.before.value}
            windowMs={drawn.endMs - drawn.startMs}
            query={at.query}
            onQuery={run}
          />
          {at.histogram && bars !== undefined && (
            <Histogram
              bars={bars}
              startMs={drawn.startMs}
              endMs={drawn.endMs}
              zone={zone}
              scale={at.scale}
              theme={theme}
              view={view}
              coveredMs={coveredMs}
              onZoom={(startMs, endMs) =>
                ask({ from: fixed(startMs), to: fixed(endMs), live: false })
              }
              slice={slice}
              onCompare={(from, to) => change({ compare: sliceText(from, to) })}
              onZoomOut={() => ask({ ...doubled(now.current, zone), live: false })}
            />
          )}
          <Results
            at={at}
            tab={tab}
            table={table}
            zone={zone}
            total={total}
            theme={theme}
            columns={columns}
            stepMs={bars?.stepMs}
            fields={(signal) => search.fields(applicationId, range, signal)}
            change={change}
            onShare={share}
            onShowEntries={(filter, from, to) => {
              const next =
                filter === "" ? filterText(at.query) : withFilter(filterText(at.query), filter);
              if (next !== undefined)
                ask({
                  query: next,
                  tab: "",
                  ...(from === undefined || to === undefined
                    ? {}
                    : { from: fixed(from), to: fixed(to) }),
                });
            }}
          >
            <ListView
              at={at}
              search={search}
              live={live}
              held={held.value}
              look={look}
              columns={columns}
              rowsKind={at.rows === "" ? density.value : at.rows}
              range={drawn}
              bars={bars}
              coveredMs={coveredMs}
              view={view}
              total={total}
              theme={theme}
              grid={grid}
              cursor={cursor}
              openField={openField}
              fieldActions={fieldActions}
              readContext={(entry, around, signal) =>
                search.context(applicationId, entry, around, signal)
              }
              change={change}
              onOpen={openRow}
              onPanel={openPanel}
              onStep={step}
              onLink={linkTo}
              onScrolled={onScrolled}
              onSeek={seek}
              onNew={showNew}
              onPointer={() => (pointedMs.current = performance.now())}
              onAsk={ask}
              onRun={run}
            />
          </Results>
        </section>
        {at.panel !== "" && at.row !== "" && (
          <EntryPanel
            at={at}
            search={search}
            applicationId={applicationId}
            total={total}
            look={look}
            zone={zone}
            fields={fieldActions}
            open={openField}
            change={change}
            onStep={step}
            onLink={() => linkTo(at.row)}
            onClose={closeNearest}
            onQuery={run}
          />
        )}
      </div>
      <ExplorerStatus
        at={at}
        search={search}
        live={live}
        zone={zone}
        isEdited={text.value.trim() !== at.query.trim()}
        shown={rows.length}
        total={total}
        change={change}
      />
      <SelectionBar query={at.query} onQuery={run} />
      <PhoneDock
        at={at}
        onFilters={() => (showsFacets.value = true)}
        onLive={() => change({ live: !at.live, to: NOW })}
        onEntries={() => change({ tab: "entries" })}
      />
    </main>
  );
}
