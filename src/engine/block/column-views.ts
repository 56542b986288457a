/**
 * Columns of an opened block as filters and pipes see them.
 * Invariant: row arrays have one element a row, also of sparse columns; arrays that cost a pass over the column are
 * made when first asked for. Bodies are checked for what they claim, so that damaged ones are `corrupt`.
 */
import type { AttributeValue } from "../../domain/entry.ts";
import { type ByteText, textOf, textView } from "../column/bytes.ts";
import {
  CELL_FALSE,
  CELL_JSON,
  CELL_NUMBER,
  CELL_TEXT,
  CELL_TRUE,
} from "../column/column-builder.ts";
import { writeHex } from "../column/hex-id.ts";
import { parseJsonValue } from "../column/json-value.ts";
import type { DictionaryColumn, MixedColumn, NumberColumn, TextColumn } from "./block-reader.ts";

export function hasRow(present: Uint8Array | undefined, row: number): boolean {
  return present === undefined || ((present[row >> 3] as number) & (1 << (row & 7))) !== 0;
}

const BITS = Uint8Array.from({ length: 256 }, (_, byte) => {
  let bits = 0;
  for (let rest = byte; rest > 0; rest >>= 1) bits += rest & 1;
  return bits;
});

/** @returns how many of the first `rows` rows have a value. */
export function countRows(present: Uint8Array, rows: number): number {
  let count = 0;
  const whole = rows >> 3;
  for (let i = 0; i < whole; i++) count += BITS[present[i] as number] as number;
  if ((rows & 7) !== 0)
    count += BITS[(present[whole] as number) & ((1 << (rows & 7)) - 1)] as number;
  return count;
}

/** @returns for each byte of a presence bitmap how many rows before it have a value. */
export function countsBefore(present: Uint8Array): Uint32Array {
  const counts = new Uint32Array(present.length);
  for (let i = 1; i < counts.length; i++)
    counts[i] = (counts[i - 1] as number) + (BITS[present[i - 1] as number] as number);
  return counts;
}

/** Replaces each row, which has a value, by the number of its value. @param before `countsBefore(present)`. */
export function toValueNumbers(rows: Uint32Array, present: Uint8Array, before: Uint32Array): void {
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    const byte = row >> 3;
    const lower = (present[byte] as number) & ((1 << (row & 7)) - 1);
    rows[i] = (before[byte] as number) + (BITS[lower] as number);
  }
}

export class DictionaryView implements DictionaryColumn {
  readonly kind = "dictionary";
  readonly present: Uint8Array | undefined;
  readonly values: readonly AttributeValue[];
  readonly codes: Uint8Array | Uint16Array | Uint32Array;

  constructor(
    present: Uint8Array | undefined,
    values: readonly AttributeValue[],
    codes: Uint8Array | Uint16Array | Uint32Array,
  ) {
    this.present = present;
    this.values = values;
    this.codes = codes;
  }

  value(row: number): AttributeValue | undefined {
    return hasRow(this.present, row) ? this.values[this.codes[row] as number] : undefined;
  }
}

export class NumbersView implements NumberColumn {
  readonly kind = "numbers";
  readonly present: Uint8Array | undefined;
  readonly numbers: Float64Array;
  readonly min: number;
  readonly max: number;

  constructor(present: Uint8Array | undefined, numbers: Float64Array, min: number, max: number) {
    this.present = present;
    this.numbers = numbers;
    this.min = min;
    this.max = max;
  }

  value(row: number): AttributeValue | undefined {
    return hasRow(this.present, row) ? this.numbers[row] : undefined;
  }
}

/** Where each row's bytes begin; row r's end is starts[r + 1] - 1 where it has a value. */
export function startsOf(
  rows: number,
  present: Uint8Array | undefined,
  lengths: Uint32Array,
): Uint32Array {
  const starts = new Uint32Array(rows + 1);
  let at = 0;
  let value = 0;
  for (let row = 0; row < rows; row++) {
    starts[row] = at;
    if (hasRow(present, row)) at += (lengths[value++] as number) + 1;
  }
  starts[rows] = at;
  return starts;
}

export class TextView implements TextColumn {
  readonly kind = "text";
  readonly present: Uint8Array | undefined;
  readonly bytes: Uint8Array;
  readonly ascii: boolean;
  readonly #makeStarts: () => Uint32Array;
  #starts: Uint32Array | undefined;
  #view: ByteText | undefined;

  constructor(
    present: Uint8Array | undefined,
    bytes: Uint8Array,
    ascii: boolean,
    makeStarts: () => Uint32Array,
  ) {
    this.present = present;
    this.bytes = bytes;
    this.ascii = ascii;
    this.#makeStarts = makeStarts;
  }

