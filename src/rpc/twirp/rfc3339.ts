/**
 * Times in JSON as canonical proto3 says: read as RFC 3339 with any offset and one to nine fraction digits, written in
 * UTC with 0, 3, 6 or 9. Invariant: what is written is what protobuf-ts writes. It refuses to read a fraction beside
 * an offset, and fractions of one or two digits; to write one it parses the first and the last time there is.
 */
import { type JsonValue, typeofJsonValue } from "@protobuf-ts/runtime";
import { Timestamp } from "../../../generated/server/google/protobuf/timestamp.ts";

const TIME =
  /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;

/** What a Timestamp may hold, and JSON can say. */
export const FIRST_SECOND = -62_135_596_800;
export const LAST_SECOND = 253_402_300_799;

/** Seconds since 1970 and nanoseconds from 0; throws Error for what is no time of the years 1 to 9999. */
export function parseTime(text: string): { seconds: bigint; nanos: number } {
  const match = TIME.exec(text);
  if (match === null) throw new Error("not an RFC 3339 time");
  const [, year, month, day, hour, minute, second, fraction, sign, offsetHour, offsetMinute] =
    match;
  const ms = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  // Date takes 30 February and hour 24 for days that follow.
  if (Number.isNaN(ms) || new Date(ms).getUTCDate() !== Number(day))
    throw new Error("not a time of the calendar");
  if (Number(offsetHour ?? 0) > 23 || Number(offsetMinute ?? 0) > 59)
    throw new Error("not an offset");
  const offset = (Number(offsetHour ?? 0) * 60 + Number(offsetMinute ?? 0)) * 60;
  const seconds = ms / 1000 - (sign === "-" ? -offset : offset);
  if (seconds < FIRST_SECOND || seconds > LAST_SECOND)
    throw new Error("not in the years 1 to 9999");
  return { seconds: BigInt(seconds), nanos: Number((fraction ?? "").padEnd(9, "0")) };
}

/** Of a pure function, so that no caller can tell whether it was kept. */
let lastSecond = Number.NaN;
let lastText = "";

/** Entries of one answer, and what is asked again and again, share their second. */
function wholeSecond(second: number): string {
  if (second !== lastSecond) {
    lastText = new Date(second * 1000).toISOString().slice(0, 19);
    lastSecond = second;
  }
  return lastText;
}

/** Throws Error for what is not in the years 1 to 9999, as the type demands. */
export function timeText({ seconds, nanos }: Timestamp): string {
  const second = Number(seconds);
  if (second < FIRST_SECOND || second > LAST_SECOND)
    throw new Error("Unable to encode Timestamp to JSON. Not in the years 1 to 9999.");
  if (nanos < 0) throw new Error("Unable to encode invalid Timestamp to JSON. Nanos are negative.");
  const whole = wholeSecond(second);
  if (nanos === 0) return `${whole}Z`;
  const digits = String(nanos).padStart(9, "0");
  const kept = digits.endsWith("000000") ? 3 : digits.endsWith("000") ? 6 : 9;
  return `${whole}.${digits.slice(0, kept)}Z`;
}

/** Sets it for all messages of the process; setting it again changes nothing. */
export function useRfc3339(): void {
  Timestamp.internalJsonWrite = (message: Timestamp): JsonValue => timeText(message);
  Timestamp.internalJsonRead = (json: JsonValue, _options, target): Timestamp => {
    if (typeof json !== "string")
      throw new Error(`Unable to parse Timestamp from JSON ${typeofJsonValue(json)}.`);
    return Object.assign(target ?? Timestamp.create(), parseTime(json));
  };
}
