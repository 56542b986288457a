/**
 * Times as programs write them: texts, and numbers whose unit their size tells.
 * Invariant: a number in digits is exact to the nanosecond, whatever its size; the result is left in the reader.
 */
import { TimestampParser } from "../../ingest/decode/timestamp.ts";

export const TIME_READ = 0;
/** Zero, or a text that is no time: the sender meant one. */
export const TIME_UNREADABLE = 1;
/** Something else under the name of a time, such as a duration. */
export const TIME_NONE = 2;
export type TimeReading = typeof TIME_READ | typeof TIME_UNREADABLE | typeof TIME_NONE;

/** Numbers below are seconds before 1973: durations and counters far more often than times. */
const LEAST_SECONDS = 1e8;
/** 9999-12-31T23:59:59.999Z */
const MOST_MS = 253_402_300_799_999;
const DECIMAL = /^-?(\d{1,20})(?:\.(\d{1,12}))?$/;

export class TimeReader {
  ms = 0;
  remNanos = 0;
  readonly #stamps = new TimestampParser();

  read(value: string | number | bigint): TimeReading {
    if (typeof value === "number") return this.#readNumber(value);
    if (typeof value === "bigint") return this.#readDecimal(String(value));
    if (this.#stamps.parse(value.trim(), false)) {
      this.ms = this.#stamps.ms;
      this.remNanos = this.#stamps.remNanos;
      return TIME_READ;
    }
    return this.#readDecimal(value) === TIME_READ ? TIME_READ : TIME_UNREADABLE;
  }

  #readNumber(value: number): TimeReading {
    // The usual case, and an exact one: whole milliseconds.
    if (value >= 1e11 && value < 1e14 && Number.isInteger(value)) {
      this.ms = value;
      this.remNanos = 0;
      return TIME_READ;
    }
    return this.#readDecimal(String(value));
  }

  /** Digits keep what a double would round: the shortest form of a float is what the sender printed. */
  #readDecimal(text: string): TimeReading {
    const match = DECIMAL.exec(text);
    if (match === null) return TIME_NONE;
    const whole = match[1] ?? "";
    const size = Number(whole);
    if (size === 0 && Number(text) === 0) return TIME_UNREADABLE;
    if (size < LEAST_SECONDS || text.startsWith("-")) return TIME_NONE;
    // Digits of a nanosecond that the unit lacks: seconds 9, milliseconds 6, microseconds 3.
    const lacking = size < 1e11 ? 9 : size < 1e14 ? 6 : size < 1e17 ? 3 : 0;
    const fraction = (match[2] ?? "").slice(0, lacking).padEnd(lacking, "0");
    const digits = (whole + fraction).replace(/^0+/, "");
    const ms = Number(digits.slice(0, -6));
    if (ms > MOST_MS) return TIME_UNREADABLE;
    this.ms = ms;
    this.remNanos = Number(digits.slice(-6));
    return TIME_READ;
  }
}