  get starts(): Uint32Array {
    return (this.#starts ??= this.#makeStarts());
  }

  value(row: number): string | undefined {
    if (!hasRow(this.present, row)) return undefined;
    const { starts } = this;
    return textOf(
      (this.#view ??= textView(this.bytes)),
      starts[row] as number,
      (starts[row + 1] as number) - 1,
      this.ascii,
    );
  }
}

export class MixedView implements MixedColumn {
  readonly kind = "mixed";
  readonly isGathered = false;
  readonly present: Uint8Array | undefined;
  /** One of CELL_… for each row. */
  readonly types: Uint8Array;
  readonly bytes: Uint8Array;
  readonly starts: Uint32Array;
  readonly #view: ByteText;
  readonly #onDamage: (error: unknown) => never;

  constructor(
    present: Uint8Array | undefined,
    types: Uint8Array,
    bytes: Uint8Array,
    starts: Uint32Array,
    onDamage: (error: unknown) => never,
  ) {
    this.present = present;
    this.types = types;
    this.bytes = bytes;
    this.starts = starts;
    this.#view = textView(bytes);
    this.#onDamage = onDamage;
  }

  value(row: number): AttributeValue | undefined {
    if (!hasRow(this.present, row)) return undefined;
    try {
      return cellValue(
        this.types[row] as number,
        this.#view,
        this.starts[row] as number,
        (this.starts[row + 1] as number) - 1,
      );
    } catch (error) {
      return this.#onDamage(error);
    }
  }
}

/** @returns the value of a typed cell; throws when its bytes are none of that type. */
export function cellValue(
  type: number,
  view: ByteText,
  start: number,
  end: number,
): AttributeValue {
  switch (type) {
    case CELL_TEXT:
      return view.utf8Slice(start, end);
    case CELL_NUMBER:
      if (end - start !== 8) throw new RangeError("a number of another length");
      return view.readDoubleLE(start);
    case CELL_FALSE:
      return false;
    case CELL_TRUE:
      return true;
    case CELL_JSON:
      return parseJsonValue(view.utf8Slice(start, end));
    default:
      throw new RangeError(`an unknown type of value, ${type}`);
  }
}

/**
 * A name that has no column of its own, gathered from the block's JSON objects.
 * Invariant: rows ascend. A block may have a million such names, so what is kept of one does not grow with the block's rows.
 */
export class GatheredView implements MixedColumn {
  readonly kind = "mixed";
  readonly isGathered = true;
  readonly #blockRows: number;
  readonly #rows: number[];
  readonly #values: AttributeValue[];

  constructor(blockRows: number, row: number, value: AttributeValue) {
    this.#blockRows = blockRows;
    this.#rows = [row];
    this.#values = [value];
  }

  /** @param row behind all that were added. */
  add(row: number, value: AttributeValue): void {
    this.#rows.push(row);
    this.#values.push(value);
  }

  /** Made anew each time. */
  get present(): Uint8Array {
    const present = new Uint8Array((this.#blockRows + 7) >> 3);
    for (const row of this.#rows)
      present[row >> 3] = (present[row >> 3] as number) | (1 << (row & 7));
    return present;
  }

  value(row: number): AttributeValue | undefined {
    const rows = this.#rows;
    let low = 0;
    let high = rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((rows[middle] as number) < row) low = middle + 1;
      else high = middle;
    }
    return rows[low] === row ? this.#values[low] : undefined;
  }
}

/** One id's text on its way: of a trace 32 digits. */
const HEX_SCRATCH = textView(new Uint8Array(64));

/** Trace or span ids: raw bytes, shown as hex text, "" where absent. */
export class HexView implements TextColumn {
  readonly kind = "text";
  readonly present = undefined;
  readonly ascii = true;
  /** `width` bytes of each row; zeros where absent. */
  readonly ids: Uint8Array;
  readonly width: number;
  /** Which rows have an id; undefined when all have. */
  readonly here: Uint8Array | undefined;
  readonly #rows: number;
  #bytes: Uint8Array | undefined;
  #starts: Uint32Array | undefined;

  constructor(rows: number, here: Uint8Array | undefined, ids: Uint8Array, width: number) {
    this.#rows = rows;
    this.here = here;
    this.ids = ids;
    this.width = width;
  }

  /** Whether every row has an id. */
  get isFull(): boolean {
    return this.here === undefined;
  }

  get bytes(): Uint8Array {
    this.#make();
    return this.#bytes as Uint8Array;
  }

  get starts(): Uint32Array {
    this.#make();
    return this.#starts as Uint32Array;
  }

  #make(): void {
    if (this.#bytes !== undefined) return;
    const rows = this.#rows;
    const { width, ids } = this;
    const bytes = new Uint8Array(rows * (width * 2 + 1));
    const starts = new Uint32Array(rows + 1);
    let at = 0;
    for (let row = 0; row < rows; row++) {
      starts[row] = at;
      if (hasRow(this.here, row)) {
        writeHex(bytes, at, ids, row * width, row * width + width);
        at += width * 2;
      }
      bytes[at++] = 0x0a;
    }
    starts[rows] = at;
    this.#bytes = bytes.subarray(0, at);
    this.#starts = starts;
  }

  value(row: number): string {
    if (!hasRow(this.here, row)) return "";
    const { width } = this;
    const scratch =
      width * 2 <= HEX_SCRATCH.length ? HEX_SCRATCH : textView(new Uint8Array(width * 2));
    writeHex(scratch, 0, this.ids, row * width, row * width + width);
    return scratch.latin1Slice(0, width * 2);
  }
}

/** A built-in text that no row has. */
export function emptyTexts(rows: number): DictionaryView {
  return new DictionaryView(undefined, [""], new Uint8Array(rows));
}
