/**
 * Numbers the shapes of a batch's messages in a table of forms.
 * Invariant: a row's number is that of `shapeOf` of its message; of a block's column no text is made where its bytes are
 * plain, and of a dictionary each value is looked at once.
 */
import { hasRow } from "../block/column-views.ts";
import { ShapeBytes } from "../filter/ascii-shape.ts";
import { shapeOf } from "../filter/pattern-shape.ts";
import type { FieldRef } from "../../query/ast.ts";
import type { FormTable } from "./form-table.ts";
import type { PlainColumn, RowBatch } from "./row-batch.ts";

const MESSAGE: FieldRef = { kind: "builtin", name: "message", at: { start: 0, end: 0 } };
const UNKNOWN = -2;

/** @returns the number of a row's shape, NO_ROOM when it is a new one too many. */
export type ShapeReader = (row: number) => number;

/** Holds one shape at a time, never across calls. */
const SHAPE = new ShapeBytes();

/** A reader for one batch and one table. */
export function shapeReader(batch: RowBatch, forms: FormTable): ShapeReader {
  const plain = batch.plainColumn?.(MESSAGE);
  if (plain?.column.kind === "text") return ofTexts(plain, plain.column, forms);
  if (plain?.column.kind === "dictionary") return ofDictionary(plain, plain.column, forms);
  const messages = batch.cells(MESSAGE);
  return (row) => forms.ofScalar(shapeOf(textOf(messages(row))));
}

function ofTexts(
  { rows }: PlainColumn,
  column: Extract<PlainColumn["column"], { kind: "text" }>,
  forms: FormTable,
): ShapeReader {
  const { bytes, starts, present } = column;
  return (at) => {
    const row = rows[at] as number;
    if (
      hasRow(present, row) &&
      SHAPE.write(bytes, starts[row] as number, (starts[row + 1] as number) - 1)
    )
      return forms.ofBytes(SHAPE.bytes, 0, SHAPE.length);
    return forms.ofScalar(shapeOf(textOf(column.value(row))));
  };
}

function ofDictionary(
  { rows }: PlainColumn,
  column: Extract<PlainColumn["column"], { kind: "dictionary" }>,
  forms: FormTable,
): ShapeReader {
  const numbers = new Int32Array(column.values.length).fill(UNKNOWN);
  const { codes, present, values } = column;
  return (at) => {
    const row = rows[at] as number;
    if (!hasRow(present, row)) return forms.ofScalar("");
    const code = codes[row] as number;
    const known = numbers[code] as number;
    if (known !== UNKNOWN) return known;
    const number = forms.ofScalar(shapeOf(textOf(values[code])));
    numbers[code] = number;
    return number;
  };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
