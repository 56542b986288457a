/**
 * Distinct typed values by their bytes, numbered in the order they came.
 * Invariant: codes are 0..size-1; a value is in it once; its bytes are well-formed UTF-8 (checked when it is added).
 */
import { copyBytes, grownBytes, grownU32, hashBytes, sameBytes } from "./bytes.ts";
import { isUtf8 } from "./utf8.ts";

/** Codes fit in 12 bits: more distinct values than this are better kept as text. */
export const MAX_DICTIONARY = 4096;
const MAX_PROBES = 24;

/** The value cannot go in: the dictionary is full, or its table too crowded around the value. */
export const FULL = -1;
/** The value is not UTF-8. */
export const NOT_UTF8 = -2;

export class ByteDictionary {
  size = 0;
  bytes = new Uint8Array(256);
  /** Where value c ends in `bytes`; it begins where c - 1 ends. */
  ends = new Uint32Array(16);
  types = new Uint8Array(16);
  nonAscii = 0;
  #hashes = new Uint32Array(16);
  #table = new Int32Array(32);

  /** What it has room for, in bytes. */
  get heldBytes(): number {
    const { bytes, ends, types } = this;
    return (
      bytes.byteLength +
      ends.byteLength +
      types.byteLength +
      this.#hashes.byteLength +
      this.#table.byteLength
    );
  }

  start(code: number): number {
    return code === 0 ? 0 : (this.ends[code - 1] as number);
  }

  /** @returns the code of the value, added when it is new; FULL or NOT_UTF8 when it cannot be. */
  codeOf(type: number, source: Uint8Array, start: number, end: number): number {
    const hash = (hashBytes(source, start, end) + type) >>> 0;
    const length = end - start;
    const table = this.#table;
    const mask = table.length - 1;
    let slot = hash & mask;
    for (let probes = 0; ; probes++) {
      const code = (table[slot] as number) - 1;
      if (code < 0) break;
      if (this.#hashes[code] === hash && this.types[code] === type) {
        const at = this.start(code);
        if (
          (this.ends[code] as number) - at === length &&
          sameBytes(this.bytes, at, source, start, length)
        )
          return code;
      }
      if (probes === MAX_PROBES) return FULL;
      slot = (slot + 1) & mask;
    }
    return this.#add(hash, type, source, start, end);
  }

  #add(hash: number, type: number, source: Uint8Array, start: number, end: number): number {
    if (this.size === MAX_DICTIONARY) return FULL;
    const at = this.size === 0 ? 0 : (this.ends[this.size - 1] as number);
    const to = at + end - start;
    if (to > this.bytes.length) this.bytes = grownBytes(this.bytes, to);
    const bits = copyBytes(this.bytes, at, source, start, end);
    if (bits > 0x7f && !isUtf8(source, start, end)) return NOT_UTF8;
    this.nonAscii |= bits & 0x80;
    const code = this.size++;
    if (code === this.ends.length) {
      this.ends = grownU32(this.ends, code + 1);
      this.types = grownBytes(this.types, code + 1);
      this.#hashes = grownU32(this.#hashes, code + 1);
    }
    this.ends[code] = to;
    this.types[code] = type;
    this.#hashes[code] = hash;
    if (this.size * 2 > this.#table.length) this.#rebuild(this.#table.length * 2);
    else this.#place(code);
    return code;
  }

  #place(code: number): void {
    const mask = this.#table.length - 1;
    let slot = (this.#hashes[code] as number) & mask;
    while (this.#table[slot] !== 0) slot = (slot + 1) & mask;
    this.#table[slot] = code + 1;
  }

  #rebuild(slots: number): void {
    if (slots === this.#table.length) this.#table.fill(0);
    else this.#table = new Int32Array(slots);
    for (let code = 0; code < this.size; code++) this.#place(code);
  }

  /** Forgets every value from `size` on. */
  truncate(size: number): void {
    if (size >= this.size) return;
    this.size = size;
    // A lost non-ASCII value leaves the flag set: only an optimisation is lost.
    if (size === 0) this.nonAscii = 0;
    this.#rebuild(this.#table.length);
  }
}
