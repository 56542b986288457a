/**
 * Finds a time in a body of `/ingest/ndjson` without decoding it, to name a batch whose sender did not.
 * Invariant: a pure function of the body. It looks at the first and the last record only: loggers write in order,
 * and the time in a batch id is a default and a hint, nothing more.
 */
import { Buffer, isUtf8 } from "node:buffer";
import { parseJsonValue } from "../../engine/column/json-value.ts";
import { isMap, type Json } from "../../ingest/decode/json-values.ts";
import { FIELD_ROLES, ROLE } from "../json-entry/field-roles.ts";
import { TIME_READ, TimeReader } from "../json-entry/time-values.ts";
import { LineStamp } from "../plain-text/line-stamp.ts";
import { firstByte, lineEnd } from "./ndjson.ts";

/** The main thread does this: a longer record is not looked at. */
const MOST_RECORD_BYTES = 64 * 1024;
const STAMP_BYTES = 64;

/**
 * @param timeFromLine the body is plain text whose lines begin with stamps. Stamps without a year do not count:
 * their year depends on the time that is looked for.
 * @returns ms since 1970; undefined: the batch needs a random id, and a retry without an id is stored again.
 */
export function newestTimeMs(
  body: Uint8Array,
  kind: "ndjson" | "plain-text",
  timeFromLine: boolean,
): number | undefined {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const start = firstByte(bytes);
  if (start === bytes.length) return undefined;
  if (kind === "plain-text") return timeFromLine ? newestStamp(bytes, start) : undefined;
  if (bytes[start] === 0x5b) return recordTime(bytes, start + 1, objectEnd(bytes, start + 1));
  const first = recordTime(bytes, start, objectEnd(bytes, start));
  const [lastStart, lastEnd] = lastLine(bytes, start);
  const last = lastStart === start ? undefined : recordTime(bytes, lastStart, lastEnd);
  return newer(first, last);
}

function newestStamp(bytes: Buffer, start: number): number | undefined {
  const stampOf = (from: number): number | undefined => {
    const stamp = new LineStamp();
    const end = Math.min(lineEnd(bytes, from), from + STAMP_BYTES);
    return stamp.read(bytes.toString("latin1", from, end), undefined) ? stamp.ms : undefined;
  };
  return newer(stampOf(start), stampOf(lastLine(bytes, start)[0]));
}

function newer(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);
}

/** The last line that is not blank. */
function lastLine(bytes: Buffer, start: number): [number, number] {
  let end = bytes.length;
  while (end > start && (bytes[end - 1] ?? 0) <= 0x20) end--;
  if (end === start) return [start, end];
  return [Math.max(start, bytes.lastIndexOf(0x0a, end - 1) + 1), end];
}

/** @returns the place after the object that begins at or after `from`, -1 when it is too long to look at. */
function objectEnd(bytes: Buffer, from: number): number {
  const most = Math.min(bytes.length, from + MOST_RECORD_BYTES);
  let depth = 0;
  for (let i = from; i < most; i++) {
    const byte = bytes[i];
    if (byte === 0x22) {
      for (i++; i < most && bytes[i] !== 0x22; i++) if (bytes[i] === 0x5c) i++;
    } else if (byte === 0x7b || byte === 0x5b) depth++;
    else if ((byte === 0x7d || byte === 0x5d) && --depth <= 0) return i + 1;
  }
  return -1;
}

function recordTime(bytes: Buffer, start: number, end: number): number | undefined {
  if (end < start || end - start > MOST_RECORD_BYTES) return undefined;
  if (!isUtf8(bytes.subarray(start, end))) return undefined;
  let record: Json;
  try {
    record = parseJsonValue(bytes.toString("utf8", start, end)) as Json;
  } catch {
    return undefined;
  }
  if (!isMap(record)) return undefined;
  const reader = new TimeReader();
  let rank = Infinity;
  let found: number | undefined;
  for (const key in record) {
    const role = FIELD_ROLES.get(key);
    const value = record[key];
    if (role?.kind !== ROLE.time || role.rank >= rank) continue;
    if (typeof value !== "string" && typeof value !== "number" && typeof value !== "bigint")
      continue;
    if (reader.read(value) !== TIME_READ) continue;
    rank = role.rank;
    found = reader.ms;
  }
  return found;
}
