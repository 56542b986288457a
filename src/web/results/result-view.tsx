/**
 * What pipes made: a figure for one row of numbers, lines for rows over time, and always the table.
 */
import type { Table } from "../../../generated/client/argus/v1/log_service.ts";
import { ResultTable } from "../parts/result-table.tsx";
import { shownText, valueText } from "../words.ts";
import { LineChart } from "./line-chart.tsx";
import { seriesOf } from "./series.ts";

export function ResultView(props: { table: Table; zone: string; theme: string }) {
  const { table } = props;
  const series = seriesOf(table);
  const [row] = table.rows as readonly (readonly unknown[])[];
  const isFigure =
    table.rows.length === 1 &&
    table.columns.length <= 6 &&
    row?.every((cell) => typeof cell === "number") === true;
  return (
    <div class="result-view">
      {series !== undefined && <LineChart series={series} zone={props.zone} theme={props.theme} />}
      {isFigure && (
        <dl class="figures">
          {table.columns.map((column, at) => (
            <div key={column.name}>
              <dt>{shownText(column.name)}</dt>
              <dd>
                {column.approximate ? "about " : ""}
                {numberText(row[at])}
              </dd>
            </div>
          ))}
        </dl>
      )}
      <ResultTable table={table} />
    </div>
  );
}

function numberText(cell: unknown): string {
  return typeof cell === "number" ? cell.toLocaleString() : valueText(cell);
}
