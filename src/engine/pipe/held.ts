/**
 * Counts the bytes that a pipe keeps while it gathers.
 * Invariant: an estimate from above of what the texts, numbers and tables kept take in memory; whoever keeps something
 * adds it here, whoever lets go takes it off.
 */
import type { AttributeValue, Entry } from "../../domain/entry.ts";
import type { Cell } from "./cell.ts";

export class Held {
  bytes = 0;
}

/** An object or an entry of a hash table, with its header and its share of the table's room. */
export const OBJECT_BYTES = 96;
const TEXT_HEADER_BYTES = 24;

export function textBytes(text: string): number {
  return TEXT_HEADER_BYTES + 2 * text.length;
}

/** What an entry takes once it is read. */
export function entryBytes(entry: Entry): number {
  let bytes = 4 * OBJECT_BYTES + textBytes(entry.message);
  for (const [name, value] of entry.attributes)
    bytes += OBJECT_BYTES + textBytes(name) + valueBytes(value);
  return bytes;
}

/** What a row of a table takes. */
export function rowBytes(cells: readonly Cell[]): number {
  let bytes = OBJECT_BYTES;
  for (const cell of cells) bytes += valueBytes(cell);
  return bytes;
}

function valueBytes(value: AttributeValue | Cell): number {
  if (typeof value === "string") return textBytes(value);
  if (value === null || typeof value !== "object") return 16;
  let bytes = OBJECT_BYTES;
  for (const [name, inner] of Object.entries(value) as [string, AttributeValue][])
    bytes += textBytes(name) + valueBytes(inner);
  return bytes;
}
