/**
 * The shape of a message from its bytes, for the many that are plain ASCII: no text is made.
 * Invariant: what is written is what `shapeOf` gives; lines that it is not sure of are left to that.
 */

/** Bytes that a gap takes. */
const GAP_BYTES = [0x3c, 0x2a, 0x3e] as const;
/** A word of one digit becomes a gap of three bytes. */
const LONGEST_SHAPE = 3;

/** What a byte is: the rest is a sign. */
const LETTER = 1;
const DIGIT = 2;
const SPACE = 3;
const END = 4;
/** `-.:/_,+`: signs between gaps that make them one. */
const JOINT = 5;
/** ANSI, or no ASCII. */
const FOREIGN = 6;

const CLASS = Uint8Array.from({ length: 256 }, (_, byte) => {
  const char = String.fromCharCode(byte);
  if (byte > 0x7f || byte === 0x1b) return FOREIGN;
  if (/[a-z]/i.test(char)) return LETTER;
  if (/\d/.test(char)) return DIGIT;
  if (char === "\n" || char === "\r") return END;
  if (/\s/.test(char)) return SPACE;
  return "-.:/_,+".includes(char) ? JOINT : 0;
});
const HEX = Uint8Array.from({ length: 256 }, (_, byte) =>
  /[0-9a-f]/i.test(String.fromCharCode(byte)) ? 1 : 0,
);
const DASH = 0x2d;
/** Where a UUID's dashes stand, and its length. */
const DASHES = [8, 13, 18, 23] as const;
const UUID_BYTES = 36;

/** Holds one shape between its writing and its reading. */
export class ShapeBytes {
  bytes = new Uint8Array(1024);
  length = 0;

  /** @returns false when `shapeOf` must read the message; otherwise the shape stands in `bytes`. */
  write(source: Uint8Array, start: number, end: number): boolean {
    if ((end - start) * LONGEST_SHAPE > this.bytes.length)
      this.bytes = new Uint8Array((end - start) * LONGEST_SHAPE);
    this.length = 0;
    let spaced = false;
    let at = start;
    while (at < end) {
      const byte = source[at] as number;
      const kind = CLASS[byte] as number;
      if (kind === END) break;
      if (kind === FOREIGN || (byte === 0x3c && source[at + 1] === 0x2a && at + 1 < end))
        return false;
      if (kind === SPACE) {
        spaced = true;
        at++;
        continue;
      }
      if (spaced && this.length > 0) this.bytes[this.length++] = 0x20;
      spaced = false;
      if (kind !== LETTER && kind !== DIGIT) {
        this.bytes[this.length++] = byte;
        at++;
        continue;
      }
      at = this.#word(source, at, end);
    }
    return true;
  }

  /** Writes a word, or a gap in its place. @returns where it ends. */
  #word(source: Uint8Array, start: number, end: number): number {
    let at = start;
    let digits = 0;
    for (; at < end; at++) {
      const kind = CLASS[source[at] as number] as number;
      if (kind === DIGIT) digits++;
      else if (kind !== LETTER) break;
    }
    // A character that is no ASCII may belong to the word: the loop outside finds it and gives up.
    const uuid = at - DASHES[0];
    if (uuid >= start && source[at] === DASH && isUuid(source, uuid, end)) {
      if (uuid > start) this.#put(source, start, uuid);
      this.#gap();
      return uuid + UUID_BYTES;
    }
    if (digits > 0) this.#gap();
    else this.#copy(source, start, at);
    return at;
  }

  /** The part of a word before a UUID. */
  #put(source: Uint8Array, start: number, end: number): void {
    for (let i = start; i < end; i++)
      if (CLASS[source[i] as number] === DIGIT) {
        this.#gap();
        return;
      }
    this.#copy(source, start, end);
  }

  #copy(source: Uint8Array, start: number, end: number): void {
    for (let i = start; i < end; i++) this.bytes[this.length++] = source[i] as number;
  }

  /** Writes a gap, or lets one that stands before a joint take this one in. */
  #gap(): void {
    const { bytes, length } = this;
    if (
      length >= 4 &&
      CLASS[bytes[length - 1] as number] === JOINT &&
      GAP_BYTES.every((byte, i) => bytes[length - 4 + i] === byte)
    ) {
      this.length--;
      return;
    }
    for (const byte of GAP_BYTES) bytes[this.length++] = byte;
  }
}

function isUuid(source: Uint8Array, start: number, end: number): boolean {
  if (start + UUID_BYTES > end) return false;
  for (let i = 0; i < UUID_BYTES; i++) {
    const byte = source[start + i] as number;
    const isDash = i === DASHES[0] || i === DASHES[1] || i === DASHES[2] || i === DASHES[3];
    if (isDash ? byte !== DASH : HEX[byte] !== 1) return false;
  }
  return true;
}
