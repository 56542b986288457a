/**
 * One column on its way into a block: the values of the rows that have one, in ascending order of rows.
 * Invariant: rowIds ascend strictly; the mode fits every value so far (a mode only ever widens); texts and JSON are
 * well-formed UTF-8. A value that is refused leaves the column as it was.
 *
 * Modes: numbers as doubles; a dictionary of texts, booleans and JSON while values repeat; texts in a row once they
 * do not; mixed when numbers meet anything else, or what is not text does not repeat.
 */
import { giveBack } from "../../domain/give-back.ts";
import {
  copyBytes,
  copyWords,
  grownBytes,
  grownF64,
  grownU16,
  grownU32,
  wordView,
} from "./bytes.ts";
import { ByteDictionary, FULL, NOT_UTF8 } from "./byte-dictionary.ts";
import { isUtf8 } from "./utf8.ts";

/** Stored in blocks: never renumber. */
export const CELL_TEXT = 0;
export const CELL_NUMBER = 1;
export const CELL_FALSE = 2;
export const CELL_TRUE = 3;
export const CELL_JSON = 4;

export const MODE_EMPTY = 0;
export const MODE_NUMBERS = 1;
export const MODE_DICTIONARY = 2;
export const MODE_TEXT = 3;
export const MODE_MIXED = 4;

const NO_BYTES: Uint8Array = new Uint8Array(0);
const NO_WORDS = wordView(NO_BYTES);
/** So many distinct values may come before their share decides. */
const DICTIONARY_TRIAL = 24;
/** Shorter values are not worth a view of their source; measured with block.bench.ts. */
const WORDS_BYTES = 24;
/** What a column that goes back to the pool may keep. */
const KEEP_BYTES = 1 << 20;

export class ColumnBuilder {
  mode: number = MODE_EMPTY;
  count = 0;
  rowIds = new Uint32Array(16);
  numbers = new Float64Array(0);
  codes = new Uint16Array(0);
  dictionary = new ByteDictionary();
  /** Text and mixed: values, each followed by `\n`. */
  bytes: Uint8Array = NO_BYTES;
  /** Where value i ends in `bytes`, its `\n` not counted; it begins at ends[i - 1] + 1. */
  ends = new Uint32Array(0);
  types: Uint8Array = NO_BYTES;
  /** Bit 7: a text of mode text has a byte above 0x7f. */
  nonAscii = 0;
  /** Views of `bytes` and of the last source, which is mostly the next one, too. */
  #wordsOf = NO_BYTES;
  #words = NO_WORDS;
  #source = NO_BYTES;
  #sourceWords = NO_WORDS;

  /** @returns false when the text is not UTF-8. */
  addText(row: number, source: Uint8Array, start: number, end: number): boolean {
    if (this.mode === MODE_TEXT) return this.#append(row, CELL_TEXT, source, start, end);
    return this.#addBytes(row, CELL_TEXT, source, start, end);
  }

  /** @returns false when the text is not UTF-8. Whether it is JSON is the caller's word. */
  addJson(row: number, source: Uint8Array, start: number, end: number): boolean {
    return this.#addBytes(row, CELL_JSON, source, start, end);
  }

  addBoolean(row: number, value: boolean): void {
    this.#addBytes(row, value ? CELL_TRUE : CELL_FALSE, NO_BYTES, 0, 0);
  }

  /** @param value finite. */
  addNumber(row: number, value: number): void {
    if (this.mode === MODE_EMPTY) this.mode = MODE_NUMBERS;
    if (this.mode !== MODE_NUMBERS) {
      this.#toMixed();
      this.#appendNumber(row, value);
      return;
    }
    const at = this.#takeRow(row);
    if (at >= this.numbers.length) this.numbers = grownF64(this.numbers, at + 1);
    this.numbers[at] = value;
  }

  /** A value already known by its code in `dictionary`; only in dictionary mode. */
  addCode(row: number, code: number): void {
    const at = this.#takeRow(row);
    if (at >= this.codes.length) this.codes = grownU16(this.codes, at + 1);
    this.codes[at] = code;
  }

  start(value: number): number {
    return value === 0 ? 0 : (this.ends[value - 1] as number) + 1;
  }

