/**
 * Reads one instant as programs write it.
 * Invariant: what names its zone is that instant wherever it is read; what does not is left to the reader's own. Pure.
 */

/** As they are shortened in English. */
export const MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");

/** Seconds, ms, µs or ns since 1970, by their length. */
export function readEpoch(text: string): number | undefined {
  const [, whole = "", fraction = ""] = /^(\d{10}|\d{13}|\d{16}|\d{19})(\.\d+)?$/.exec(text) ?? [];
  if (whole === "") return undefined;
  const ms = Number(whole) / 10 ** (whole.length - 13);
  return Math.floor(whole.length === 10 ? ms + Number(`0${fraction}`) * 1000 : ms);
}

/** Stamps that name their zone: RFC 3339, HTTP dates, access logs. */
export function readStamp(text: string): number | undefined {
  if (/^\d{4}-\d\d-\d\d[t ]\d\d:\d\d(:\d\d([.,]\d+)?)? ?(z|utc|[+-]\d\d:?\d\d)$/.test(text)) {
    const iso = text
      .replace(",", ".")
      .replace(/ ?(z|utc)$/, "Z")
      .replace(/ ([+-])/, "$1")
      .replace(/([+-]\d\d)(\d\d)$/, "$1:$2")
      .replace(/^(\S{10})[t ]/, "$1T")
      .replace(/(\.\d{3})\d+/, "$1");
    const ms = Date.parse(iso);
    return Number.isNaN(ms) ? undefined : ms;
  }
  const access = /^\[?(\d\d)\/([a-z]{3})\/(\d{4}):(\d\d:\d\d:\d\d) ?([+-]\d{4})\]?$/.exec(text);
  if (access !== null) {
    const [, day, month = "", year, time, zone] = access;
    const ms = Date.parse(`${day} ${month} ${year} ${time} ${zone}`);
    return Number.isNaN(ms) ? undefined : ms;
  }
  if (/^[a-z]{3}, \d\d [a-z]{3} \d{4} .+(gmt|[+-]\d{4})$/.test(text)) {
    const ms = Date.parse(text);
    return Number.isNaN(ms) ? undefined : ms;
  }
  return undefined;
}

/** The same without quotes and brackets, and with its parts in the order that people write them in. */
export function plainStamp(text: string): string {
  const bare = /^(?:"(.+)"|'(.+)'|\[(.+)\]|\((.+)\))$/.exec(text);
  const inner = bare === null ? text : (bare.slice(1).find((part) => part !== undefined) ?? text);
  const compact =
    /^(\d{4})(\d\d)(\d\d)t(\d\d)(\d\d)(\d\d)?((?:[.,]\d+)?(?:z|[+-]\d\d:?\d\d)?)$/.exec(inner);
  if (compact !== null) {
    const [, year, month, day, hour, minute, second = "00", rest = ""] = compact;
    return `${year}-${month}-${day}t${hour}:${minute}:${second}${rest}`;
  }
  // As ctime and `date` write it: the year stands last.
  const ctime =
    /^[a-z]{3} ([a-z]{3}) (\d{1,2}) (\d\d:\d\d:\d\d(?:\.\d+)?)(?: (utc|gmt))? (\d{4})$/.exec(inner);
  if (ctime !== null) {
    const [, month, day = "", time, zone, year] = ctime;
    const at = MONTHS.indexOf(month ?? "") + 1;
    if (at > 0 && zone !== undefined)
      return `${year}-${String(at).padStart(2, "0")}-${day.padStart(2, "0")} ${time} utc`;
    return `${day} ${month} ${year} ${time}`;
  }
  const slashed = /^(\d{1,2})\/(\d{1,2})\/(\d{4})(.*)$/.exec(inner);
  if (slashed !== null) {
    const [, first = "", second = "", year, rest = ""] = slashed;
    // Which of the two is the month is known where the other cannot be one.
    if (Number(second) > 12) return `${year}-${first}-${second}${rest}`;
    if (Number(first) > 12) return `${year}-${second}-${first}${rest}`;
  }
  return inner;
}
