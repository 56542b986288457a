/**
 * Rows made by pipes. Invariant: numbers stand under each other by their ends, and as they were answered.
 */
import type { Table } from "../../../generated/client/argus/v1/log_service.ts";
import { shownText, valueText } from "../words.ts";

export function ResultTable(props: { table: Table }) {
  const { columns } = props.table;
  const rows: readonly (readonly unknown[])[] = props.table.rows;
  const ends = columns.map((_, at) =>
    rows.every((row) => row[at] === null || typeof row[at] === "number") ? "end" : undefined,
  );
  return (
    // It scrolls sideways: keys must reach it.
    <div class="scroll result" tabIndex={0} role="region" aria-label="Result">
      <table>
        <thead>
          <tr>
            {columns.map((column, at) => (
              <th key={column.name} class={ends[at]} scope="col">
                {shownText(column.name)}
                {column.approximate && " (about)"}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            <tr key={at}>
              {columns.map((column, i) => (
                <td key={column.name} class={`mono ${ends[i] ?? ""}`}>
                  {row[i] === null || row[i] === undefined ? "–" : shownText(valueText(row[i]))}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
