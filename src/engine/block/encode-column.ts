/**
 * Writes one column's body. Invariant: `decode-column.ts` reads back the same values in the order given here.
 * The order is a list of value numbers of the builder; undefined means as they stand.
 */
import {
  type ColumnBuilder,
  MODE_DICTIONARY,
  MODE_MIXED,
  MODE_NUMBERS,
  MODE_TEXT,
} from "../column/column-builder.ts";
import { copyWords, wordView } from "../column/bytes.ts";
import { ENCODING, FLAG_ASCII, FLAG_SPARSE } from "./format.ts";
import type { ByteWriter } from "./wire.ts";

/** What the directory says of a column besides where its body lies. */
export interface ColumnShape {
  encoding: number;
  flags: number;
  /** Values in it; less than the block's rows when sparse. */
  count: number;
  /** Bytes a value: integers, dictionary codes, hex. */
  width: number;
  /** Integers: digits behind the point. */
  scale: number;
  /** Numbers: smallest and largest. Integers count from `min`. */
  min: number;
  max: number;
  /** Dictionary: distinct values. */
  size: number;
}

export function shape(encoding: number, count: number): ColumnShape {
  return { encoding, flags: 0, count, width: 0, scale: 0, min: 0, max: 0, size: 0 };
}

/** Bit `row & 7` of byte `row >> 3` for every value's row, rows renumbered by `place` where it is given. */
export function writePresence(
  out: ByteWriter,
  column: ColumnBuilder,
  rows: number,
  place: Uint32Array | undefined,
): void {
  const size = (rows + 7) >> 3;
  out.reserve(size);
  const { bytes, length } = out;
  bytes.fill(0, length, length + size);
  for (let i = 0; i < column.count; i++) {
    const old = column.rowIds[i] as number;
    const row = place === undefined ? old : (place[old] as number);
    bytes[length + (row >> 3)] = (bytes[length + (row >> 3)] as number) | (1 << (row & 7));
  }
  out.length += size;
}

/** Writes the values of a builder, after its presence bitmap when not every row has one. */
export function writeColumn(
  out: ByteWriter,
  column: ColumnBuilder,
  rows: number,
  place: Uint32Array | undefined,
  order: Uint32Array | undefined,
): ColumnShape {
  const sparse = column.count < rows;
  if (sparse) writePresence(out, column, rows, place);
  const described = writeValues(out, column, order);
  if (sparse) described.flags |= FLAG_SPARSE;
  return described;
}

function writeValues(
  out: ByteWriter,
  column: ColumnBuilder,
  order: Uint32Array | undefined,
): ColumnShape {
  switch (column.mode) {
    case MODE_NUMBERS:
      return writeNumbers(out, column.numbers, column.count, order);
    case MODE_DICTIONARY:
      return writeDictionary(out, column, order);
    case MODE_TEXT:
    case MODE_MIXED:
      return writeTexts(out, column, order);
    default:
      throw new Error("a column without values has no body");
  }
}

/** More digits behind the point than this are kept as doubles. */
const MAX_SCALE = 6;
const POWERS = [1, 10, 100, 1e3, 1e4, 1e5, 1e6] as const;

/** @returns the smallest scale that makes all of them integers, -1 when none does. */
function scaleOf(values: Float64Array, count: number): number {
  let scale = 0;
  for (let i = 0; i < count; i++) {
    const value = values[i] as number;
    while (scale <= MAX_SCALE && !isScaled(value, POWERS[scale] as number)) scale++;
    if (scale > MAX_SCALE) return -1;
  }
  // A later value may have raised the scale; earlier ones must hold at it too.
  if (scale > 0)
    for (let i = 0; i < count; i++)
      if (!isScaled(values[i] as number, POWERS[scale] as number)) return -1;
  return scale;
}

function isScaled(value: number, power: number): boolean {
  const scaled = Math.round(value * power);
  return (
    scaled / power === value &&
    scaled <= Number.MAX_SAFE_INTEGER &&
    scaled >= -Number.MAX_SAFE_INTEGER &&
    (scaled !== 0 || !Object.is(value, -0))
  );
}

