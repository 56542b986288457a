/** `fields a, b as c`: a table of those fields; a scalar, a list, or null. */
import type { NamedField } from "../../query/ast.ts";
import { typeOfField } from "./field-cell.ts";
import { type Rows, batchOf, rowCount } from "./rows.ts";

export function fields(rows: Rows, columns: readonly NamedField[]): Rows {
  const batch = batchOf(rows);
  const cells = columns.map(({ field }) => batch.cells(field));
  return {
    kind: "table",
    table: {
      columns: columns.map(({ field, name }) => ({
        name,
        type: typeOfField(field),
        approximate:
          rows.kind === "table" &&
          rows.table.columns.some((column) => column.name === field.name && column.approximate),
      })),
      rows: Array.from({ length: rowCount(rows) }, (_, row) => cells.map((cell) => cell(row))),
    },
  };
}
