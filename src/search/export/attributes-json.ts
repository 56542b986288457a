/** The attributes of entries as one JSON object each, in the order they were sent. */
import type { AttributeValue, Entry } from "../../domain/entry.ts";
import type { BlockReader } from "../../engine/block/block-reader.ts";
import { utf8Bytes } from "../../engine/column/bytes.ts";
import { columnWriter, type RowWriter } from "./column-json.ts";
import { valueJson } from "./json-text.ts";
import type { LineBytes } from "./line-bytes.ts";

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
    // Each attribute began with a comma: the first one's is where the object opens.
    if (out.length > at) out.replace(at, OPEN);
    else out.put(OPEN);
    out.put(CLOSE);
  };
}

export function attributesJson(attributes: Entry["attributes"]): string {
  const members = Array.from(
    attributes,
    ([name, value]) => `${JSON.stringify(name)}:${valueJson(value)}`,
  );
  return `{${members.join(",")}}`;
}
