/**
 * Reads one column's body into a view. Invariant: a body that is not exactly what its directory entry says is
 * `corrupt`; no array is larger than the block's rows or the body.
 */
import type { AttributeValue } from "../../domain/entry.ts";
import { type FaultError, corrupt } from "../../domain/fault.ts";
import { copyWords, textView, wordView } from "../column/bytes.ts";
import type { ColumnView } from "./block-reader.ts";
import {
  cellValue,
  countRows,
  DictionaryView,
  HexView,
  hasRow,
  MixedView,
  NumbersView,
  startsOf,
  TextView,
} from "./column-views.ts";
import type { ColumnEntry } from "./directory.ts";
import { ENCODING, FLAG_ASCII, FLAG_SPARSE, FORMAT_VERSION } from "./format.ts";

interface Body {
  readonly entry: ColumnEntry;
  readonly rows: number;
  readonly bytes: Uint8Array;
  readonly present: Uint8Array | undefined;
  /** Where the values begin, behind the presence bitmap. */
  readonly at: number;
  readonly what: string;
}

const POWERS = [1, 10, 100, 1e3, 1e4, 1e5, 1e6] as const;

export function decodeColumn(
  entry: ColumnEntry,
  rows: number,
  bytes: Uint8Array,
  what: string,
): ColumnView {
  const body = bodyOf(entry, rows, bytes, what);
  switch (entry.encoding) {
    case ENCODING.integers:
    case ENCODING.doubles:
    case ENCODING.deltas:
      return new NumbersView(body.present, decodeNumbers(body), entry.min, entry.max);
    case ENCODING.dictionary:
      return decodeDictionary(body);
    case ENCODING.text:
      return decodeText(body);
    case ENCODING.mixed:
      return decodeMixed(body);
    case ENCODING.hex:
      return decodeHex(body);
    default:
      throw corrupt(
        what,
        `it has encoding ${entry.encoding}, unknown to this program, whose block format is ${FORMAT_VERSION}`,
      );
  }
}

/** The numbers of a fixed column that every row has. */
export function decodeFixed(
  entry: ColumnEntry,
  rows: number,
  bytes: Uint8Array,
  what: string,
): Float64Array {
  const body = bodyOf(entry, rows, bytes, what);
  if (body.present !== undefined) throw corrupt(what, "some rows have no value");
  return decodeNumbers(body);
}

function bodyOf(entry: ColumnEntry, rows: number, bytes: Uint8Array, what: string): Body {
  if ((entry.flags & FLAG_SPARSE) === 0)
    return { entry, rows, bytes, present: undefined, at: 0, what };
  const size = (rows + 7) >> 3;
  if (bytes.length < size) throw corrupt(what, "it ends early");
  const present = bytes.subarray(0, size);
  if (countRows(present, rows) !== entry.count)
    throw corrupt(what, "its presence is not what the directory says");
  return { entry, rows, bytes, present, at: size, what };
}

function expectEnd(body: Body, end: number): void {
  if (end !== body.bytes.length)
    throw corrupt(body.what, "its length is not what the directory says");
}

function decodeNumbers(body: Body): Float64Array {
  const { entry, rows, bytes, present } = body;
  const out = new Float64Array(rows);
  let at = body.at;
  switch (entry.encoding) {
    case ENCODING.integers: {
      const { width } = entry;
      if (width > 4) throw corrupt(body.what, `its numbers have ${width} bytes`);
      expectEnd(body, at + width * entry.count);
      // The fixed columns' integers have a unit in `size`, attributes' a scale.
      const unit = entry.size === 0 ? 1 : entry.size;
      const power = POWERS[entry.scale];
      if (power === undefined) throw corrupt(body.what, `its scale is ${entry.scale}`);
      const low = Math.round(entry.min * power);
      if (width === 0 && present === undefined) return out.fill(low / power);
      if (present !== undefined || power !== 1) {
        for (let row = 0; row < rows; row++) {
          if (present !== undefined && !hasRow(present, row)) continue;
          const above = littleEndian(bytes, at, width);
          at += width;
          out[row] = power === 1 ? low + above * unit : (low + above) / power;
        }
        return out;
      }
      // A loop a width: most of a merge's numbers come through here.
      if (width === 1)
        for (let row = 0; row < rows; row++) out[row] = low + (bytes[at + row] as number) * unit;
      else if (width === 2)
        for (let row = 0; row < rows; row++, at += 2)
          out[row] = low + ((bytes[at] as number) | ((bytes[at + 1] as number) << 8)) * unit;
      else
        for (let row = 0; row < rows; row++, at += width)
          out[row] = low + littleEndian(bytes, at, width) * unit;
      return out;
    }
    case ENCODING.doubles: {
      expectEnd(body, at + 8 * entry.count);
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      for (let row = 0; row < rows; row++) {
        if (present !== undefined && !hasRow(present, row)) continue;
        out[row] = view.getFloat64(at, true);
        at += 8;
      }
      return out;
    }
    case ENCODING.deltas: {
      let value = entry.min;
      if (!Number.isSafeInteger(value)) throw corrupt(body.what, "its base is no integer");
      for (let row = 0; row < rows; row++) {
        let zigzag = 0;
        let unit = 1;
        for (;;) {
          const byte = bytes[at++];
          if (byte === undefined || unit > 2 ** 49) throw corrupt(body.what, "it ends early");
          zigzag += (byte & 0x7f) * unit;
          if (byte < 0x80) break;
          unit *= 128;
        }
        value += zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2;
        if (!Number.isSafeInteger(value)) throw corrupt(body.what, "a value in it is too large");
        out[row] = value;
      }
      expectEnd(body, at);
      return out;
    }
    default:
      throw corrupt(body.what, `encoding ${entry.encoding} holds no numbers`);
  }
}

