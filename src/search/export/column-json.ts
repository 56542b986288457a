/**
 * Writes the values of one column as members of JSON objects.
 * Invariant: values of a dictionary are made into JSON once a block, texts are copied as the bytes they are.
 */
import type { ColumnView } from "../../engine/block/block-reader.ts";
import { hasRow } from "../../engine/block/column-views.ts";
import { utf8Bytes } from "../../engine/column/bytes.ts";
import { valueJson, writeNumber } from "./json-text.ts";
import type { LineBytes } from "./line-bytes.ts";

/** Writes one row; throws `corrupt` for what turns out unreadable, when a part of the line may be there. */
export type RowWriter = (row: number) => void;

/**
 * @param prefix what stands before the value.
 * @param absent what a row without a value has; nothing at all when undefined.
 */
export function columnWriter(
  prefix: string,
  column: ColumnView,
  out: LineBytes,
  absent: Uint8Array | undefined,
): RowWriter {
  const before = utf8Bytes(prefix);
  const { present } = column;
  const lacks = (): void => {
    if (absent === undefined) return;
    out.raw(before);
    out.raw(absent);
  };
  switch (column.kind) {
    case "dictionary": {
      const { values, codes } = column;
      const fragments: (Uint8Array | undefined)[] = Array.from({ length: values.length });
      return (row) => {
        if (!hasRow(present, row)) return lacks();
        const code = codes[row] as number;
        out.raw((fragments[code] ??= utf8Bytes(prefix + valueJson(values[code] ?? null))));
      };
    }
    case "numbers": {
      const { numbers } = column;
      return (row) => {
        if (!hasRow(present, row)) return lacks();
        out.raw(before);
        writeNumber(out, numbers[row] as number);
      };
    }
    case "text": {
      const { bytes, starts } = column;
      return (row) => {
        if (!hasRow(present, row)) return lacks();
        out.raw(before);
        // Behind each text stands one line feed.
        const start = starts[row] as number;
        const end = (starts[row + 1] as number) - 1;
        out.quoted(bytes, start, end < start ? start : end);
      };
    }
    default:
      return (row) => {
        const value = column.value(row);
        if (value === undefined) return lacks();
        out.raw(before);
        out.raw(utf8Bytes(valueJson(value)));
      };
  }
}
