/** What an export's rows look like, by format and columns. */
import type { Entry } from "../../domain/entry.ts";
import type { BlockReader } from "../../engine/block/block-reader.ts";
import type { NamedField } from "../../query/ast.ts";
import { fieldsOfRows, rowStyle, writeFields } from "./cell-rows.ts";
import type { RowWriter } from "./column-json.ts";
import { entryWriter, rowWriter } from "./entry-lines.ts";
import { RECORD_NAMES, RECORDS_HEADER, recordWriter, writeRecord } from "./entry-records.ts";
import type { ExportFormat } from "./export-request.ts";
import { LineBytes } from "./line-bytes.ts";

export interface RowShape {
  /** The line in front of all rows; empty when there is none. */
  readonly header: string;
  /** Values in a row of CSV; 0 for NDJSON. */
  readonly width: number;
  /** Throws `corrupt` when a column cannot be read. */
  readonly rowsOf: (block: BlockReader) => RowWriter;
  readonly writeEntry: (entry: Entry) => void;
}

/** @param columns whole entries when undefined. */
export function entryShape(
  format: ExportFormat,
  columns: readonly NamedField[] | undefined,
  out: LineBytes,
): RowShape {
  if (columns !== undefined) {
    const style = rowStyle(
      format,
      columns.map(({ name }) => name),
    );
    return {
      header: style.header,
      width: format === "csv" ? columns.length : 0,
      rowsOf: (block) => fieldsOfRows(block, columns, style, out),
      writeEntry: (entry) => writeFields(entry, columns, style, out),
    };
  }
  if (format === "ndjson")
    return {
      header: "",
      width: 0,
      rowsOf: (block) => rowWriter(block, out),
      writeEntry: entryWriter(out),
    };
  const json = new LineBytes();
  return {
    header: RECORDS_HEADER,
    width: RECORD_NAMES.length,
    rowsOf: (block) => recordWriter(block, out, json),
    writeEntry: (entry) => writeRecord(entry, out),
  };
}