export function writeNumbers(
  out: ByteWriter,
  values: Float64Array,
  count: number,
  order: Uint32Array | undefined,
): ColumnShape {
  let min = Infinity;
  let max = -Infinity;
  for (let i = 0; i < count; i++) {
    const value = values[i] as number;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  const scale = scaleOf(values, count);
  const power = POWERS[scale] ?? 1;
  const low = Math.round(min * power);
  const span = scale < 0 ? Infinity : Math.round(max * power) - low;
  if (span > 0xffff_ffff) {
    for (let i = 0; i < count; i++)
      out.f64(values[order === undefined ? i : (order[i] as number)] as number);
    return { ...shape(ENCODING.doubles, count), min, max };
  }
  const width = span === 0 ? 0 : span < 0x100 ? 1 : span < 0x1_0000 ? 2 : span < 0x100_0000 ? 3 : 4;
  out.reserve(width * count);
  const { bytes } = out;
  let at = out.length;
  if (width > 0)
    for (let i = 0; i < count; i++) {
      const value = values[order === undefined ? i : (order[i] as number)] as number;
      let above = Math.round(value * power) - low;
      for (let k = 0; k < width; k++) {
        bytes[at++] = above & 0xff;
        above >>>= 8;
      }
    }
  out.length = at;
  return { ...shape(ENCODING.integers, count), width, scale, min, max };
}

/** The integers of a typed array, for the fixed columns of a block. */
export function writeIntegers(
  out: ByteWriter,
  values: Uint8Array | Uint32Array,
  count: number,
  order: Uint32Array | undefined,
): ColumnShape {
  let min = count === 0 ? 0 : 0xffff_ffff;
  let max = 0;
  let divisible = true;
  for (let i = 0; i < count; i++) {
    const value = values[i] as number;
    if (value < min) min = value;
    if (value > max) max = value;
    if (divisible && value % 1000 !== 0) divisible = false;
  }
  // Microseconds are common: then three digits less of each remainder. A negative scale multiplies.
  const unit = divisible && max > 0 ? 1000 : 1;
  const span = (max - min) / unit;
  const width = span === 0 ? 0 : span < 0x100 ? 1 : span < 0x1_0000 ? 2 : span < 0x100_0000 ? 3 : 4;
  out.reserve(width * count);
  const { bytes } = out;
  let at = out.length;
  if (width > 0)
    for (let i = 0; i < count; i++) {
      let above = ((values[order === undefined ? i : (order[i] as number)] as number) - min) / unit;
      for (let k = 0; k < width; k++) {
        bytes[at++] = above & 0xff;
        above >>>= 8;
      }
    }
  out.length = at;
  return { ...shape(ENCODING.integers, count), width, min, max, size: unit };
}

/** Differences of successive values as zigzag varints; the first one's to `base`. */
export function writeDeltas(
  out: ByteWriter,
  values: Float64Array | Uint32Array,
  count: number,
  order: Uint32Array | undefined,
  base: number,
): ColumnShape {
  out.reserve(count * 8);
  const { bytes } = out;
  let at = out.length;
  let before = base;
  for (let i = 0; i < count; i++) {
    const value = values[order === undefined ? i : (order[i] as number)] as number;
    const delta = value - before;
    before = value;
    let rest = delta < 0 ? -2 * delta - 1 : 2 * delta;
    while (rest > 0x7f) {
      bytes[at++] = (rest % 128) | 0x80;
      rest = Math.floor(rest / 128);
    }
    bytes[at++] = rest;
  }
  out.length = at;
  return { ...shape(ENCODING.deltas, count), min: base };
}

/** @param codes of the values, in the order of `order` or as they stand; only the first `count` are looked at. */
export function writeDictionary(
  out: ByteWriter,
  { dictionary, codes, count }: Pick<ColumnBuilder, "dictionary" | "codes" | "count">,
  order: Uint32Array | undefined,
): ColumnShape {
  const { size } = dictionary;
  out.raw(dictionary.types.subarray(0, size));
  for (let code = 0; code < size; code++)
    out.varint((dictionary.ends[code] as number) - dictionary.start(code));
  out.raw(dictionary.bytes.subarray(0, dictionary.ends[size - 1]));
  const width = size === 1 ? 0 : size <= 256 ? 1 : 2;
  out.reserve(count * width);
  const { bytes } = out;
  let at = out.length;
  if (width === 1)
    for (let i = 0; i < count; i++)
      bytes[at++] = codes[order === undefined ? i : (order[i] as number)] as number;
  else if (width === 2)
    for (let i = 0; i < count; i++) {
      const code = codes[order === undefined ? i : (order[i] as number)] as number;
      bytes[at++] = code & 0xff;
      bytes[at++] = code >> 8;
    }
  out.length = at;
  const described = { ...shape(ENCODING.dictionary, count), width, size };
  if (dictionary.nonAscii === 0) described.flags |= FLAG_ASCII;
  return described;
}

/** Lengths as varints, then the values, each followed by `\n`. Mixed: types first. */
function writeTexts(
  out: ByteWriter,
  column: ColumnBuilder,
  order: Uint32Array | undefined,
): ColumnShape {
  const { count, ends, bytes, types } = column;
  const mixed = column.mode === MODE_MIXED;
  if (mixed) {
    out.reserve(count);
    for (let i = 0; i < count; i++)
      out.bytes[out.length++] = types[order === undefined ? i : (order[i] as number)] as number;
  }
  const lengthsAt = out.length;
  out.reserve(count * 5);
  for (let i = 0; i < count; i++) {
    const value = order === undefined ? i : (order[i] as number);
    const length = (ends[value] as number) - column.start(value);
    if (length < 0x80) out.bytes[out.length++] = length;
    else out.varint(length);
  }
  const size = out.length - lengthsAt;
  const total = count === 0 ? 0 : (ends[count - 1] as number) + 1;
  out.reserve(total);
  if (order === undefined) {
    out.bytes.set(bytes.subarray(0, total), out.length);
    out.length += total;
  } else {
    const target = wordView(out.bytes);
    const source = wordView(bytes);
    let at = out.length;
    for (let i = 0; i < count; i++) {
      const value = order[i] as number;
      const start = value === 0 ? 0 : (ends[value - 1] as number) + 1;
      const end = (ends[value] as number) + 1;
      copyWords(target, at, source, start, end);
      at += end - start;
    }
    out.length = at;
  }
  const described = { ...shape(mixed ? ENCODING.mixed : ENCODING.text, count), size };
  if (column.nonAscii === 0) described.flags |= FLAG_ASCII;
  return described;
}
