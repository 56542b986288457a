/**
 * Rows made by pipes.
 */
import type { Table } from "../../../generated/client/argus/v1/log_service.ts";
import { valueText } from "../words.ts";

export function ResultTable(props: { table: Table }) {
  const { columns, rows } = props.table;
  return (
    <div class="scroll">
      <table>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.name} class={column.type === "number" ? "end" : undefined}>
                {column.name}
                {column.approximate && " (about)"}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            <tr key={at}>
              {columns.map((column, i) => (
                <td key={column.name} class={column.type === "number" ? "end mono" : "mono"}>
                  {row[i] === null || row[i] === undefined ? "–" : valueText(row[i])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
