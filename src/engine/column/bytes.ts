/**
 * Bytes to text and typed arrays that grow. Invariant: the one place of `column` that uses Node's Buffer: its
 * latin1 and UTF-8 slices are five to ten times a TextDecoder on short values (browsers never run the engine).
 */
const encoder = new TextEncoder();

/** Buffer's slices to text, which its types leave out. */
export interface ByteText extends Buffer {
  latin1Slice(start?: number, end?: number): string;
  utf8Slice(start?: number, end?: number): string;
}

/** @returns the UTF-8 of `text`; a lone surrogate becomes U+FFFD. */
export function utf8Bytes(text: string): Uint8Array {
  return encoder.encode(text);
}

/** A view as long as `bytes` is; slices of it are texts. */
export function textView(bytes: Uint8Array): ByteText {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) as Buffer as ByteText;
}

/** @returns the text of bytes[start..end), which is UTF-8; `ascii` says that no byte is above 0x7f. */
export function textOf(view: ByteText, start: number, end: number, ascii: boolean): string {
  return ascii ? view.latin1Slice(start, end) : view.utf8Slice(start, end);
}

export function utf8Text(bytes: Uint8Array, start = 0, end = bytes.length): string {
  return textView(bytes).utf8Slice(start, end);
}

function capacity(now: number, need: number): number {
  let next = now < 16 ? 16 : now * 2;
  while (next < need) next *= 2;
  return next;
}

/** @returns an array of at least `need` elements that begins with those of `old`. */
export function grownBytes(old: Uint8Array, need: number): Uint8Array<ArrayBuffer> {
  const next = new Uint8Array(capacity(old.length, need));
  next.set(old);
  return next;
}
export function grownU16(old: Uint16Array, need: number): Uint16Array<ArrayBuffer> {
  const next = new Uint16Array(capacity(old.length, need));
  next.set(old);
  return next;
}
export function grownU32(old: Uint32Array, need: number): Uint32Array<ArrayBuffer> {
  const next = new Uint32Array(capacity(old.length, need));
  next.set(old);
  return next;
}
/** New elements are -1. */
export function grownI32(old: Int32Array, need: number): Int32Array<ArrayBuffer> {
  const next = new Int32Array(capacity(old.length, need)).fill(-1);
  next.set(old);
  return next;
}
export function grownF64(old: Float64Array, need: number): Float64Array<ArrayBuffer> {
  const next = new Float64Array(capacity(old.length, need));
  next.set(old);
  return next;
}

/** Above this a native copy beats the loop that also looks at every byte; measured with block.bench.ts. */
const NATIVE_COPY_BYTES = 192;

/**
 * Copies source[start..end) to `target` at `at`, which has the room.
 * @returns a number whose bit 7 says that a byte above 0x7f was among them.
 */
export function copyBytes(
  target: Uint8Array,
  at: number,
  source: Uint8Array,
  start: number,
  end: number,
): number {
  if (end - start > NATIVE_COPY_BYTES) {
    target.set(source.subarray(start, end), at);
    return highBits(source, start, end);
  }
  let bits = 0;
  for (let i = start, j = at; i < end; i++, j++) {
    const byte = source[i] as number;
    bits |= byte;
    target[j] = byte;
  }
  return bits;
}

/** @returns a view of the same bytes, for `copyWords`. */
export function wordView(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * Copies as `copyBytes` does, four bytes at a time: a third of its cost from about 20 bytes on.
 * @returns a number whose bit 7 says that a byte above 0x7f was among them.
 */
export function copyWords(
  target: DataView,
  at: number,
  source: DataView,
  start: number,
  end: number,
): number {
  let words = 0;
  let i = start;
  let j = at;
  for (; i + 4 <= end; i += 4, j += 4) {
    const word = source.getInt32(i, true);
    words |= word;
    target.setInt32(j, word, true);
  }
  for (; i < end; i++, j++) {
    const byte = source.getUint8(i);
    words |= byte;
    target.setUint8(j, byte);
  }
  return (words & 0x8080_8080) === 0 ? 0 : 0x80;
}

/**
 * @returns a number that is not 0 when one of the word's four bytes is a quote, a backslash or below a space:
 * what ends a text of JSON or may not stand in one as it is.
 * Source: Mycroft's test for a zero byte; what it finds too much stands above a byte that is one.
 */
export function jsonMarks(word: number): number {
  const quotes = word ^ 0x2222_2222;
  const slashes = word ^ 0x5c5c_5c5c;
  const marks =
    ((quotes - 0x0101_0101) & ~quotes) |
    ((slashes - 0x0101_0101) & ~slashes) |
    ((word - 0x2020_2020) & ~word);
  return marks & 0x8080_8080;
}

/** @returns a number whose bit 7 says that source[start..end) has a byte above 0x7f. */
export function highBits(source: Uint8Array, start: number, end: number): number {
  let bits = 0;
  for (let i = start; i < end; i++) bits |= source[i] as number;
  return bits;
}

export function sameBytes(
  a: Uint8Array,
  aStart: number,
  b: Uint8Array,
  bStart: number,
  length: number,
): boolean {
  for (let i = 0; i < length; i++) if (a[aStart + i] !== b[bStart + i]) return false;
  return true;
}

/**
 * A hash of the length, the first 16 and the last 16 bytes: enough to spread names and values, and its cost does
 * not grow with them. Tables that use it bound their probes, so that colliding values cost a bound, not a scan.
 */
export function hashBytes(source: Uint8Array, start: number, end: number): number {
  let hash = end - start;
  const headEnd = end - start > 32 ? start + 16 : end;
  for (let i = start; i < headEnd; i++) hash = Math.imul(hash ^ (source[i] as number), 0x01000193);
  if (headEnd !== end)
    for (let i = end - 16; i < end; i++) hash = Math.imul(hash ^ (source[i] as number), 0x01000193);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}