  #takeRow(row: number): number {
    const at = this.count++;
    if (at >= this.rowIds.length) this.rowIds = grownU32(this.rowIds, at + 1);
    this.rowIds[at] = row;
    return at;
  }

  #addBytes(row: number, type: number, source: Uint8Array, start: number, end: number): boolean {
    if (this.mode === MODE_EMPTY) this.mode = MODE_DICTIONARY;
    else if (this.mode === MODE_NUMBERS) this.#toMixed();
    else if (this.mode === MODE_TEXT && type !== CELL_TEXT) this.#toMixed();
    if (this.mode === MODE_DICTIONARY) {
      const code = this.dictionary.codeOf(type, source, start, end);
      if (code === NOT_UTF8) return false;
      if (code !== FULL) {
        this.addCode(row, code);
        const size = this.dictionary.size;
        if (code === size - 1 && size > DICTIONARY_TRIAL && size * 3 > this.count)
          this.#leaveDictionary();
        return true;
      }
      this.#leaveDictionary();
      if (type !== CELL_TEXT) this.#toMixed();
    }
    return this.#append(row, type, source, start, end);
  }

  #append(row: number, type: number, source: Uint8Array, start: number, end: number): boolean {
    const at = this.count === 0 ? 0 : (this.ends[this.count - 1] as number) + 1;
    const to = at + end - start;
    if (to + 1 > this.bytes.length) this.#grow(to + 1);
    const bits =
      end - start < WORDS_BYTES
        ? copyBytes(this.bytes, at, source, start, end)
        : this.#copyLong(at, source, start, end);
    if ((bits & 0x80) !== 0) {
      if (!isUtf8(source, start, end)) return false;
      this.nonAscii = 0x80;
    }
    this.#endValue(row, type, to);
    return true;
  }

  #grow(need: number): void {
    const old = this.bytes;
    this.bytes = grownBytes(old, need);
    giveBack(old);
  }

  #copyLong(at: number, source: Uint8Array, start: number, end: number): number {
    if (this.#wordsOf !== this.bytes) {
      this.#wordsOf = this.bytes;
      this.#words = wordView(this.bytes);
    }
    if (this.#source !== source) {
      this.#source = source;
      this.#sourceWords = wordView(source);
    }
    return copyWords(this.#words, at, this.#sourceWords, start, end);
  }

  #appendNumber(row: number, value: number): void {
    const at = this.count === 0 ? 0 : (this.ends[this.count - 1] as number) + 1;
    if (at + 9 > this.bytes.length) this.#grow(at + 9);
    new DataView(this.bytes.buffer).setFloat64(at, value, true);
    this.#endValue(row, CELL_NUMBER, at + 8);
  }

  #endValue(row: number, type: number, end: number): void {
    this.bytes[end] = 0x0a;
    const at = this.#takeRow(row);
    if (at >= this.ends.length) this.ends = grownU32(this.ends, at + 1);
    this.ends[at] = end;
    if (this.mode !== MODE_MIXED) return;
    if (at >= this.types.length) this.types = grownBytes(this.types, at + 1);
    this.types[at] = type;
  }

  /** Writes the values out again one by one. */
  #leaveDictionary(): void {
    const { dictionary, codes, count } = this;
    let allText = true;
    for (let code = 0; code < dictionary.size; code++)
      if (dictionary.types[code] !== CELL_TEXT) allText = false;
    this.mode = allText ? MODE_TEXT : MODE_MIXED;
    this.count = 0;
    for (let i = 0; i < count; i++) {
      const code = codes[i] as number;
      const start = dictionary.start(code);
      const type = dictionary.types[code] as number;
      this.#append(
        this.rowIds[i] as number,
        type,
        dictionary.bytes,
        start,
        dictionary.ends[code] as number,
      );
    }
    dictionary.truncate(0);
  }

  #toMixed(): void {
    if (this.mode === MODE_DICTIONARY) this.#leaveDictionary();
    if (this.mode === MODE_MIXED) return;
    const { count } = this;
    if (this.mode === MODE_NUMBERS) {
      this.mode = MODE_MIXED;
      this.count = 0;
      for (let i = 0; i < count; i++)
        this.#appendNumber(this.rowIds[i] as number, this.numbers[i] as number);
      return;
    }
    this.mode = MODE_MIXED;
    if (this.types.length < count) this.types = grownBytes(this.types, count);
    this.types.fill(CELL_TEXT, 0, count);
  }

  /** Forgets the values of rows from `row` on. */
  truncate(row: number): void {
    let count = this.count;
    while (count > 0 && (this.rowIds[count - 1] as number) >= row) count--;
    if (count === this.count) return;
    this.count = count;
    if (count === 0) this.reset();
    else if (this.mode === MODE_DICTIONARY) {
      // Codes are numbered by first use, so those still in use are the lowest ones.
      let size = 0;
      for (let i = 0; i < count; i++) size = Math.max(size, (this.codes[i] as number) + 1);
      this.dictionary.truncate(size);
    }
  }

  /** What it has room for, in bytes. */
  get heldBytes(): number {
    const { rowIds, numbers, codes, bytes, ends, types, dictionary } = this;
    return (
      rowIds.byteLength +
      numbers.byteLength +
      codes.byteLength +
      bytes.byteLength +
      ends.byteLength +
      types.byteLength +
      dictionary.heldBytes
    );
  }

  /** Empties the column for another use. */
  reset(): void {
    this.mode = MODE_EMPTY;
    this.count = 0;
    this.nonAscii = 0;
    this.#source = NO_BYTES;
    this.#sourceWords = NO_WORDS;
    this.dictionary.truncate(0);
    if (this.bytes.length > KEEP_BYTES) {
      giveBack(this.bytes);
      this.bytes = NO_BYTES;
    }
    if (this.dictionary.bytes.length > KEEP_BYTES) this.dictionary = new ByteDictionary();
  }
}
