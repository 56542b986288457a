/**
 * Search and watch: the query, the time, what was found, and one entry beside it.
 * Invariants: the address holds everything that was asked and is shown; every part acts by changing it, so that Back
 * undoes; old rows stay until new ones are there, and parts fail alone.
 */
import { useMemo } from "preact/hooks";
import { FacetColumn } from "../facets/facet-column.tsx";
import { lazyPart } from "../lazy.tsx";
import type { LogsPlace } from "../logs-place.ts";
import { afterLanguage } from "../query/language-later.ts";
import { Stages } from "../query/stages.tsx";
import { NOW } from "../time-range.ts";
import { Found } from "./found.tsx";
import { copyEntryLink } from "./links.ts";
import { Notices } from "./notices.tsx";
import { PhoneDock } from "./phone-dock.tsx";
import { QueryRow } from "./query-row.tsx";
import { showTab } from "./show-tab.ts";
import { Status } from "./status.tsx";
import { useExplorer } from "./use-explorer.ts";
import "../query/query.css";
import "../time/time.css";
import "../facets/facets.css";
import "../list/list.css";
import "../list/panel.css";
import "./explorer.css";

const SelectionBar = lazyPart(
  () => afterLanguage(import("../list/selection-bar.tsx")).then((one) => one.SelectionBar),
  () => null,
);
const EntryPanel = lazyPart(
  () => afterLanguage(import("./entry-panel.tsx")).then((one) => one.EntryPanel),
  () => <aside class="panel" aria-label="Entry" aria-busy="true" />,
);
const ExplainDialog = lazyPart(
  () => import("../explain/explain-dialog.tsx").then((one) => one.ExplainDialog),
  () => null,
);

export function Explorer(props: { at: LogsPlace; applicationId: string }) {
  const { at, applicationId } = props;
  const state = useExplorer(at, applicationId);
  const { zone, text, run, moves, rows, figures, showsFacets } = state;
  const { search } = run;
  const { live } = state.tail;
  const facetHands = useMemo(
    () => ({
      onSliceEnd: () => moves.change({ compare: "" }),
      onDifference: (query: string) =>
        moves.ask({ query, tab: "", compare: moves.now.current.compare }),
      onClose: () => (showsFacets.value = false),
      onQuery: moves.run,
      onPin: (facetsPinned: string) => moves.change({ facetsPinned }, "replace"),
      onHide: (facetsHidden: string) => moves.change({ facetsHidden }, "replace"),
    }),
    [moves, showsFacets],
  );
  return (
    <main class={`explorer${at.panel === "" ? "" : " with-panel"}`}>
      <h1 class="unseen">Logs of {at.app}</h1>
      <QueryRow state={state} />
      <Stages
        query={at.query}
        answer={search.rows.answer.value}
        explanation={state.explanation}
        onRun={moves.run}
        onAdd={(next) => {
          text.value = next;
          state.focusQuery.current();
        }}
      />
      <div class="explorer-body">
        <FacetColumn
          asked={run.asked}
          search={search}
          facets={state.facets}
          isOpen={showsFacets.value}
          isLive={at.live}
          find={state.facetFind}
          pinned={at.facetsPinned}
          hidden={at.facetsHidden}
          slice={state.slice}
          {...facetHands}
        />
        <Found state={state} />
        {at.panel !== "" && at.row !== "" && (
          <EntryPanel
            at={at}
            search={search}
            applicationId={applicationId}
            total={figures.total}
            look={state.look}
            zone={zone}
            fields={state.fieldActions}
            open={state.openField}
            change={moves.change}
            onStep={rows.step}
            onLink={() => copyEntryLink(at.app, at.row)}
            onClose={rows.closeNearest}
            onQuery={moves.run}
          />
        )}
      </div>
      <div class="explorer-foot">
        <Notices
          at={at}
          search={search}
          live={live}
          zone={zone}
          onRun={moves.run}
          onAsk={moves.ask}
          onRetry={run.rerun}
          onExplain={() => (state.isExplaining.value = true)}
          onLater={() => moves.change({ ignored: [] }, "replace")}
        />
        <Status
          at={at}
          search={search}
          live={live}
          zone={zone}
          isEdited={state.isEdited}
          shown={figures.loaded}
          total={figures.total}
          change={moves.change}
          onRerun={run.rerun}
          onExplain={() => (state.isExplaining.value = true)}
        />
        <PhoneDock
          at={at}
          onFilters={() => (showsFacets.value = true)}
          onLive={() => moves.change({ live: !at.live, to: NOW })}
          tab={state.tab}
          onTab={(tab) => showTab(tab, run.table !== undefined, moves)}
        />
      </div>
      {state.isExplaining.value && (
        <ExplainDialog
          shown={run.shown}
          onExplained={(answer) => {
            state.explained.value = { ranMs: run.shown?.ranMs ?? 0, answer };
          }}
          onClose={() => (state.isExplaining.value = false)}
        />
      )}
      {search.settled.value > 0 && <SelectionBar query={at.query} onQuery={moves.run} />}
    </main>
  );
}
