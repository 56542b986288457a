/**
 * Numbers text forms in the order they come, by their bytes: a value that was met before costs no text.
 * Invariant: one number a text form; its value is shown as the number (or boolean) when one came with that form. Bytes
 * that collide on purpose cost a bounded number of looks, then a table whose hashes nobody can foresee.
 */
import type { Scalar } from "../../domain/entry.ts";
import {
  grownBytes,
  grownF64,
  grownU32,
  highBits,
  sameBytes,
  textOf,
  textView,
  utf8Bytes,
} from "../column/bytes.ts";
import { formOf } from "./cell.ts";
import { OBJECT_BYTES, textBytes } from "./held.ts";

const MAX_LOOKS = 64;
/** Bytes of a form that its hash tells apart: more would cost long values more than they gain. */
const HASHED_BYTES = 256;
/** Values looked up by themselves before their forms are made; enough for numbers and names that repeat. */
const REMEMBERED = 32_768;
/** Of a form that is no UTF-8: one with half a surrogate pair. */
const NO_BYTES = 0xffff_ffff;

/** The number that is given when the table is full. */
export const NO_ROOM = -1;

export class FormTable {
  readonly #max: number;
  #size = 0;
  #bytes = new Uint8Array(256);
  #used = 0;
  /** Where the bytes of a form begin and how many there are; NO_BYTES for those in `#scalars` alone. */
  #starts = new Float64Array(16);
  #lengths = new Uint32Array(16);
  #hashes = new Uint32Array(16);
  /** Numbers of forms plus one, by hash; twice as many as forms at the least. */
  #slots = new Uint32Array(32);
  /** Forms that found no slot, or have no bytes. */
  #others = new Map<string, number>();
  /** What is shown of a form when it is not its text. */
  #scalars = new Map<number, Scalar>();
  #othersBytes = 0;
  readonly #remembered = new Map<Scalar, number>();

