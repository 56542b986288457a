/**
 * Reads time stamps as people and programs write them, into milliseconds and the nanoseconds beyond.
 * Invariant: what is read is exact to the nanosecond; digits beyond the ninth of a fraction are dropped.
 * Pure; the result is left in the parser, so that a row costs no object.
 */

const MS_PER_DAY = 86_400_000;

export class TimestampParser {
  /** Milliseconds since 1970 of the last text that was read. */
  ms = 0;
  /** 0..999,999 beyond `ms`. */
  remNanos = 0;
  /** Where the last text that was read ended. */
  end = 0;
  #day = "";
  #dayMs = 0;

  /** Takes a stamp that fills the whole text. @param zoneRequired false: without a zone it is UTC. */
  parse(text: string, zoneRequired: boolean): boolean {
    return this.parseAt(text, 0, zoneRequired) && this.end === text.length;
  }

  /**
   * Takes `YYYY-MM-DD[T ]hh:mm:ss[.,fraction][Z|±hh:mm|±hhmm]` at `at`.
   * @returns false when there is none, or a date that does not exist; then `ms` and `remNanos` mean nothing.
   */
  parseAt(text: string, at: number, zoneRequired: boolean): boolean {
    if (text.length < at + 19 || text.charCodeAt(at + 4) !== 0x2d) return false;
    if (!this.#parseDay(text.slice(at, at + 10))) return false;
    const separator = text.charCodeAt(at + 10) | 0x20;
    if (separator !== 0x74 && separator !== 0x20) return false;
    const hour = twoDigits(text, at + 11);
    const minute = twoDigits(text, at + 14);
    const second = twoDigits(text, at + 17);
    if (text.charCodeAt(at + 13) !== 0x3a || text.charCodeAt(at + 16) !== 0x3a) return false;
    // A leap second is the first of the next minute here, as in every count of seconds since 1970.
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60)
      return false;
    let ms = this.#dayMs + hour * 3_600_000 + minute * 60_000 + second * 1000;
    let i = at + 19;
    let nanos = 0;
    const point = text.charCodeAt(i);
    if (point === 0x2e || point === 0x2c) {
      let unit = 100_000_000;
      const first = ++i;
      for (; ; i++) {
        const digit = text.charCodeAt(i) - 48;
        if (!(digit >= 0 && digit <= 9)) break;
        nanos += digit * unit;
        unit = unit >= 10 ? unit / 10 : 0;
      }
      if (i === first) return false;
    }
    const zone = text.charCodeAt(i);
    if ((zone | 0x20) === 0x7a) i++;
    else if (zone === 0x2b || zone === 0x2d) {
      const colon = text.charCodeAt(i + 3) === 0x3a ? 1 : 0;
      const hours = twoDigits(text, i + 1);
      const minutes = twoDigits(text, i + 3 + colon);
      if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return false;
      ms += (zone === 0x2b ? -1 : 1) * (hours * 3_600_000 + minutes * 60_000);
      i += 5 + colon;
    } else if (zoneRequired) return false;
    const whole = Math.floor(nanos / 1_000_000);
    this.ms = ms + whole;
    this.remNanos = nanos - whole * 1_000_000;
    this.end = i;
    return true;
  }

  /** Entries of one batch share their day: the calendar is asked once. */
  #parseDay(day: string): boolean {
    if (day === this.#day) return true;
    if (day.charCodeAt(7) !== 0x2d) return false;
    const century = twoDigits(day, 0);
    const years = twoDigits(day, 2);
    const month = twoDigits(day, 5);
    const date = twoDigits(day, 8);
    if (century < 0 || years < 0 || month < 1 || date < 1) return false;
    const year = century * 100 + years;
    const ms = daysFromCivil(year, month, date) * MS_PER_DAY;
    const back = new Date(ms);
    if (back.getUTCMonth() !== month - 1 || back.getUTCDate() !== date) return false;
    this.#day = day;
    this.#dayMs = ms;
    return true;
  }
}

/** @returns -1 when these are not two digits. */
export function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  if (!(tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9)) return -1;
  return tens * 10 + ones;
}

/** Days since 1970 of a date of the Gregorian calendar, in years 0 to 9999. */
export function daysFromCivil(year: number, month: number, date: number): number {
  // setUTCFullYear, as Date.UTC takes the years 0 to 99 for 1900 to 1999.
  return new Date(0).setUTCFullYear(year, month - 1, date) / MS_PER_DAY;
}
