/**
 * The logs as an address: every parameter of the explorer, read and written by one table.
 * Invariants: defaults are left out; parameters that nobody knows are kept as they came; a value that cannot be read is
 * the default, and its parameter is named in `ignored`, so that the page can say so. Pure.
 */
import { DEFAULT_FROM, NOW } from "./time-range.ts";

export interface LogsPlace {
  readonly screen: "logs";
  readonly app: string;
  readonly query: string;
  readonly from: string;
  readonly to: string;
  /** `utc`, `local` or an IANA zone; "" is the person's own choice. */
  readonly zone: string;
  readonly tab: "" | "entries" | "patterns" | "chart";
  readonly live: boolean;
  readonly order: "desc" | "asc";
  /** Id of the entry that is open; "" for none. */
  readonly row: string;
  readonly panel: "" | "fields" | "json" | "context" | "trace" | "raw";
  /** Time at the top of the list. */
  readonly at: string;
  /** Entries shown in place on each side of `row`; "" for none. */
  readonly context: string;
  readonly columns: string;
  readonly wrap: boolean;
  /** Height of rows; "" is the person's own choice. */
  readonly rows: "" | "compact" | "standard" | "roomy";
  readonly histogram: boolean;
  readonly scale: "linear" | "log" | "sqrt";
  /** What pipes made is drawn as; "" is what fits it best. */
  readonly chart: "" | "line" | "area" | "bar" | "table" | "number" | "heat";
  /** Series that are hidden: `-name`, apart by commas. */
  readonly series: string;
  /** Names of fields, apart by commas. */
  readonly facetsHidden: string;
  readonly facetsPinned: string;
  /** `from..to` of the slice that is compared with the rest. */
  readonly compare: string;
  /** Which patterns are listed and which one is open: `rising`, `all,job <*> failed`. */
  readonly pattern: string;
  /** Names of parameters whose values could not be read. */
  readonly ignored: readonly string[];
  /** What the address says besides. */
  readonly rest: readonly (readonly [name: string, value: string])[];
}

type Key = Exclude<keyof LogsPlace, "screen" | "app" | "ignored" | "rest">;

interface Parameter {
  readonly name: string;
  /** What it is when the address does not say. */
  readonly fallback: string;
  /** All it may be; any text if absent. */
  readonly values?: readonly string[];
}

/** In the order in which they are written. */
const PARAMETERS: Readonly<Record<Key, Parameter>> = {
  query: { name: "q", fallback: "" },
  from: { name: "from", fallback: DEFAULT_FROM },
  to: { name: "to", fallback: NOW },
  zone: { name: "tz", fallback: "" },
  tab: { name: "tab", fallback: "", values: ["entries", "patterns", "chart"] },
  live: { name: "live", fallback: "0", values: ["1"] },
  order: { name: "order", fallback: "desc", values: ["asc", "desc"] },
  row: { name: "row", fallback: "" },
  panel: {
    name: "panel",
    fallback: "",
    values: ["fields", "json", "context", "trace", "raw"],
  },
  at: { name: "at", fallback: "" },
  context: { name: "ctx", fallback: "" },
  columns: { name: "cols", fallback: "" },
  wrap: { name: "wrap", fallback: "0", values: ["1"] },
  rows: { name: "rows", fallback: "", values: ["compact", "standard", "roomy"] },
  histogram: { name: "hist", fallback: "1", values: ["0"] },
  scale: { name: "y", fallback: "linear", values: ["linear", "log", "sqrt"] },
  chart: {
    name: "chart",
    fallback: "",
    values: ["line", "area", "bar", "table", "number", "heat"],
  },
  series: { name: "by", fallback: "" },
  facetsHidden: { name: "fh", fallback: "" },
  facetsPinned: { name: "fp", fallback: "" },
  compare: { name: "cmp", fallback: "" },
  pattern: { name: "pat", fallback: "" },
};
const KEYS = Object.keys(PARAMETERS) as Key[];
const NAMES = new Set(KEYS.map((key) => PARAMETERS[key].name));

/** The logs of an application with nothing asked. */
export function logsOf(app: string): LogsPlace {
  return logsIn(app, new URLSearchParams());
}

export function logsIn(app: string, search: URLSearchParams): LogsPlace {
  const ignored: string[] = [];
  const text = (key: Key): string => {
    const { name, fallback, values } = PARAMETERS[key];
    const given = search.get(name);
    if (given === null || given === fallback) return fallback;
    if (isMeant(key, given) && (values === undefined || values.includes(given))) return given;
    ignored.push(name);
    return fallback;
  };
  // The table says which texts there are; TypeScript is told so here, once.
  const read = Object.fromEntries(
    KEYS.map((key) => {
      const value = text(key);
      return [key, FLAGS.has(key) ? value === "1" : value];
    }),
  ) as unknown as Pick<LogsPlace, Key>;
  return {
    screen: "logs",
    app,
    ...read,
    ignored,
    rest: [...search].filter(([name]) => !NAMES.has(name)),
  };
}

export function searchOf(place: LogsPlace): URLSearchParams {
  const search = new URLSearchParams();
  for (const key of KEYS) {
    const { name, fallback } = PARAMETERS[key];
    const value = place[key];
    const text = typeof value === "boolean" ? (value ? "1" : "0") : value;
    if (text !== fallback) search.set(name, text);
  }
  for (const [name, value] of place.rest) search.append(name, value);
  return search;
}

/** What asks for other entries closes the one that is open. */
export function asking(at: LogsPlace, next: Partial<LogsPlace>): LogsPlace {
  return { ...at, row: "", panel: "", context: "", at: "", compare: "", pattern: "", ...next };
}

const FLAGS: ReadonlySet<Key> = new Set(["live", "wrap", "histogram"]);

/** Of texts that are not one of a few: whether they can be read. */
function isMeant(key: Key, text: string): boolean {
  if (key === "pattern") return /^(all|new|rising|gone)(,|$)/.test(text);
  if (key === "context") return /^[1-9]\d{0,2}$/.test(text);
  return key !== "zone" || isZone(text);
}

/** @returns whether it is `utc`, `local` or a zone that this browser knows. */
export function isZone(text: string): boolean {
  if (text === "utc" || text === "local") return true;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: text }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}
