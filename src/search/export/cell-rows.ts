/**
 * Writes rows of chosen columns: as objects of NDJSON, or as records of CSV.
 * Invariant: one row is one line of NDJSON or one record of CSV, with all its columns in their order. Rows of blocks are
 * written from columns as bytes, values of a dictionary made into text once a block.
 */
import type { Entry } from "../../domain/entry.ts";
import { levelOf } from "../../domain/level.ts";
import type { BlockReader } from "../../engine/block/block-reader.ts";
import { hasRow } from "../../engine/block/column-views.ts";
import { utf8Bytes, wordView } from "../../engine/column/bytes.ts";
import type { Cell } from "../../engine/pipe/cell.ts";
import {
  cellOfEntry,
  cellsOfBlock,
  plainColumnOf,
  typeOfField,
} from "../../engine/pipe/field-cell.ts";
import type { ColumnType, NamedField } from "../../query/ast.ts";
import { cellCsv, cellJson } from "./cell-text.ts";
import type { RowWriter } from "./column-json.ts";
import { csvQuoted, csvText, writeCsvText } from "./csv-text.ts";
import type { ExportFormat } from "./export-request.ts";
import { writeNumber } from "./json-text.ts";
import type { LineBytes } from "./line-bytes.ts";
import { NO_PIECE, type Piece, pieceOf } from "./line-piece.ts";
import { secondWriter } from "./time-text.ts";

const Z = 0x5a;
const QUOTE = 0x22;

/** How a format writes a row. */
export interface RowStyle {
  /** The line in front of all rows; empty when there is none. */
  readonly header: string;
  /** What stands before each column's value. */
  readonly before: readonly Piece[];
  readonly end: Piece;
  readonly cell: (cell: Cell, type: ColumnType) => string;
  /** Writes the text of from[start..end), which is UTF-8. */
  readonly text: (out: LineBytes, from: DataView, start: number, end: number) => void;
  readonly quotesTimes: boolean;
}

export function rowStyle(format: ExportFormat, names: readonly string[]): RowStyle {
  if (format === "csv")
    return {
      header: `${names.map((name) => (name === "" ? csvQuoted(name) : csvText(name))).join(",")}\r\n`,
      before: names.map((_, i) => pieceOf(i === 0 ? "" : ",")),
      end: pieceOf("\r\n"),
      cell: cellCsv,
      text: writeCsvText,
      quotesTimes: false,
    };
  return {
    header: "",
    before: names.map((name, i) => pieceOf(`${i === 0 ? "{" : ","}${JSON.stringify(name)}:`)),
    end: pieceOf("}\n"),
    cell: cellJson,
    text: (out, from, start, end) => out.quoted(from, start, end),
    quotesTimes: true,
  };
}

/** Rows of a block, those fields of each. Throws `corrupt` when a column cannot be read. */
export function fieldsOfRows(
  block: BlockReader,
  columns: readonly NamedField[],
  style: RowStyle,
  out: LineBytes,
): RowWriter {
  const writers = columns.map((column, i) =>
    fieldOfRows(block, column, style.before[i] ?? NO_PIECE, style, out),
  );
  return (row) => {
    for (const write of writers) write(row);
    out.piece(style.end);
  };
}

/** The same of an entry that pipes have made. */
export function writeFields(
  entry: Entry,
  columns: readonly NamedField[],
  style: RowStyle,
  out: LineBytes,
): void {
  writeCells(
    columns.map(({ field }) => cellOfEntry(entry, field)),
    columns.map(({ field }) => typeOfField(field)),
    style,
    out,
  );
}

export function writeCells(
  cells: readonly Cell[],
  types: readonly ColumnType[],
  style: RowStyle,
  out: LineBytes,
): void {
  cells.forEach((cell, i) => {
    out.piece(style.before[i] ?? NO_PIECE);
    out.raw(utf8Bytes(style.cell(cell, types[i] ?? "value")));
  });
  out.piece(style.end);
}

export function fieldOfRows(
  block: BlockReader,
  { field }: NamedField,
  before: Piece,
  style: RowStyle,
  out: LineBytes,
): RowWriter {
  const type = typeOfField(field);
  const shown = (cell: Cell): Piece => pieceOf(style.cell(cell, type));
  if (field.kind === "builtin" && field.name === "time")
    return timeOfRows(block, before, style, out);
  if (field.kind === "builtin" && field.name === "level") {
    const levels = Array.from({ length: 25 }, (_, severity) => shown(levelOf(severity)));
    return (row) => {
      out.piece(before);
      out.piece(levels[block.severities[row] as number] ?? NO_PIECE);
    };
  }
  const cells = cellsOfBlock(block, field);
  const found = plainColumnOf(block, field);
  const missing = shown(null);
  switch (found?.column.kind) {
    case "dictionary": {
      const { codes, present, values } = found.column;
      const fragments: (Piece | undefined)[] = Array.from({ length: values.length });
      return (row) => {
        out.piece(before);
        if (hasRow(present, row))
          out.piece((fragments[codes[row] as number] ??= shown(cells(row))));
        else out.piece(missing);
      };
    }
    case "numbers": {
      const { numbers, present } = found.column;
      return (row) => {
        out.piece(before);
        if (hasRow(present, row)) writeNumber(out, numbers[row] as number);
        else out.piece(missing);
      };
    }
    case "text": {
      const { starts, present } = found.column;
      const words = wordView(found.column.bytes);
      return (row) => {
        out.piece(before);
        const start = starts[row] as number;
        // Behind each text stands one line feed.
        const end = (starts[row + 1] as number) - 1;
        const isMissing = !hasRow(present, row) || (found.emptyIsMissing && end <= start);
        if (isMissing) out.piece(missing);
        else style.text(out, words, start, end < start ? start : end);
      };
    }
    default:
      return (row) => {
        out.piece(before);
        out.raw(utf8Bytes(style.cell(cells(row), type)));
      };
  }
}

function timeOfRows(
  block: BlockReader,
  before: Piece,
  { quotesTimes }: RowStyle,
  out: LineBytes,
): RowWriter {
  const { timeMs, timeRemNanos } = block;
  const writeSecond = secondWriter(out);
  return (row) => {
    out.piece(before);
    if (quotesTimes) out.put(QUOTE);
    writeSecond(timeMs[row] as number, timeRemNanos[row] as number);
    out.put(Z);
    if (quotesTimes) out.put(QUOTE);
  };
}
