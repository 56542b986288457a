/**
 * Bytes of lines under construction.
 * Invariant: what is taken out is alone in its buffer, and whole lines when it is taken between two of them.
 * Short pieces are copied byte by byte: a call into the engine's copying costs more.
 */
import { utf8Bytes } from "../../engine/column/bytes.ts";

/** Below a millisecond's work, so that queries of the same thread get their turn. */
export const CHUNK_BYTES = 256 * 1024;
/** Most lines that begin before a chunk is full end in it. */
const SLACK_BYTES = 16 * 1024;
/** Shorter ones are copied faster byte by byte than by a call. */
const SHORT_BYTES = 64;

const QUOTE = 0x22;
const ZERO = 0x30;
/** By how many digits they need one more than. */
const POWERS = [0, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];
/** The JSON of each byte that may not stand in a text as it is. */
const ESCAPES = Array.from({ length: 256 }, (_, byte) =>
  byte < 0x20 || byte === QUOTE || byte === 0x5c
    ? utf8Bytes(JSON.stringify(String.fromCharCode(byte)).slice(1, -1))
    : undefined,
);

/** 1 for the others: a look into numbers is the cheapest there is, and nearly all bytes are such. */
const IS_PLAIN = Uint8Array.from(ESCAPES, (escape) => (escape === undefined ? 1 : 0));

/** Bytes that grow, taken out a chunk at a time. */
export class LineBytes {
  #bytes: Uint8Array<ArrayBuffer> = freshBytes();
  #at = 0;

  get length(): number {
    return this.#at;
  }

  /** A view of what was written, until more is. */
  written(): Uint8Array {
    return this.#bytes.subarray(0, this.#at);
  }

  /** Forgets what was written behind a place. */
  cut(at: number): void {
    this.#at = at;
  }

  /** @returns what was written; alone in its buffer, which is the caller's. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = this.#bytes.subarray(0, this.#at);
    this.#bytes = freshBytes();
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

  raw(from: Uint8Array): void {
    const { length } = from;
    this.#room(length);
    const bytes = this.#bytes;
    const at = this.#at;
    if (length > SHORT_BYTES) bytes.set(from, at);
    else for (let i = 0; i < length; i++) bytes[at + i] = from[i] as number;
    this.#at = at + length;
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

  /**
   * The decimal digits of a whole number below 2^31, without a text made for it.
   * @param width at least so many, with zeros in front.
   */
  digits(value: number, width: number): void {
    let count = width;
    for (let bound = POWERS[width] ?? Infinity; value >= bound; bound = POWERS[count] ?? Infinity)
      count++;
    this.#room(count);
    const bytes = this.#bytes;
    let left = value;
    for (let at = this.#at + count - 1; at >= this.#at; at--) {
      const next = (left / 10) | 0;
      bytes[at] = ZERO + (left - next * 10);
      left = next;
    }
    this.#at += count;
  }

  /** The text of from[start..end), which is UTF-8, as JSON. */
  quoted(from: Uint8Array, start: number, end: number): void {
    this.#room(end - start + 2);
    let bytes = this.#bytes;
    let at = this.#at;
    bytes[at++] = QUOTE;
    for (let i = start; i < end; i++) {
      const byte = from[i] as number;
      if (IS_PLAIN[byte] === 1) {
        bytes[at++] = byte;
        continue;
      }
      const escape = ESCAPES[byte] ?? from.subarray(i, i + 1);
      this.#at = at;
      this.#room(escape.length + end - i + 1);
      bytes = this.#bytes;
      for (let j = 0; j < escape.length; j++) bytes[at++] = escape[j] as number;
    }
    bytes[at++] = QUOTE;
    this.#at = at;
  }

  /** The bytes of from[start..end) in quotes, with each quote among them twice. */
  doubled(from: Uint8Array, start: number, end: number): void {
    this.#room((end - start) * 2 + 2);
    const bytes = this.#bytes;
    let at = this.#at;
    bytes[at++] = QUOTE;
    for (let i = start; i < end; i++) {
      const byte = from[i] as number;
      bytes[at++] = byte;
      if (byte === QUOTE) bytes[at++] = QUOTE;
    }
    bytes[at++] = QUOTE;
    this.#at = at;
  }

  #room(more: number): void {
    const need = this.#at + more;
    if (need <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(need, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = grown;
  }
}

function freshBytes(): Uint8Array<ArrayBuffer> {
  return new Uint8Array(CHUNK_BYTES + SLACK_BYTES);
}
