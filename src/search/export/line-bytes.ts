/**
 * Bytes of lines under construction.
 * Invariant: what is taken out is alone in its buffer, and whole lines when it is taken between two of them.
 * All is copied four bytes at a time, also beyond its end, where what comes next is written over it: a call into the
 * engine's copying costs more than what most values cost here.
 */
import { jsonMarks, utf8Bytes, wordView } from "../../engine/column/bytes.ts";
import type { Piece } from "./line-piece.ts";

/** Below a millisecond's work, so that queries of the same thread get their turn. */
export const CHUNK_BYTES = 256 * 1024;
/** Most lines that begin before a chunk is full end in it. */
const SLACK_BYTES = 16 * 1024;
/** What a copy may write beyond its end. */
const OVER_BYTES = 4;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** The JSON of each byte that may not stand in a text as it is. */
const ESCAPES = Array.from({ length: 256 }, (_, byte) =>
  byte < 0x20 || byte === QUOTE || byte === BACKSLASH
    ? utf8Bytes(JSON.stringify(String.fromCharCode(byte)).slice(1, -1))
    : undefined,
);

/** By how many bytes of a word count: those, and letters in the place of the others. */
const COUNTING = [0, 0xff, 0xffff, 0xff_ffff];
const LETTERS = [0, 0x6161_6100, 0x6161_0000, 0x6100_0000];

/** Numbers below a thousand as words, with zeros in front and without. */
const TRIPLES = Int32Array.from({ length: 1000 }, (_, value) =>
  wordOf(String(value).padStart(3, "0")),
);
const SHORTEST = Int32Array.from({ length: 1000 }, (_, value) => wordOf(String(value)));
/** Two digits of hex for each byte. */
const HEX = Int32Array.from({ length: 256 }, (_, byte) =>
  wordOf(byte.toString(16).padStart(2, "0")),
);

function wordOf(text: string): number {
  let word = 0;
  for (let i = 0; i < text.length; i++) word |= text.charCodeAt(i) << (8 * i);
  return word;
}

/** Bytes that grow, taken out a chunk at a time. */
export class LineBytes {
  #bytes: Uint8Array<ArrayBuffer> = freshBytes();
  #words: DataView = wordView(this.#bytes);
  #at = 0;

  get length(): number {
    return this.#at;
  }

  /** A view of what was written, which ends behind it, until more is. */
  written(): DataView {
    return this.#words;
  }

  /** Forgets what was written behind a place. */
  cut(at: number): void {
    this.#at = at;
  }

  /** @returns what was written; alone in its buffer, which is the caller's. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = this.#bytes.subarray(0, this.#at);
    this.#use(freshBytes());
    this.#at = 0;
    return taken;
  }

  put(byte: number): void {
    this.#room(1);
    this.#bytes[this.#at++] = byte;
  }

  replace(at: number, byte: number): void {
    this.#bytes[at] = byte;
  }

  piece({ words, length }: Piece): void {
    this.#room(length);
    const out = this.#words;
    let at = this.#at;
    this.#at = at + length;
    for (let i = 0; i < words.length; i++, at += 4) out.setInt32(at, words[i] as number, true);
  }

  raw(from: Uint8Array): void {
    this.#room(from.length);
    this.#bytes.set(from, this.#at);
    this.#at += from.length;
  }

  /** @param text ASCII alone. */
  ascii(text: string): void {
    const { length } = text;
    this.#room(length);
    const bytes = this.#bytes;
    const at = this.#at;
    for (let i = 0; i < length; i++) bytes[at + i] = text.charCodeAt(i);
    this.#at = at + length;
  }

  /** The decimal digits of a whole number from 0 on, below 2^31, without a text made for it. */
  digits(value: number): void {
    if (value >= 1000) {
      const thousands = (value / 1000) | 0;
      this.digits(thousands);
      this.triple(value - thousands * 1000);
      return;
    }
    this.#room(3);
    this.#words.setInt32(this.#at, SHORTEST[value] as number, true);
    if (value < 10) this.#at += 1;
    else this.#at += value < 100 ? 2 : 3;
  }

  /** Three digits, of a number below 1000. */
  triple(value: number): void {
    this.#room(3);
    this.#words.setInt32(this.#at, TRIPLES[value] as number, true);
    this.#at += 3;
  }

