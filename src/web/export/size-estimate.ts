/** About how large an export becomes, by the rows that are loaded. Pure. */
import type { LogEntry } from "../../../generated/client/argus/v1/entry.ts";
import type { Column } from "../list/columns.ts";
import { cellText } from "../list/columns.ts";
import { jsonOf } from "../list/panel-tabs.ts";
import type { ExportFormat } from "../../client/export-answer.ts";

/** Of the loaded rows so many are measured. */
const LOOKED_AT = 200;
/** Id and time of receipt, which the page does not keep in an entry's JSON. */
const NAMES_BYTES = 40;

/** @param columns undefined: everything. @returns bytes; undefined where no row is loaded. */
export function estimateBytes(
  rows: readonly LogEntry[],
  count: number,
  columns: readonly Column[] | undefined,
  format: ExportFormat,
): number | undefined {
  const looked = rows.slice(0, LOOKED_AT);
  if (looked.length === 0) return undefined;
  const sum = looked.reduce((bytes, entry) => bytes + sizeOf(entry, columns, format), 0);
  return Math.round((sum / looked.length) * count);
}

function sizeOf(
  entry: LogEntry,
  columns: readonly Column[] | undefined,
  format: ExportFormat,
): number {
  if (columns === undefined) {
    const json = JSON.stringify(jsonOf(entry)).length;
    return format === "csv" ? json : json + NAMES_BYTES;
  }
  return columns.reduce(
    (bytes, column) =>
      bytes +
      1 +
      (cellText(entry, column.name, "UTC") ?? "").length +
      (format === "csv" ? 0 : column.name.length + 5),
    0,
  );
}
