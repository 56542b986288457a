/**
 * Reads the wire format of protocol buffers in order, field by field.
 * Invariant: nothing is read beyond the end a caller names, which lies in the body; bytes that no encoder writes make
 * `invalid`. Source: protobuf.dev, "Encoding".
 */
import { undecodable } from "./send-logs.fields.ts";
import { groupEnd } from "./send-logs.groups.ts";

export const VARINT = 0;
export const FIXED64 = 1;
export const BYTES = 2;
const GROUP = 3;
const FIXED32 = 5;

/** Tags of a map's entry; the numbers are protobuf's own. */
export const KEY = (1 << 3) | BYTES;
export const MEMBER = (2 << 3) | BYTES;

export class WireCursor {
  protected readonly body: Uint8Array;
  protected readonly view: DataView;
  protected at = 0;

  constructor(body: Uint8Array) {
    this.body = body;
    this.view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  }

  protected tag(end: number): number {
    const byte = this.body[this.at] as number;
    if (byte < 0x80 && byte > 7) {
      this.at++;
      return byte;
    }
    const tag = this.varint(end);
    if (tag >>> 3 === 0) throw undecodable();
    return tag;
  }

  /** @returns the low 32 bits. */
  protected varint(end: number): number {
    const body = this.body;
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.at >= end) throw undecodable();
      const byte = body[this.at++] as number;
      if (shift < 32) value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
    throw undecodable();
  }

  protected bool(end: number): boolean {
    return this.int64(end) !== 0;
  }

  /** A signed 64-bit integer, rounded to a double beyond 2^53. */
  protected int64(end: number): number {
    const body = this.body;
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.at >= end) throw undecodable();
      const byte = body[this.at++] as number;
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high |= bits >>> 4;
      } else high |= bits << (shift - 32);
      if (byte < 0x80) return high * 0x1_0000_0000 + (low >>> 0);
    }
    throw undecodable();
  }

  /** Reads a length. @returns where what it measures ends. */
  protected length(end: number): number {
    const first = this.body[this.at] as number;
    let length = first;
    if (first < 0x80 && this.at < end) this.at++;
    else length = this.varint(end);
    const to = this.at + length;
    if (to > end) throw undecodable();
    return to;
  }

  protected skip(tag: number, end: number): void {
    switch (tag & 7) {
      case VARINT:
        this.varint(end);
        return;
      case FIXED64:
        this.at += 8;
        break;
      case BYTES:
        this.at = this.length(end);
        return;
      case FIXED32:
        this.at += 4;
        break;
      case GROUP:
        this.at = groupEnd(this.body, this.at, end, tag);
        return;
      default:
        throw undecodable();
    }
    if (this.at > end) throw undecodable();
  }
}
