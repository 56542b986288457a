/**
 * Writes the values of one column as members of JSON objects.
 * Invariant: values of a dictionary are made into JSON once a block, texts are copied as the bytes they are.
 */
import type { ColumnView } from "../../engine/block/block-reader.ts";
import { HexView, hasRow } from "../../engine/block/column-views.ts";
import { utf8Bytes, wordView } from "../../engine/column/bytes.ts";
import { valueJson, writeNumber } from "./json-text.ts";
import type { LineBytes } from "./line-bytes.ts";
import { type Piece, pieceOf } from "./line-piece.ts";

/** Writes one row; throws `corrupt` for what turns out unreadable, when a part of the line may be there. */
export type RowWriter = (row: number) => void;

const QUOTE = 0x22;

/**
 * @param prefix what stands before the value.
 * @param absent what a row without a value has; nothing at all when undefined.
 */
export function columnWriter(
  prefix: string,
  column: ColumnView,
  out: LineBytes,
  absent: string | undefined,
): RowWriter {
  const before = pieceOf(prefix);
  const lacking = pieceOf(absent === undefined ? "" : prefix + absent);
  if (column instanceof HexView) return hexWriter(prefix, column, out);
  const { present } = column;
  switch (column.kind) {
    case "dictionary": {
      const { values, codes } = column;
      const fragments: (Piece | undefined)[] = Array.from({ length: values.length });
      return (row) => {
        if (!hasRow(present, row)) return out.piece(lacking);
        const code = codes[row] as number;
        out.piece((fragments[code] ??= pieceOf(prefix + valueJson(values[code] ?? null))));
      };
    }
    case "numbers": {
      const { numbers } = column;
      return (row) => {
        if (!hasRow(present, row)) return out.piece(lacking);
        out.piece(before);
        writeNumber(out, numbers[row] as number);
      };
    }
    case "text": {
      const { starts } = column;
      const words = wordView(column.bytes);
      return (row) => {
        if (!hasRow(present, row)) return out.piece(lacking);
        out.piece(before);
        // Behind each text stands one line feed.
        const start = starts[row] as number;
        const end = (starts[row + 1] as number) - 1;
        out.quoted(words, start, end < start ? start : end);
      };
    }
    default:
      return (row) => {
        const value = column.value(row);
        if (value === undefined) return out.piece(lacking);
        out.piece(before);
        out.raw(utf8Bytes(valueJson(value)));
      };
  }
}

/** Ids are written from what they are, not from a text made of them; one that is missing is an empty text. */
function hexWriter(prefix: string, { ids, width, here }: HexView, out: LineBytes): RowWriter {
  const before = pieceOf(`${prefix}"`);
  const lacking = pieceOf(`${prefix}""`);
  return (row) => {
    if (!hasRow(here, row)) return out.piece(lacking);
    out.piece(before);
    out.hex(ids, row * width, row * width + width);
    out.put(QUOTE);
  };
}
