/**
 * Texts as fields of CSV (RFC 4180).
 * Invariant: no field begins as a spreadsheet's formulas do, or as the last line of an export does: such a text gets one
 * `'` in front, and so does one that has some there already, so that taking one away gives back what was. Numbers are
 * left as they are, also those that came as texts. An empty text is `""`; nothing at all is a value that is missing.
 */
import { utf8Bytes, utf8Text } from "../../engine/column/bytes.ts";
import { parseNumber } from "../../query/literals.ts";
import type { LineBytes } from "./line-bytes.ts";

/** Tab and carriage return lead to a formula in some programs, the wide signs in some languages. */
const GUARDED = /^'*[=+\-@#\t\r\uff1d\uff0b\uff0d\uff20]/;
const SPECIAL = /[",\r\n]/;

const QUOTE = 0x22;
const COMMA = 0x2c;
const CR = 0x0d;
const LF = 0x0a;
/** Texts with another beginning need no guard; those of the wide signs begin with the last one. */
const MAY_BE_GUARDED = new Set([...utf8Bytes("'=+-@#\t\r"), 0xef]);

export function csvText(text: string): string {
  if (text === "") return '""';
  const guarded = GUARDED.test(text) && parseNumber(text) === null ? `'${text}` : text;
  return SPECIAL.test(guarded) ? csvQuoted(guarded) : guarded;
}

/** @param text in quotes, whether it needs them or not. */
export function csvQuoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

/** Writes the text of from[start..end), which is UTF-8, as `csvText` does. */
export function writeCsvText(out: LineBytes, from: DataView, start: number, end: number): void {
  if (start === end || MAY_BE_GUARDED.has(from.getUint8(start))) {
    const bytes = new Uint8Array(from.buffer, from.byteOffset + start, end - start);
    out.raw(utf8Bytes(csvText(utf8Text(bytes))));
    return;
  }
  let isSpecial = false;
  for (let i = start; i < end && !isSpecial; i++) {
    const byte = from.getUint8(i);
    isSpecial = byte === QUOTE || byte === COMMA || byte === CR || byte === LF;
  }
  if (isSpecial) out.doubled(from, start, end);
  else out.copy(from, start, end);
}
