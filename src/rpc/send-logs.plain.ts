/**
 * Reads lists and maps of a SendLogsRequest as plain values. They are kept as JSON, so their elements may become
 * objects: they are few. Invariant: nesting is bounded; a text that is not UTF-8 is remembered, not thrown.
 */
import { LIMITS } from "../domain/limits.ts";
import { FIELDS, tooManyValues, undecodable, utf8 } from "./send-logs.fields.ts";
import { BYTES, FIXED64, KEY, MEMBER, VARINT, WireCursor } from "./send-logs.wire.ts";

const STRUCT = FIELDS["google.protobuf.Struct"];
const VALUE = FIELDS["google.protobuf.Value"];
const LIST = FIELDS["google.protobuf.ListValue"];

/** Reads where it is told to; the place of the walker that asks stays. */
export class PlainValues extends WireCursor {
  #values = 0;
  /** The row of such a text is refused, like that of any other. */
  hasBadText = false;

  list(start: number, end: number, depth: number): unknown[] {
    this.#bound(depth);
    const out: unknown[] = [];
    this.at = start;
    while (this.at < end) {
      const tag = this.tag(end);
      if (tag === ((LIST.values << 3) | BYTES)) {
        const to = this.length(end);
        this.#count();
        out.push(this.#value(to, depth + 1));
        this.at = to;
      } else this.skip(tag, end);
    }
    return out;
  }

  struct(start: number, end: number, depth: number): Record<string, unknown> {
    this.#bound(depth);
    const out = new Map<string, unknown>();
    this.at = start;
    while (this.at < end) {
      const tag = this.tag(end);
      if (tag !== ((STRUCT.fields << 3) | BYTES)) {
        this.skip(tag, end);
        continue;
      }
      this.#count();
      const memberEnd = this.length(end);
      let key = "";
      let value: unknown = null;
      while (this.at < memberEnd) {
        const inner = this.tag(memberEnd);
        const isMember = inner === MEMBER;
        if (inner !== KEY && !isMember) {
          this.skip(inner, memberEnd);
          continue;
        }
        const to = this.length(memberEnd);
        if (isMember) value = this.#value(to, depth + 1);
        else key = this.#text(this.at, to);
        this.at = to;
      }
      out.set(key, value);
      this.at = memberEnd;
    }
    return Object.fromEntries(out);
  }

  #value(end: number, depth: number): unknown {
    let value: unknown = null;
    while (this.at < end) {
      const tag = this.tag(end);
      switch (tag) {
        case (VALUE.null_value << 3) | VARINT:
          this.varint(end);
          value = null;
          break;
        case (VALUE.bool_value << 3) | VARINT:
          value = this.bool(end);
          break;
        case (VALUE.number_value << 3) | FIXED64: {
          if (this.at + 8 > end) throw undecodable();
          const number = this.view.getFloat64(this.at, true);
          value = Number.isFinite(number) ? number : String(number);
          this.at += 8;
          break;
        }
        case (VALUE.string_value << 3) | BYTES:
        case (VALUE.struct_value << 3) | BYTES:
        case (VALUE.list_value << 3) | BYTES: {
          const to = this.length(end);
          const start = this.at;
          if (tag >> 3 === VALUE.string_value) value = this.#text(start, to);
          else if (tag >> 3 === VALUE.list_value) value = this.list(start, to, depth);
          else value = this.struct(start, to, depth);
          this.at = to;
          break;
        }
        default:
          this.skip(tag, end);
      }
    }
    return value;
  }

  #text(start: number, end: number): string {
    try {
      return utf8(this.body, start, end);
    } catch {
      this.hasBadText = true;
      return "";
    }
  }

  #count(): void {
    if (++this.#values > LIMITS.valuesPerBody) throw tooManyValues();
  }

  /** Nesting costs stack: as deep as JSON may be, and no deeper. */
  #bound(depth: number): void {
    if (depth > LIMITS.jsonDepth + LIMITS.attributeDepth) throw undecodable();
  }
}
