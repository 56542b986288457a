/**
 * The tabs over what was found, with what can be done there: entries, or the chart and the table of pipes.
 */
import type { ComponentChildren } from "preact";
import type { Table } from "../../../generated/client/argus/v1/log_service.ts";
import type { ReadTable } from "../chart/use-counts.ts";
import type { Column } from "../list/columns.ts";
import { columnsText } from "../list/columns.ts";
import { lazy } from "../lazy.tsx";
import type { LogsPlace } from "../logs-place.ts";
import { Icon } from "../parts/icon.tsx";
import { Popover } from "../parts/popover.tsx";
import { filterText } from "../query/terms.ts";

const ColumnsMenu = lazy(
  () => import("../list/columns-menu.tsx").then((one) => one.ColumnsMenu),
  () => <div class="columns-menu" aria-busy="true" />,
);
const ChartView = lazy(
  () => import("../chart/chart-view.tsx").then((one) => one.ChartView),
  () => <div class="chart-view" aria-busy="true" />,
);

export function Results(props: {
  at: LogsPlace;
  tab: string;
  table: Table | undefined;
  zone: string;
  theme: string;
  total: number | undefined;
  columns: readonly Column[];
  fields: (signal: AbortSignal) => Promise<readonly { readonly name: string }[]>;
  change: (next: Partial<LogsPlace>, how?: "push" | "replace") => void;
  onShare: () => void;
  /** The query that made the table. */
  query: string;
  /** Another query with pipes over the same range. */
  read: ReadTable;
  onEntries: (query: string, fromMs?: number, toMs?: number) => void;
  onZoom: (fromMs: number, toMs: number) => void;
  children: ComponentChildren;
}) {
  const { at, table, columns } = props;
  const isTable = table !== undefined;
  return (
    <>
      <div class="tab-row">
        <div class="tab-list" role="tablist" aria-label="Results as">
          <button
            type="button"
            role="tab"
            id="tab-entries"
            aria-selected={!isTable}
            aria-controls="found-body"
            onClick={() => (isTable ? props.onEntries(filterText(at.query)) : undefined)}
          >
            Entries{" "}
            {props.total !== undefined && <span class="count">{props.total.toLocaleString()}</span>}
          </button>
          {isTable && (
            <button
              type="button"
              role="tab"
              id="tab-chart"
              aria-selected
              aria-controls="found-body"
            >
              Chart <span class="count">{table.rows.length.toLocaleString()} rows</span>
            </button>
          )}
        </div>
        <span class="grow" />
        {!isTable && (
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
        <button
          type="button"
          class="plain"
          aria-label="Share"
          title="Copy a link, with the time fixed"
          onClick={props.onShare}
        >
          <Icon name="link" /> <span class="tab-word">Share</span>
        </button>
      </div>
      <div
        class="found-body"
        id="found-body"
        role="tabpanel"
        aria-labelledby={isTable ? "tab-chart" : "tab-entries"}
      >
        {isTable ? <ChartView {...props} table={table} /> : props.children}
      </div>
    </>
  );
}