  /** The lower-case hex of from[start..end). */
  hex(from: Uint8Array, start: number, end: number): void {
    this.#room((end - start) * 2);
    const out = this.#words;
    let at = this.#at;
    for (let i = start; i < end; i++, at += 2)
      out.setInt32(at, HEX[from[i] as number] as number, true);
    this.#at = at;
  }

  /** The bytes of from[start..end). */
  copy(from: DataView, start: number, end: number): void {
    this.#room(end - start);
    const out = this.#words;
    let at = this.#at;
    let i = start;
    for (; i + 4 <= end; i += 4, at += 4) out.setInt32(at, from.getInt32(i, true), true);
    for (; i < end; i++, at++) out.setUint8(at, from.getUint8(i));
    this.#at = at;
  }

  /** The text of from[start..end), which is UTF-8, as JSON. */
  quoted(from: DataView, start: number, end: number): void {
    this.#room(end - start + 2);
    const out = this.#words;
    let at = this.#at;
    out.setUint8(at++, QUOTE);
    let marks = 0;
    let i = start;
    for (; i + 4 <= end; i += 4, at += 4) {
      const word = from.getInt32(i, true);
      marks |= jsonMarks(word);
      out.setInt32(at, word, true);
    }
    const left = end - i;
    if (left > 0) {
      // A whole word where there is one: what is behind the text is written over.
      const word = i + 4 <= from.byteLength ? from.getInt32(i, true) : lastBytes(from, i);
      marks |= jsonMarks((word & (COUNTING[left] as number)) | (LETTERS[left] as number));
      out.setInt32(at, word, true);
      at += left;
    }
    if (marks !== 0) {
      this.#escaped(from, start, end);
      return;
    }
    out.setUint8(at++, QUOTE);
    this.#at = at;
  }

  /** The same of a text with what may not stand there as it is. */
  #escaped(from: DataView, start: number, end: number): void {
    this.put(QUOTE);
    let plainFrom = start;
    for (let i = start; i < end; i++) {
      const escape = ESCAPES[from.getUint8(i)];
      if (escape === undefined) continue;
      this.copy(from, plainFrom, i);
      this.#room(escape.length);
      for (let j = 0; j < escape.length; j++) this.#bytes[this.#at++] = escape[j] as number;
      plainFrom = i + 1;
    }
    this.copy(from, plainFrom, end);
    this.put(QUOTE);
  }

  /** A text as JSON. */
  text(text: string): void {
    const { length } = text;
    this.#room(length + 2);
    const bytes = this.#bytes;
    let at = this.#at;
    bytes[at++] = QUOTE;
    for (let i = 0; i < length; i++) {
      const unit = text.charCodeAt(i);
      if (unit < 0x20 || unit > 0x7f || unit === QUOTE || unit === BACKSLASH) {
        this.raw(utf8Bytes(JSON.stringify(text)));
        return;
      }
      bytes[at++] = unit;
    }
    bytes[at++] = QUOTE;
    this.#at = at;
  }

  /** The bytes of from[start..end) in quotes, with each quote among them twice. */
  doubled(from: DataView, start: number, end: number): void {
    this.#room((end - start) * 2 + 2);
    const bytes = this.#bytes;
    let at = this.#at;
    bytes[at++] = QUOTE;
    for (let i = start; i < end; i++) {
      const byte = from.getUint8(i);
      bytes[at++] = byte;
      if (byte === QUOTE) bytes[at++] = QUOTE;
    }
    bytes[at++] = QUOTE;
    this.#at = at;
  }

  #room(more: number): void {
    const need = this.#at + more + OVER_BYTES;
    if (need <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(need, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#at));
    this.#use(grown);
  }

  #use(bytes: Uint8Array<ArrayBuffer>): void {
    this.#bytes = bytes;
    this.#words = wordView(bytes);
  }
}

/** The bytes from `at` on, fewer than four, as a word. */
function lastBytes(from: DataView, at: number): number {
  let word = 0;
  for (let i = at; i < from.byteLength; i++) word |= from.getUint8(i) << (8 * (i - at));
  return word;
}

function freshBytes(): Uint8Array<ArrayBuffer> {
  return new Uint8Array(CHUNK_BYTES + SLACK_BYTES);
}
