/**
 * Writes protobuf into one growing buffer.
 * Invariant: the same bytes as protobuf-ts' own writer, and the same refusals; that one makes an array of
 * chunks and costs ten times as much.
 */
import {
  assertFloat32,
  assertInt32,
  assertUInt32,
  type IBinaryWriter,
  PbLong,
  PbULong,
  type WireType,
} from "@protobuf-ts/runtime";

const FIRST_BYTES = 256;
/** A text of at most this many code units is at most 127 bytes: its length is one byte, known beforehand. */
const SHORT_TEXT = 42;

export class WireWriter implements IBinaryWriter {
  #buf = Buffer.allocUnsafe(FIRST_BYTES);
  #pos = 0;
  /** Where the open messages begin: the place of their length, one byte kept free for it. */
  readonly #forks: number[] = [];

  /** @returns a view of the writer's buffer, which the writer gives up. */
  finish(): Uint8Array {
    const out = this.#buf.subarray(0, this.#pos);
    this.#buf = Buffer.alloc(0);
    this.#pos = 0;
    return out;
  }

  fork(): this {
    this.#room(1);
    this.#forks.push(this.#pos++);
    return this;
  }

  join(): this {
    const start = this.#forks.pop();
    if (start === undefined) throw new Error("invalid state, fork stack empty");
    const length = this.#pos - start - 1;
    const lengthBytes = varintBytes(length);
    if (lengthBytes > 1) {
      this.#room(lengthBytes - 1);
      this.#buf.copyWithin(start + lengthBytes, start + 1, this.#pos);
    }
    this.#pos = start;
    this.#varint(length);
    this.#pos += length;
    return this;
  }

  tag(fieldNo: number, type: WireType): this {
    return this.uint32(((fieldNo << 3) | type) >>> 0);
  }

  raw(chunk: Uint8Array): this {
    this.#room(chunk.length);
    this.#buf.set(chunk, this.#pos);
    this.#pos += chunk.length;
    return this;
  }

  uint32(value: number): this {
    assertUInt32(value);
    this.#room(5);
    this.#varint(value);
    return this;
  }

  int32(value: number): this {
    assertInt32(value);
    this.#room(10);
    if (value >= 0) this.#varint(value);
    else this.#varint64(value | 0, -1);
    return this;
  }

  sint32(value: number): this {
    assertInt32(value);
    return this.uint32(((value << 1) ^ (value >> 31)) >>> 0);
  }

  bool(value: boolean): this {
    this.#room(1);
    this.#buf[this.#pos++] = value ? 1 : 0;
    return this;
  }

  bytes(value: Uint8Array): this {
    this.uint32(value.length);
    return this.raw(value);
  }

  string(value: string): this {
    if (value.length <= SHORT_TEXT) {
      this.#room(1 + value.length * 3);
      const length = this.#buf.write(value, this.#pos + 1, "utf8");
      this.#buf[this.#pos] = length;
      this.#pos += 1 + length;
      return this;
    }
    const length = Buffer.byteLength(value);
    this.#room(5 + length);
    this.#varint(length);
    this.#pos += this.#buf.write(value, this.#pos, "utf8");
    return this;
  }

  float(value: number): this {
    assertFloat32(value);
    this.#room(4);
    this.#pos = this.#buf.writeFloatLE(value, this.#pos);
    return this;
  }

  double(value: number): this {
    this.#room(8);
    this.#pos = this.#buf.writeDoubleLE(value, this.#pos);
    return this;
  }

  fixed32(value: number): this {
    assertUInt32(value);
    this.#room(4);
    this.#pos = this.#buf.writeUInt32LE(value, this.#pos);
    return this;
  }

  sfixed32(value: number): this {
    assertInt32(value);
    this.#room(4);
    this.#pos = this.#buf.writeInt32LE(value, this.#pos);
    return this;
  }

  fixed64(value: string | number | bigint): this {
    const { lo, hi } = PbULong.from(value);
    return this.#fixed64(lo, hi);
  }

  sfixed64(value: string | number | bigint): this {
    const { lo, hi } = PbLong.from(value);
    return this.#fixed64(lo, hi);
  }

  int64(value: string | number | bigint): this {
    const { lo, hi } = PbLong.from(value);
    this.#room(10);
    this.#varint64(lo, hi);
    return this;
  }

  uint64(value: string | number | bigint): this {
    const { lo, hi } = PbULong.from(value);
    this.#room(10);
    this.#varint64(lo, hi);
    return this;
  }

  sint64(value: string | number | bigint): this {
    const { lo, hi } = PbLong.from(value);
    const sign = hi >> 31;
    this.#room(10);
    this.#varint64((lo << 1) ^ sign, ((hi << 1) | (lo >>> 31)) ^ sign);
    return this;
  }

  #fixed64(lo: number, hi: number): this {
    this.#room(8);
    this.#pos = this.#buf.writeInt32LE(lo | 0, this.#pos);
    this.#pos = this.#buf.writeInt32LE(hi | 0, this.#pos);
    return this;
  }

  /** @param value 0 to 2^32 - 1; the room is there. */
  #varint(value: number): void {
    let rest = value;
    while (rest > 0x7f) {
      this.#buf[this.#pos++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#buf[this.#pos++] = rest;
  }

  /** The halves of a 64-bit number; the room is there. */
  #varint64(low: number, high: number): void {
    let lo = low >>> 0;
    let hi = high >>> 0;
    while (hi > 0) {
      this.#buf[this.#pos++] = (lo & 0x7f) | 0x80;
      lo = ((lo >>> 7) | (hi << 25)) >>> 0;
      hi >>>= 7;
    }
    this.#varint(lo);
  }

  #room(bytes: number): void {
    const need = this.#pos + bytes;
    if (need <= this.#buf.length) return;
    const larger = Buffer.allocUnsafe(Math.max(need, this.#buf.length * 2, FIRST_BYTES));
    larger.set(this.#buf.subarray(0, this.#pos));
    this.#buf = larger;
  }
}

function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) bytes++;
  return bytes;
}
