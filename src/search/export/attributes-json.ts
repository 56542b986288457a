/** The attributes of entries as one JSON object each, in the order they were sent. */
import type { AttributeValue, Entry } from "../../domain/entry.ts";
import type { BlockReader } from "../../engine/block/block-reader.ts";
import { utf8Bytes } from "../../engine/column/bytes.ts";
import { columnWriter, type RowWriter } from "./column-json.ts";
import { valueJson, writeNumber } from "./json-text.ts";
import type { LineBytes } from "./line-bytes.ts";
import { type Piece, pieceOf } from "./line-piece.ts";

const OPEN = 0x7b;
const CLOSE = 0x7d;

/** Throws `corrupt` when a column cannot be read. */
export function attributesWriter(block: BlockReader, out: LineBytes): RowWriter {
  const attributes = Array.from(block.attributeColumns(), ({ name, column }) =>
    columnWriter(`,${JSON.stringify(name)}:`, column, out, undefined),
  );
  const rest = block.restObjects();
  return (row) => {
    const at = out.length;
    for (const write of attributes) write(row);
    const more = rest?.value(row);
    if (more !== undefined && more !== null && typeof more === "object")
      for (const [name, value] of Object.entries(more))
        out.raw(utf8Bytes(`,${JSON.stringify(name)}:${valueJson(value as AttributeValue)}`));
    close(at, out);
  };
}

/** Most rows have the names of those before; what is parsed may have any. */
const MAX_NAMES = 1000;

/** Writes the attributes of entries that pipes have made of rows. */
export function entryAttributesWriter(out: LineBytes): (attributes: Entry["attributes"]) => void {
  const names = new Map<string, Piece>();
  return (attributes) => {
    const at = out.length;
    for (const [name, value] of attributes) {
      let piece = names.get(name);
      if (piece === undefined) {
        if (names.size >= MAX_NAMES) names.clear();
        names.set(name, (piece = pieceOf(`,${JSON.stringify(name)}:`)));
      }
      out.piece(piece);
      if (typeof value === "string") out.text(value);
      else if (typeof value === "number") writeNumber(out, value);
      else out.raw(utf8Bytes(valueJson(value)));
    }
    close(at, out);
  };
}

/** Each attribute since `at` began with a comma: the first one's is where the object opens. */
function close(at: number, out: LineBytes): void {
  if (out.length > at) out.replace(at, OPEN);
  else out.put(OPEN);
  out.put(CLOSE);
}

export function attributesJson(attributes: Entry["attributes"]): string {
  const members = Array.from(
    attributes,
    ([name, value]) => `${JSON.stringify(name)}:${valueJson(value)}`,
  );
  return `{${members.join(",")}}`;
}
