/**
 * Where a pasted text leads: the link or the id of an entry, a trace id, a time. Pure.
 */
import { logsOf } from "../logs-place.ts";
import type { Place } from "../paths.ts";

export interface Jump {
  readonly name: string;
  readonly to: Place;
}

const MINUTE_MS = 60_000;
/** An entry says its own time; around a pasted time this much is shown on either side. */
const AROUND_MS = 5 * MINUTE_MS;

/**
 * @param text as it was pasted
 * @param app the application that ids are looked for in; "" for none.
 * @param page where the page's own links are, and what they say.
 */
export function jumpOf(
  text: string,
  app: string,
  page: { readonly origin: string; readonly placeOf: (url: URL) => Place },
): Jump | undefined {
  const trimmed = text.trim();
  const link = URL.parse(trimmed);
  if (link?.origin === page.origin) {
    const to = page.placeOf(link);
    return to.screen === "home" ? undefined : { name: "Open this link", to };
  }
  if (app === "") return undefined;
  if (entryTimeMs(trimmed) !== undefined)
    return { name: "Open this entry", to: { screen: "entry", app, id: trimmed } };
  if (/^(?=.*[1-9a-f])[0-9a-f]{32}$/i.test(trimmed)) {
    const query = `trace_id:${trimmed.toLowerCase()}`;
    return { name: "Entries of this trace", to: { ...logsOf(app), query, from: "-7d" } };
  }
  const ms = timeMs(trimmed);
  if (ms === undefined) return undefined;
  const at = (time: number): string => new Date(time).toISOString();
  return {
    name: `Around ${at(ms)}`,
    to: { ...logsOf(app), from: at(ms - AROUND_MS), to: at(ms + AROUND_MS) },
  };
}

/** The logs with an entry open that stands at their top; undefined for what is no entry's id. */
export function logsAtEntry(app: string, id: string): Place | undefined {
  const ms = entryTimeMs(id);
  if (ms === undefined) return undefined;
  return {
    ...logsOf(app),
    from: new Date(ms - 15 * MINUTE_MS).toISOString(),
    to: new Date(ms + 1).toISOString(),
    row: id,
  };
}

/** Of an id, `ns.batch.index`. */
function entryTimeMs(id: string): number | undefined {
  const nanos = /^(\d{10,20})\.[0-9a-f-]{36}\.\d{1,6}$/.exec(id)?.[1];
  // As a float it may be nanoseconds less, and so of the millisecond before.
  return nanos === undefined ? undefined : Number(BigInt(nanos) / 1_000_000n);
}

/** RFC 3339 with a `T` or a blank, or seconds, ms, µs or ns since 1970. */
function timeMs(text: string): number | undefined {
  if (/^\d{10}$|^\d{13}$|^\d{16}$|^\d{19}$/.test(text))
    return Math.floor(Number(text) * 10 ** (13 - text.length));
  if (!/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/.test(text)) return undefined;
  const ms = Date.parse(text.replace(" ", "T"));
  return Number.isNaN(ms) ? undefined : ms;
}
