/**
 * The value of a field or of a table's cell in each format.
 * Invariant: times are RFC 3339, levels their names, a list is JSON in both; what is missing is null in JSON and nothing
 * in CSV.
 */
import type { Scalar } from "../../domain/entry.ts";
import { msOf, nanosOf } from "../../domain/time-range.ts";
import { type Cell, isListCell } from "../../engine/pipe/cell.ts";
import type { ColumnType } from "../../query/ast.ts";
import { csvText } from "./csv-text.ts";
import { valueJson } from "./json-text.ts";
import { timeText } from "./time-text.ts";

export function cellJson(cell: Cell, type: ColumnType): string {
  if (cell === null) return "null";
  if (isListCell(cell)) return `[${cell.map((value) => scalarJson(value, type)).join(",")}]`;
  return scalarJson(cell, type);
}

export function cellCsv(cell: Cell, type: ColumnType): string {
  if (cell === null) return "";
  if (isListCell(cell)) return csvText(cellJson(cell, type));
  switch (typeof cell) {
    case "string":
      return csvText(cell);
    case "bigint":
      return type === "time" ? timeOfNanos(cell) : String(cell);
    default:
      return String(cell);
  }
}

function scalarJson(value: Scalar, type: ColumnType): string {
  return type === "time" && typeof value === "bigint"
    ? `"${timeOfNanos(value)}"`
    : valueJson(value);
}

export function timeOfNanos(nanos: bigint): string {
  const ms = msOf(nanos);
  return timeText(ms, Number(nanos - nanosOf(ms, 0)));
}
