/**
 * The members of an entry in JSON, told by their names as bytes.
 * Invariant: both spellings of a name are one member, and it is known only when the whole name is that.
 */
import { sameBytes, utf8Bytes } from "../engine/column/bytes.ts";

/** First letter of `time` and `trace_id`. */
const T = 0x74;
const FIELD_NAMES = ["time", "level", "message", "service", "host", "trace_id", "span_id"] as const;
/** Numbers of an entry's members: the places of their names here, both spellings of ids having one. */
const NAMES = [...FIELD_NAMES, "attributes", "traceId", "spanId"].map(utf8Bytes);
const TIME = 0;
export const LEVEL = 1;
export const MESSAGE = 2;
export const SERVICE = 3;
export const HOST = 4;
export const TRACE_ID = 5;
export const SPAN_ID = 6;
export const ATTRIBUTES = 7;
export const UNKNOWN = 15;

/** @returns the number of an entry's member, UNKNOWN when it is none that is read. */
export function fieldOf(body: Uint8Array, start: number, end: number): number {
  const length = end - start;
  let at: number;
  switch ((length << 8) | (body[start] as number)) {
    case (4 << 8) | T:
      at = TIME;
      break;
    case (5 << 8) | 0x6c:
      at = LEVEL;
      break;
    case (7 << 8) | 0x6d:
      at = MESSAGE;
      break;
    case (7 << 8) | 0x73:
      at = body[start + 1] === 0x65 ? SERVICE : SPAN_ID;
      break;
    case (4 << 8) | 0x68:
      at = HOST;
      break;
    case (8 << 8) | T:
      at = TRACE_ID;
      break;
    case (10 << 8) | 0x61:
      at = ATTRIBUTES;
      break;
    case (7 << 8) | T:
      at = 8;
      break;
    case (6 << 8) | 0x73:
      at = 9;
      break;
    default:
      return UNKNOWN;
  }
  if (!sameBytes(NAMES[at] as Uint8Array, 0, body, start, length)) return UNKNOWN;
  return at === 8 ? TRACE_ID : at === 9 ? SPAN_ID : at;
}