  /** @param max forms beyond so many get no number. */
  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#size;
  }

  /** What it keeps, about, in bytes. */
  get heldBytes(): number {
    return (
      this.#bytes.length +
      16 * this.#lengths.length +
      4 * this.#slots.length +
      OBJECT_BYTES * (this.#scalars.size + this.#remembered.size) +
      this.#othersBytes
    );
  }

  /** The number of the text in source[start..end), which is UTF-8; NO_ROOM when it is a new one too many. */
  ofBytes(source: Uint8Array, start: number, end: number): number {
    return this.#ofHashed(source, start, end, hashOf(source, start, end));
  }

  /** The number of the value's text form; NO_ROOM when it is a new one too many. */
  ofScalar(value: Scalar): number {
    const remembered = this.#remembered.get(value);
    if (remembered !== undefined) return remembered;
    const form = formOf(value);
    const id = this.#ofForm(form);
    if (id === NO_ROOM) return id;
    if (typeof value !== "string" || this.#lengths[id] === NO_BYTES) this.#scalars.set(id, value);
    if (this.#remembered.size < REMEMBERED) this.#remembered.set(value, id);
    return id;
  }

  #ofForm(form: string): number {
    const length = writeAscii(form);
    if (length >= 0) return this.ofBytes(SCRATCH, 0, length);
    if (!form.isWellFormed()) return this.#ofOther(form, NO_BYTES, 0);
    const bytes = utf8Bytes(form);
    return this.ofBytes(bytes, 0, bytes.length);
  }

  /** What is shown of a form. */
  scalarAt(id: number): Scalar {
    return this.#scalars.get(id) ?? this.#textAt(id);
  }

  /** True when a form is shown as its text: then its bytes stand at `startOf` in `bytes`. */
  isText(id: number): boolean {
    return !this.#scalars.has(id);
  }

  /** A view, until the next form comes. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#used);
  }

  startOf(id: number): number {
    return this.#starts[id] as number;
  }

  lengthOf(id: number): number {
    return this.#lengths[id] as number;
  }

  /** @returns the number here of each form of another table. */
  absorb(other: FormTable): Int32Array {
    const ids = new Int32Array(other.#size);
    for (let id = 0; id < ids.length; id++) ids[id] = this.take(other, id);
    return ids;
  }

  /** @returns the number here of one form of another table. */
  take(other: FormTable, id: number): number {
    const length = other.#lengths[id] as number;
    const start = other.#starts[id] as number;
    const scalar = other.#scalars.get(id);
    const own =
      length === NO_BYTES
        ? this.ofScalar(other.scalarAt(id))
        : this.#ofHashed(other.#bytes, start, start + length, other.#hashes[id] as number);
    if (scalar !== undefined && own !== NO_ROOM) this.#scalars.set(own, scalar);
    return own;
  }

  #textAt(id: number): string {
    const start = this.#starts[id] as number;
    const end = start + (this.#lengths[id] as number);
    return textOf(textView(this.#bytes), start, end, highBits(this.#bytes, start, end) < 0x80);
  }

  #ofHashed(source: Uint8Array, start: number, end: number, hash: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    const length = end - start;
    let free = -1;
    for (let look = 0; look < MAX_LOOKS; look++) {
      const slot = (hash + look) & mask;
      const id = (slots[slot] as number) - 1;
      if (id < 0) {
        free = slot;
        break;
      }
      if (
        this.#hashes[id] === hash &&
        this.#lengths[id] === length &&
        sameBytes(this.#bytes, this.#starts[id] as number, source, start, length)
      )
        return id;
    }
    if (this.#others.size > 0 || free < 0) {
      const form = textView(source).utf8Slice(start, end);
      const known = this.#others.get(form);
      if (known !== undefined) return known;
      if (free < 0) return this.#ofOther(form, length, hash, source, start);
    }
    if (this.#size >= this.#max) return NO_ROOM;
    slots[free] = this.#size + 1;
    return this.#add(length, hash, source, start);
  }

  #ofOther(form: string, length: number, hash: number, source?: Uint8Array, start = 0): number {
    const known = this.#others.get(form);
    if (known !== undefined) return known;
    if (this.#size >= this.#max) return NO_ROOM;
    this.#others.set(form, this.#size);
    this.#othersBytes += OBJECT_BYTES + textBytes(form);
    return this.#add(length, hash, source, start);
  }

  #add(length: number, hash: number, source: Uint8Array | undefined, start: number): number {
    const id = this.#size++;
    if (id === this.#lengths.length) {
      this.#starts = grownF64(this.#starts, id + 1);
      this.#lengths = grownU32(this.#lengths, id + 1);
      this.#hashes = grownU32(this.#hashes, id + 1);
    }
    this.#starts[id] = this.#used;
    this.#lengths[id] = length;
    this.#hashes[id] = hash;
    if (source !== undefined) {
      const used = this.#used + length;
      if (used > this.#bytes.length) this.#bytes = grownBytes(this.#bytes, used);
      for (let i = 0; i < length; i++) this.#bytes[this.#used + i] = source[start + i] as number;
      this.#used = used;
    }
    if (this.#size * 2 > this.#slots.length) this.#spread();
    return id;
  }

  /** Puts all forms into twice as many slots. */
  #spread(): void {
    const slots = new Uint32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    const others = new Set(this.#others.values());
    for (let id = 0; id < this.#size; id++) {
      if (others.has(id)) continue;
      const hash = this.#hashes[id] as number;
      let look = 0;
      while (look < MAX_LOOKS && slots[(hash + look) & mask] !== 0) look++;
      if (look < MAX_LOOKS) slots[(hash + look) & mask] = id + 1;
      else {
        const form = this.#textAt(id);
        this.#others.set(form, id);
        this.#othersBytes += OBJECT_BYTES + textBytes(form);
      }
    }
    this.#slots = slots;
  }
}

/** Holds one form between its writing and its reading, never across calls. */
const SCRATCH = new Uint8Array(64);

/** @returns the length of a short text of ASCII, which then stands in SCRATCH; -1 for any other. */
function writeAscii(text: string): number {
  if (text.length > SCRATCH.length) return -1;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7f) return -1;
    SCRATCH[i] = unit;
  }
  return text.length;
}

function hashOf(source: Uint8Array, start: number, end: number): number {
  let hash = end - start;
  const hashed = Math.min(end, start + HASHED_BYTES);
  for (let i = start; i < hashed; i++) hash = Math.imul(hash ^ (source[i] as number), 0x01000193);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}
