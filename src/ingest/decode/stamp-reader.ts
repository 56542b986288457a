/**
 * Reads the usual form of a time stamp, `YYYY-MM-DDThh:mm:ss[.fraction]Z`, from bytes.
 * Invariant: what it reads is what `TimestampParser` reads; whatever else that one takes is left to it.
 */
import { textView } from "../../engine/column/bytes.ts";
import { TimestampParser } from "./timestamp.ts";

const MS_PER_DAY = 86_400_000;
const DAY_BYTES = 10;
const Z = 0x5a;

export class StampReader {
  /** Milliseconds since 1970 of the last stamp that was read. */
  ms = 0;
  /** 0..999,999 beyond `ms`. */
  remNanos = 0;
  readonly parser = new TimestampParser();
  /** The day of the last stamp, as it is written: the entries of a batch share it. */
  readonly #day = new Uint8Array(DAY_BYTES);
  #dayMs = 0;

  /** @returns false when source[start..end) is not of that form; then `ms` and `remNanos` mean nothing. */
  read(source: Uint8Array, start: number, end: number): boolean {
    const length = end - start;
    if (length < 20 || length > 30 || source[end - 1] !== Z) return false;
    const hour = two(source, start + 11);
    const minute = two(source, start + 14);
    const second = two(source, start + 17);
    if (source[start + 10] !== 0x54 || source[start + 13] !== 0x3a || source[start + 16] !== 0x3a)
      return false;
    if (!(hour <= 23 && minute <= 59 && second <= 59)) return false;
    let nanos = 0;
    if (length > 20) {
      if (source[start + 19] !== 0x2e || length === 21) return false;
      let unit = 100_000_000;
      for (let i = start + 20; i < end - 1; i++, unit /= 10) {
        const digit = (source[i] as number) - 0x30;
        if (!(digit >= 0 && digit <= 9)) return false;
        nanos += digit * unit;
      }
    }
    const day = this.#day;
    for (let i = 0; i < DAY_BYTES; i++)
      if (source[start + i] !== day[i]) {
        if (!this.#learn(source, start)) return false;
        break;
      }
    const whole = Math.floor(nanos / 1_000_000);
    this.ms = this.#dayMs + hour * 3_600_000 + minute * 60_000 + second * 1000 + whole;
    this.remNanos = nanos - whole * 1_000_000;
    return true;
  }

  #learn(source: Uint8Array, start: number): boolean {
    const day = textView(source).latin1Slice(start, start + DAY_BYTES);
    if (!this.parser.parse(`${day}T00:00:00Z`, true)) return false;
    this.#day.set(source.subarray(start, start + DAY_BYTES));
    this.#dayMs = Math.floor(this.parser.ms / MS_PER_DAY) * MS_PER_DAY;
    return true;
  }
}

/** @returns what is above 59 when these are not two digits. */
function two(source: Uint8Array, at: number): number {
  const tens = (source[at] as number) - 0x30;
  const ones = (source[at + 1] as number) - 0x30;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : 100;
}