/** @param width up to 4. @returns the unsigned integer of that many bytes. */
function littleEndian(bytes: Uint8Array, at: number, width: number): number {
  if (width === 0) return 0;
  let value = bytes[at] as number;
  if (width > 1) value |= (bytes[at + 1] as number) << 8;
  if (width > 2) value |= (bytes[at + 2] as number) << 16;
  if (width > 3) value |= (bytes[at + 3] as number) << 24;
  return value >>> 0;
}

/** Reads `count` varints. */
function readLengths(
  body: Body,
  from: number,
  count: number,
): { lengths: Uint32Array; end: number; total: number } {
  const { bytes } = body;
  const lengths = new Uint32Array(count);
  let at = from;
  let total = 0;
  for (let i = 0; i < count; i++) {
    let value = 0;
    let unit = 1;
    for (;;) {
      const byte = bytes[at++];
      if (byte === undefined || unit > 2 ** 28) throw corrupt(body.what, "it ends early");
      value += (byte & 0x7f) * unit;
      if (byte < 0x80) break;
      unit *= 128;
    }
    lengths[i] = value;
    total += value;
  }
  return { lengths, end: at, total };
}

function damaged(what: string): (error: unknown) => never {
  return (error) => {
    throw unreadable(what, error);
  };
}

function unreadable(what: string, error: unknown): FaultError {
  return corrupt(what, error instanceof Error ? error.message : "a value cannot be read");
}

function decodeDictionary(body: Body): ColumnView {
  const { entry, rows, bytes, present, what } = body;
  const { size, width } = entry;
  if (size > bytes.length || size === 0 || width > 2) throw corrupt(what, "it ends early");
  const types = bytes.subarray(body.at, body.at + size);
  const { lengths, end: textAt, total } = readLengths(body, body.at + size, size);
  const codesAt = textAt + total;
  expectEnd(body, codesAt + width * entry.count);
  const view = textView(bytes);
  const values: AttributeValue[] = [];
  let at = textAt;
  for (let i = 0; i < size; i++) {
    const end = at + (lengths[i] as number);
    try {
      values.push(cellValue(types[i] as number, view, at, end));
    } catch (error) {
      throw unreadable(what, error);
    }
    at = end;
  }
  if (width === 0) return new DictionaryView(present, values.slice(0, 1), new Uint8Array(rows));
  let next = codesAt;
  if (width === 1) {
    let codes: Uint8Array;
    if (present === undefined) codes = bytes.subarray(codesAt);
    else {
      codes = new Uint8Array(rows);
      for (let row = 0; row < rows; row++)
        if (hasRow(present, row)) codes[row] = bytes[next++] as number;
    }
    if (size < 256) checkCodes(codes, size, what);
    return new DictionaryView(present, values, codes);
  }
  const codes = new Uint16Array(rows);
  for (let row = 0; row < rows; row++) {
    if (present !== undefined && !hasRow(present, row)) continue;
    codes[row] = (bytes[next] as number) | ((bytes[next + 1] as number) << 8);
    next += 2;
  }
  checkCodes(codes, size, what);
  return new DictionaryView(present, values, codes);
}

function checkCodes(codes: Uint8Array | Uint16Array, size: number, what: string): void {
  let max = 0;
  for (let i = 0; i < codes.length; i++) if ((codes[i] as number) > max) max = codes[i] as number;
  if (max >= size) throw corrupt(what, "a code in it names no value");
}

function decodeText(body: Body): ColumnView {
  const { entry, rows, bytes, present, what } = body;
  const textAt = body.at + entry.size;
  if (textAt > bytes.length) throw corrupt(what, "it ends early");
  const text = bytes.subarray(textAt);
  return new TextView(present, text, (entry.flags & FLAG_ASCII) !== 0, () => {
    const { lengths, end, total } = readLengths(body, body.at, entry.count);
    if (end !== textAt || total + entry.count !== text.length)
      throw corrupt(what, "its lengths do not add up");
    return startsOf(rows, present, lengths);
  });
}

function decodeMixed(body: Body): ColumnView {
  const { entry, rows, bytes, present, what } = body;
  const lengthsAt = body.at + entry.count;
  const { lengths, end, total } = readLengths(body, lengthsAt, entry.count);
  if (end !== lengthsAt + entry.size) throw corrupt(what, "its lengths do not add up");
  expectEnd(body, end + total + entry.count);
  const types = new Uint8Array(rows);
  let at = body.at;
  for (let row = 0; row < rows; row++) if (hasRow(present, row)) types[row] = bytes[at++] as number;
  return new MixedView(
    present,
    types,
    bytes.subarray(end),
    startsOf(rows, present, lengths),
    damaged(what),
  );
}

function decodeHex(body: Body): ColumnView {
  const { entry, rows, bytes, present } = body;
  const { width } = entry;
  expectEnd(body, body.at + width * entry.count);
  if (present === undefined) return new HexView(rows, undefined, bytes, width);
  const ids = new Uint8Array(rows * width);
  const to = wordView(ids);
  const from = wordView(bytes);
  let at = body.at;
  for (let row = 0; row < rows; row++) {
    if (!hasRow(present, row)) continue;
    copyWords(to, row * width, from, at, at + width);
    at += width;
  }
  return new HexView(rows, present, ids, width);
}
