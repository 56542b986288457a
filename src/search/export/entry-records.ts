/**
 * Writes whole entries as records of CSV.
 * Invariant: a record has all that a line of NDJSON has, under the same names: what is part of no query, and all
 * attributes together as one object of JSON, whose names differ from entry to entry.
 */
import { type AttributeValue, type Entry, entryIdText } from "../../domain/entry.ts";
import type { BlockReader } from "../../engine/block/block-reader.ts";
import { utf8Bytes } from "../../engine/column/bytes.ts";
import { cellOfEntry, typeOfField } from "../../engine/pipe/field-cell.ts";
import type { BuiltinName, NamedField } from "../../query/ast.ts";
import { attributesJson, attributesWriter } from "./attributes-json.ts";
import { type RowStyle, fieldOfRows, rowStyle } from "./cell-rows.ts";
import { cellCsv, timeOfNanos } from "./cell-text.ts";
import type { RowWriter } from "./column-json.ts";
import { csvQuoted, csvText } from "./csv-text.ts";
import { idWriter } from "./id-writer.ts";
import type { LineBytes } from "./line-bytes.ts";
import { NO_PIECE, pieceOf } from "./line-piece.ts";
import { timeText } from "./time-text.ts";

const BUILTINS = ["time", "level", "message", "service", "host", "trace_id", "span_id"] as const;
export const RECORD_NAMES = [
  ...BUILTINS,
  "attributes",
  "observed_time",
  "id",
  "truncated",
] as const;

const FIELDS = BUILTINS.map((name): NamedField => named(name));
const COMMA = 0x2c;
const NO_TRUNCATED = pieceOf(",[]\r\n");
const style: RowStyle = rowStyle("csv", RECORD_NAMES);
export const RECORDS_HEADER = style.header;

function named(name: BuiltinName): NamedField {
  return { field: { kind: "builtin", name, at: { start: 0, end: 0 } }, name, named: false };
}

/**
 * Throws `corrupt` when a column cannot be read.
 * @param json for the writer alone, as long as it is used.
 */
export function recordWriter(block: BlockReader, out: LineBytes, json: LineBytes): RowWriter {
  const fields = FIELDS.map((field, i) =>
    fieldOfRows(block, field, style.before[i] ?? NO_PIECE, style, out),
  );
  const writeAttributes = attributesWriter(block, json);
  const observed = block.batches.map((_, i) => pieceOf(`,${timeText(block.receivedMs(i), 0)},`));
  const writeId = idWriter(block, out);
  const truncated = block.truncatedNames();
  return (row) => {
    for (const write of fields) write(row);
    out.put(COMMA);
    json.cut(0);
    writeAttributes(row);
    style.text(out, json.written(), 0, json.length);
    out.piece(observed[block.batchOf[row] as number] ?? NO_PIECE);
    writeId(row);
    const cut = truncated?.value(row);
    if (cut === undefined) out.piece(NO_TRUNCATED);
    else out.raw(truncatedBytes(cut));
  };
}

function truncatedBytes(names: AttributeValue): Uint8Array {
  return utf8Bytes(`,${csvText(JSON.stringify(names))}\r\n`);
}

/** The record of an entry that pipes have made of a row. */
export function writeRecord(entry: Entry, out: LineBytes): void {
  const fields = FIELDS.map(({ field }) => cellCsv(cellOfEntry(entry, field), typeOfField(field)));
  const record = [
    ...fields,
    csvText(attributesJson(entry.attributes)),
    timeOfNanos(entry.observedNanos),
    entryIdText(entry.id),
    entry.truncated.length === 0 ? "[]" : csvQuoted(JSON.stringify(entry.truncated)),
  ];
  out.raw(utf8Bytes(`${record.join(",")}\r\n`));
}
