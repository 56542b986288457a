/**
 * Reads the time stamp that a line of a log file begins with: RFC 3339 and its looser spellings (which dpkg's is
 * one of), or syslog's `Nov 24 14:09:03`.
 * Invariant: a pure function of the line and the reference time; without a zone it is UTC.
 */
import { daysFromCivil, TimestampParser, twoDigits } from "../../ingest/decode/timestamp.ts";
import { DAY_MS } from "../../domain/time-range.ts";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

export class LineStamp {
  ms = 0;
  remNanos = 0;
  readonly #parser = new TimestampParser();

  /**
   * @param line its first 64 characters suffice.
   * @param referenceMs gives syslog's stamp its year: the latest that is not more than a day ahead of it;
   * undefined: such a stamp is not read.
   */
  read(line: string, referenceMs: number | undefined): boolean {
    const at = line.startsWith("[") ? 1 : 0;
    if (this.#parser.parseAt(line, at, false)) {
      this.ms = this.#parser.ms;
      this.remNanos = this.#parser.remNanos;
      return true;
    }
    return referenceMs !== undefined && this.#readSyslog(line, at, referenceMs);
  }

  #readSyslog(line: string, at: number, referenceMs: number): boolean {
    const month = MONTHS.indexOf(line.slice(at, at + 3));
    if (month < 0 || line[at + 3] !== " ") return false;
    // The day is padded with a space or a zero.
    const day = line[at + 4] === " " ? Number(line[at + 5]) : twoDigits(line, at + 4);
    const hour = twoDigits(line, at + 7);
    const minute = twoDigits(line, at + 10);
    const second = twoDigits(line, at + 13);
    if (line[at + 6] !== " " || line[at + 9] !== ":" || line[at + 12] !== ":") return false;
    if (!(day >= 1 && day <= 31 && hour >= 0 && hour <= 23)) return false;
    if (!(minute >= 0 && minute <= 59 && second >= 0 && second <= 60)) return false;
    const inDay = hour * 3_600_000 + minute * 60_000 + second * 1000;
    for (
      let year = new Date(referenceMs + DAY_MS).getUTCFullYear(), tries = 0;
      tries < 9;
      tries++
    ) {
      // February 29 needs a leap year: it may lie up to eight years back.
      const days = daysFromCivil(year, month + 1, day);
      const ms = days * DAY_MS + inDay;
      if (new Date(days * DAY_MS).getUTCMonth() === month && ms <= referenceMs + DAY_MS) {
        this.ms = ms;
        this.remNanos = 0;
        return true;
      }
      year--;
    }
    return false;
  }
}
