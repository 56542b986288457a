/**
 * What pipes made, drawn as it fits best or as was chosen, with its figures in a table and all of it in a sentence.
 * Invariants: what is chosen is in the address; what stands under the pointer can be turned back into its entries.
 */
import { useMemo } from "preact/hooks";
import type { Table } from "../../../generated/client/argus/v1/log_service.ts";
import type { LogsPlace } from "../logs-place.ts";
import { ResultTable } from "../parts/result-table.tsx";
import type { Range } from "../time-range.ts";
import { lengthText } from "../time/wall-clock.ts";
import { entriesQuery } from "./entries-query.ts";
import { FigureList } from "./figures.tsx";
import { GroupBars } from "./group-bars.tsx";
import { Heat } from "./heat.tsx";
import { type Kind, kindsOf, readingOf, titleOf } from "./reading.ts";
import { partsOf, seriesOf, spreadOf } from "./series.ts";
import { summaryOf } from "./summary-text.ts";
import { TimeChart } from "./time-chart.tsx";
import type { ReadTable } from "./use-counts.ts";
import "./chart.css";

const KIND_NAMES: Readonly<Record<Kind, string>> = {
  line: "Lines",
  area: "Area",
  bar: "Bars",
  heat: "Heat",
  number: "Number",
  table: "Table",
};
/** Smaller differences are seen on a linear axis. */
const LEAST_SPREAD = 100;

export interface ChartProps {
  readonly at: LogsPlace;
  /** The query that made the table: another one may be written by now. */
  readonly query: string;
  readonly table: Table;
  readonly zone: string;
  readonly theme: string;
  /** Of the table; the step that the present lies in goes on. */
  readonly range: Range;
  readonly read: ReadTable;
  readonly change: (next: Partial<LogsPlace>, how?: "push" | "replace") => void;
  readonly onEntries: (query: string, fromMs?: number, toMs?: number) => void;
  readonly onZoom: (fromMs: number, toMs: number) => void;
}

export function ChartView(props: ChartProps) {
  const { at, query, table, zone, theme } = props;
  const reading = useMemo(() => readingOf(table, query), [table, query]);
  const over = useMemo(() => seriesOf(reading), [reading]);
  const kinds = kindsOf(reading);
  const chosen = kinds.find((kind) => kind === at.chart) ?? kinds[0] ?? "table";
  const isOver = over !== undefined && (chosen === "line" || chosen === "area" || chosen === "bar");
  const offersLog = isOver && spreadOf(over.series) > LEAST_SPREAD;
  const parts = over === undefined ? { first: false, last: false } : partsOf(over, props.range);
  const title = titleOf(reading);
  const summary = summaryOf(reading, over, zone);
  const { bin, time, measures } = reading;
  const [first] = measures;
  return (
    <div class="chart-view">
      <div class="chart-head">
        <h2>{title}</h2>
        {over !== undefined && <span class="quiet">{stepText(over.stepMs)} steps</span>}
        <span class="grow" />
        {kinds.length > 1 && (
          <div class="choice" role="group" aria-label="Draw as">
            {kinds.map((kind) => (
              <button
                type="button"
                key={kind}
                aria-pressed={kind === chosen}
                onClick={() => props.change({ chart: kind === kinds[0] ? "" : kind }, "replace")}
              >
                {KIND_NAMES[kind]}
              </button>
            ))}
          </div>
        )}
        {offersLog && (
          <div class="choice" role="group" aria-label="Axis">
            {(["linear", "log"] as const).map((scale) => (
              <button
                type="button"
                key={scale}
                aria-pressed={(at.scale === "log") === (scale === "log")}
                onClick={() => props.change({ scale }, "replace")}
              >
                {scale === "log" ? "Log" : "Linear"}
              </button>
            ))}
          </div>
        )}
      </div>
      <p class={isOver ? "unseen" : "chart-said"}>{summary}</p>
      {isOver && (
        <TimeChart
          {...props}
          reading={reading}
          over={over}
          parts={parts}
          kind={chosen}
          isLog={offersLog && at.scale === "log"}
          summary={`${title}: ${summary}`}
        />
      )}
      {chosen === "heat" && bin !== undefined && time !== undefined && first !== undefined && (
        <Heat
          reading={{ ...reading, bin, time }}
          measure={first}
          label={`${title}: ${summary}`}
          zone={zone}
          theme={theme}
          onShow={(cell, stepMs) => {
            const filter = entriesQuery(query, [{ keys: [{ key: bin, value: cell.low }] }]);
            if (filter !== undefined) props.onEntries(filter, cell.ms, cell.ms + stepMs);
          }}
        />
      )}
      {chosen === "bar" && !isOver && (
        <GroupBars
          reading={reading}
          label={`${title}: ${summary}`}
          filterOf={(group) => entriesQuery(query, [group])}
          onShow={(filter) => props.onEntries(filter)}
        />
      )}
      {chosen === "number" && <FigureList reading={reading} over={over} parts={parts} />}
      {(chosen === "table" || chosen === "heat" || chosen === "number") && (
        <ResultTable table={table} />
      )}
    </div>
  );
}

/** `1-minute`, `90-second`. */
function stepText(ms: number): string {
  const [count = "", unit = "", ...more] = lengthText(ms).split(" ");
  const name = { s: "second", min: "minute", h: "hour", d: "day", ms: "millisecond" }[unit] ?? unit;
  return more.length > 0 ? lengthText(ms) : `${count}-${name}`;
}
