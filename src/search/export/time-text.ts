/** Times as texts. Invariant: RFC 3339 in UTC with 0, 3, 6 or 9 digits of a second, as canonical JSON has them. */
import { nanosOf } from "../../domain/time-range.ts";
import { utf8Bytes } from "../../engine/column/bytes.ts";
import type { LineBytes } from "./line-bytes.ts";

const NOTHING = utf8Bytes("");

/** Nanoseconds since 1970, without a bigint where digits can be put together. */
export function nanosText(ms: number, rem: number): string {
  return ms > 0 ? `${ms}${padded(rem, 6)}` : String(nanosOf(ms, rem));
}

function padded(value: number, digits: number): string {
  return String(value).padStart(digits, "0");
}

/** RFC 3339 with 0, 3, 6 or 9 digits of a second, as canonical JSON has it. */
export function timeText(ms: number, rem: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}${fraction(ms, rem)}Z`;
}

function fraction(ms: number, rem: number): string {
  const millis = ms - Math.floor(ms / 1000) * 1000;
  if (rem !== 0)
    return rem % 1000 === 0
      ? `.${padded(millis, 3)}${padded(rem / 1000, 3)}`
      : `.${padded(millis, 3)}${padded(rem, 6)}`;
  return millis === 0 ? "" : `.${padded(millis, 3)}`;
}

/** Writes times without their Z; rows in order share their second. */
export function secondWriter(out: LineBytes): (ms: number, rem: number) => void {
  let second = Number.NaN;
  let text = NOTHING;
  return (ms, rem) => {
    const own = Math.floor(ms / 1000);
    if (own !== second) {
      second = own;
      text = utf8Bytes(new Date(own * 1000).toISOString().slice(0, 19));
    }
    out.raw(text);
    out.ascii(fraction(ms, rem));
  };
}
