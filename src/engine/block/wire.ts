/**
 * Little-endian bytes written and read in order.
 * Invariant: a reader never reads beyond its end; what would is `corrupt`, naming what is read.
 */
import { corrupt, type FaultError } from "../../domain/fault.ts";
import { grownBytes, utf8Bytes } from "../column/bytes.ts";

export class ByteWriter {
  bytes: Uint8Array;
  length = 0;
  #view: DataView;

  constructor(capacity = 1024) {
    this.bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.bytes.buffer);
  }

  /** Begins anew. @param keepBytes more room than that is not kept: what was written before must not be looked at then either. */
  reset(keepBytes = Infinity): void {
    this.length = 0;
    if (this.bytes.length <= keepBytes) return;
    this.bytes = new Uint8Array(1024);
    this.#view = new DataView(this.bytes.buffer);
  }

  /** Makes room for `more` bytes; the caller writes them to `bytes` from `length` on and moves it. */
  reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return;
    this.bytes = grownBytes(this.bytes, this.length + more);
    this.#view = new DataView(this.bytes.buffer);
  }

  u8(value: number): void {
    this.reserve(1);
    this.bytes[this.length++] = value;
  }

  u32(value: number): void {
    this.reserve(4);
    this.#view.setUint32(this.length, value, true);
    this.length += 4;
  }

  f64(value: number): void {
    this.reserve(8);
    this.#view.setFloat64(this.length, value, true);
    this.length += 8;
  }

  /** @param value an integer in 0..2^53. */
  varint(value: number): void {
    this.reserve(8);
    let rest = value;
    while (rest > 0x7fff_ffff) {
      this.bytes[this.length++] = (rest % 128) | 0x80;
      rest = Math.floor(rest / 128);
    }
    while (rest > 0x7f) {
      this.bytes[this.length++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.bytes[this.length++] = rest;
  }

  raw(source: Uint8Array): void {
    this.reserve(source.length);
    this.bytes.set(source, this.length);
    this.length += source.length;
  }

  /** Length and UTF-8. */
  text(text: string): void {
    const bytes = utf8Bytes(text);
    this.varint(bytes.length);
    this.raw(bytes);
  }

  /** A view, valid until the next write. */
  view(start = 0, end = this.length): Uint8Array {
    return this.bytes.subarray(start, end);
  }

  /** A copy the caller owns. */
  copy(): Uint8Array {
    return this.bytes.slice(0, this.length);
  }
}

export class ByteReader {
  readonly bytes: Uint8Array;
  at: number;
  readonly end: number;
  readonly #what: string;
  readonly #view: DataView;

  constructor(bytes: Uint8Array, what: string, start = 0, end = bytes.length) {
    this.bytes = bytes;
    this.at = start;
    this.end = end;
    this.#what = what;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (start > end || end > bytes.length) throw this.fault("it ends early");
  }

  get left(): number {
    return this.end - this.at;
  }

  fault(reason: string): FaultError {
    return corrupt(this.#what, reason);
  }

  #take(length: number): number {
    const at = this.at;
    if (length > this.end - at) throw this.fault("it ends early");
    this.at = at + length;
    return at;
  }

  u8(): number {
    return this.bytes[this.#take(1)] as number;
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  f64(): number {
    return this.#view.getFloat64(this.#take(8), true);
  }

  varint(): number {
    let value = 0;
    let unit = 1;
    for (let i = 0; i < 8; i++) {
      const byte = this.u8();
      value += (byte & 0x7f) * unit;
      if (byte < 0x80) {
        if (!Number.isSafeInteger(value)) break;
        return value;
      }
      unit *= 128;
    }
    throw this.fault("a number in it is too large");
  }

  /** A varint that counts things of at least `size` bytes each, which must still follow. */
  count(size: number): number {
    const count = this.varint();
    if (count * size > this.left) throw this.fault("it ends early");
    return count;
  }

  /** A view. */
  raw(length: number): Uint8Array {
    const at = this.#take(length);
    return this.bytes.subarray(at, at + length);
  }

  text(): string {
    return new TextDecoder().decode(this.raw(this.varint()));
  }

  done(): void {
    if (this.at !== this.end) throw this.fault("it has bytes too many");
  }
}
