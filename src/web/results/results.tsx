/**
 * The tabs over what was found, with what can be done there: entries, patterns, or the chart and the
 * table of pipes.
 */
import type { ComponentChildren } from "preact";
import type { Table } from "../../../generated/client/argus/v1/log_service.ts";
import type { ReadTable } from "../chart/use-counts.ts";
import type { Moves } from "../explorer/moves.ts";
import type { Tab } from "../explorer/show-tab.ts";
import type { Column } from "../list/columns.ts";
import { columnsText } from "../list/columns.ts";
import { lazyPart } from "../lazy.tsx";
import type { LogsPlace } from "../logs-place.ts";
import { afterLanguage } from "../query/language-later.ts";
import { Icon } from "../parts/icon.tsx";
import { Popover } from "../parts/popover.tsx";
import type { Search } from "../search.ts";
import type { Range } from "../time-range.ts";
import { Tabs } from "./tabs.tsx";

const ColumnsMenu = lazyPart(
  () => import("../list/columns-menu.tsx").then((one) => one.ColumnsMenu),
  () => <div class="columns-menu" aria-busy="true" />,
);
const ChartView = lazyPart(
  () => afterLanguage(import("../chart/chart-view.tsx")).then((one) => one.ChartView),
  () => <div class="chart-view" aria-busy="true" />,
);
const PatternsView = lazyPart(
  () => afterLanguage(import("../patterns/patterns-view.tsx")).then((one) => one.PatternsView),
  () => <div class="patterns" aria-busy="true" />,
);

export function Results(props: {
  at: LogsPlace;
  tab: Tab;
  table: Table | undefined;
  zone: string;
  theme: string;
  /** Of what is shown. */
  range: Range;
  total: number | undefined;
  columns: readonly Column[];
  fields: (signal: AbortSignal) => Promise<readonly { readonly name: string }[]>;
  change: (next: Partial<LogsPlace>, how?: "push" | "replace") => void;
  /** What can be done with all of it. */
  actions: ComponentChildren;
  onTab: (tab: Tab) => void;
  search: Search;
  moves: Moves;
  /** The query that made the table. */
  query: string;
  /** Another query with pipes over the same range. */
  read: ReadTable;
  onEntries: (query: string, fromMs?: number, toMs?: number) => void;
  onZoom: (fromMs: number, toMs: number) => void;
  children: ComponentChildren;
}) {
  const { at, tab, table, columns } = props;
  return (
    <>
      <div class="tab-row">
        <Tabs tab={tab} total={props.total} rows={table?.rows.length} onTab={props.onTab} />
        <span class="grow" />
        {tab === "entries" && (
          <>
            <Popover
              label="Columns"
              class="plain"
              align="end"
              button={
                <>
                  <Icon name="columns" /> <span class="tab-word">Columns</span>
                </>
              }
            >
              {() => (
                <ColumnsMenu
                  columns={columns}
                  fields={props.fields}
                  onColumns={(next) => props.change({ columns: columnsText(next) }, "replace")}
                />
              )}
            </Popover>
            <button
              type="button"
              class="plain"
              aria-pressed={at.wrap}
              aria-label="Wrap"
              title="Wrap lines (w)"
              onClick={() => props.change({ wrap: !at.wrap }, "replace")}
            >
              <Icon name="wrap" /> <span class="tab-word">Wrap</span>
            </button>
          </>
        )}
        {props.actions}
      </div>
      <div class="found-body" id="found-body" role="tabpanel" aria-labelledby={`tab-${tab}`}>
        {tab === "patterns" ? (
          <PatternsView
            place={at.pattern}
            search={props.search}
            zone={props.zone}
            moves={props.moves}
          />
        ) : table === undefined ? (
          props.children
        ) : (
          <ChartView {...props} table={table} />
        )}
      </div>
    </>
  );
}
