/** Times as texts. Invariant: RFC 3339 in UTC with 0, 3, 6 or 9 digits of a second, as canonical JSON has them. */
import { nanosOf } from "../../domain/time-range.ts";
import type { LineBytes } from "./line-bytes.ts";
import { NO_PIECE, pieceOf } from "./line-piece.ts";

/** RFC 3339 with 0, 3, 6 or 9 digits of a second, as canonical JSON has it. */
export function timeText(ms: number, rem: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}${fraction(ms, rem)}Z`;
}

function fraction(ms: number, rem: number): string {
  const millis = millisOf(ms);
  if (rem !== 0)
    return rem % 1000 === 0
      ? `.${padded(millis, 3)}${padded(rem / 1000, 3)}`
      : `.${padded(millis, 3)}${padded(rem, 6)}`;
  return millis === 0 ? "" : `.${padded(millis, 3)}`;
}

function padded(value: number, digits: number): string {
  return String(value).padStart(digits, "0");
}

function millisOf(ms: number): number {
  return ms - Math.floor(ms / 1000) * 1000;
}

type TimeWriter = (ms: number, rem: number) => void;

/** Writes times without their Z; rows in order share their second. */
export function secondWriter(out: LineBytes): TimeWriter {
  let second = Number.NaN;
  let text = NO_PIECE;
  return (ms, rem) => {
    const own = Math.floor(ms / 1000);
    if (own !== second) {
      second = own;
      text = pieceOf(`${new Date(own * 1000).toISOString().slice(0, 19)}.`);
    }
    out.piece(text);
    const millis = ms - own * 1000;
    if (rem !== 0) {
      out.triple(millis);
      const micros = (rem / 1000) | 0;
      const nanos = rem - micros * 1000;
      out.triple(micros);
      if (nanos !== 0) out.triple(nanos);
    } else if (millis !== 0) out.triple(millis);
    // Without its point.
    else out.cut(out.length - 1);
  };
}

/** Writes nanoseconds since 1970; rows in order share their second. */
export function nanosWriter(out: LineBytes): TimeWriter {
  let second = Number.NaN;
  let text = NO_PIECE;
  return (ms, rem) => {
    if (ms < 1000) {
      out.ascii(String(nanosOf(ms, rem)));
      return;
    }
    const own = Math.floor(ms / 1000);
    if (own !== second) {
      second = own;
      text = pieceOf(String(own));
    }
    out.piece(text);
    out.triple(ms - own * 1000);
    const micros = (rem / 1000) | 0;
    out.triple(micros);
    out.triple(rem - micros * 1000);
  };
}
