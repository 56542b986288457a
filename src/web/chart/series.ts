/**
 * Rows over time as series, one figure a step each.
 * Invariants: times ascend, and every series has a place for each of them; a missing figure is a gap, never zero. No more
 * than 50 are kept apart: what counts entries is added up in one that is called other, of anything else the rest is told
 * by its number. Pure.
 */
import type { Range } from "../time-range.ts";
import { valueText } from "../words.ts";
import type { Key, Measure, Reading } from "./reading.ts";

export interface Series {
  /** Unique among those of a chart. */
  readonly name: string;
  /** Empty for what is left over. */
  readonly keys: readonly { readonly key: Key; readonly value: unknown }[];
  readonly measure: Measure;
  readonly values: readonly (number | undefined)[];
  /** It stands for what is left over. */
  readonly isRest: boolean;
}

export interface Over {
  readonly times: readonly number[];
  readonly stepMs: number;
  readonly series: readonly Series[];
  /** Series that are not among them. */
  readonly left: number;
}

/** More are no picture. */
export const MOST_APART = 50;
/** How the language calls what a limit leaves over. */
const REST = "(other)";

/** @returns undefined where there is no time, or nothing to draw over it. */
export function seriesOf(reading: Reading): Over | undefined {
  const { table, time, keys, measures } = reading;
  if (time === undefined || measures.length === 0) return undefined;
  const rows: readonly (readonly unknown[])[] = table.rows;
  const timeOf = (row: readonly unknown[]): number => Date.parse(String(row[time]));
  const times = [...new Set(rows.map(timeOf))]
    .filter((ms) => !Number.isNaN(ms))
    .toSorted((a, b) => a - b);
  const placeOf = new Map(times.map((ms, at) => [ms, at]));
  const found = new Map<
    string,
    { series: Omit<Series, "values">; values: (number | undefined)[] }
  >();
  for (const row of rows) {
    const place = placeOf.get(timeOf(row));
    if (place === undefined) continue;
    for (const measure of measures) {
      const named = keys.map((key) => ({ key, value: row[key.at] }));
      const isRest = named.length > 0 && named[0]?.value === REST;
      const words = named.map(({ value }) => nameOf(value));
      if (measures.length > 1 || words.length === 0) words.push(measure.title);
      const name = words.join(" ");
      let one = found.get(name);
      if (one === undefined) {
        one = {
          series: { name, keys: isRest ? [] : named, measure, isRest },
          values: Array.from({ length: times.length }, () => undefined),
        };
        found.set(name, one);
      }
      const value = row[measure.at];
      one.values[place] = typeof value === "number" ? value : undefined;
    }
  }
  const all = [...found.values()].map(({ series, values }): Series => ({ ...series, values }));
  const stepMs = reading.stepMs > 0 ? reading.stepMs : leastStep(times);
  return { times, stepMs, ...kept(ranked(all)) };
}

/** `(missing)` for entries without the field. */
export function nameOf(value: unknown): string {
  if (value === null || value === undefined) return "(missing)";
  return value === "" ? "(empty)" : valueText(value);
}

/** Those with the largest figures first; what is left over stands last. */
function ranked(all: readonly Series[]): readonly Series[] {
  const size = ({ values }: Series): number =>
    values.reduce<number>((sum, value) => sum + Math.abs(value ?? 0), 0);
  const sizes = new Map(all.map((one) => [one, size(one)]));
  return all.toSorted(
    (a, b) => Number(a.isRest) - Number(b.isRest) || (sizes.get(b) ?? 0) - (sizes.get(a) ?? 0),
  );
}

function kept(all: readonly Series[]): Pick<Over, "series" | "left"> {
  if (all.length <= MOST_APART) return { series: all, left: 0 };
  const series = all.slice(0, MOST_APART);
  const rest = all.slice(MOST_APART);
  const [first] = rest;
  if (
    first === undefined ||
    !rest.every(({ measure }) => measure === first.measure && measure.adds)
  )
    return { series, left: rest.length };
  const values = first.values.map((_, at) => {
    const some = rest.flatMap((one) => one.values[at] ?? []);
    return some.length === 0 ? undefined : some.reduce((sum, value) => sum + value, 0);
  });
  const name = `other (${rest.length})`;
  return { series: [...series, { ...first, name, keys: [], values, isRest: true }], left: 0 };
}

function leastStep(times: readonly number[]): number {
  let least = Infinity;
  for (let at = 1; at < times.length; at++)
    least = Math.min(least, (times[at] ?? 0) - (times[at - 1] ?? 0));
  return Number.isFinite(least) ? least : 60_000;
}

/** Which steps lie in the range as a whole: the first one may begin before it, and the last one end after it. */
export interface Parts {
  readonly first: boolean;
  readonly last: boolean;
}

/** @returns none where no step is whole: what there is of them is all that can be told. */
export function partsOf({ times, stepMs }: Over, range: Range): Parts {
  const first = (times[0] ?? 0) < range.startMs;
  const last = (times.at(-1) ?? 0) + stepMs > range.endMs;
  const whole =
    times.length - (times.length === 1 ? Number(first || last) : Number(first) + Number(last));
  return whole > 0 ? { first, last } : { first: false, last: false };
}

export interface Figures {
  readonly last: number | undefined;
  readonly min: number | undefined;
  readonly median: number | undefined;
  readonly max: number | undefined;
}

/** Steps that lie partly in the range say how much there is at most; what is little or usual is told by whole ones. */
export function figuresOf({ values }: Pick<Series, "values">, parts: Parts): Figures {
  const whole = values.slice(parts.first ? 1 : 0, parts.last ? -1 : undefined);
  const some = whole.filter((value) => value !== undefined).toSorted((a, b) => a - b);
  const half = Math.floor(some.length / 2);
  const [low, high] = [some[some.length % 2 === 0 ? half - 1 : half], some[half]];
  return {
    last: whole.findLast((value) => value !== undefined),
    min: some[0],
    median: low === undefined || high === undefined ? undefined : (low + high) / 2,
    max: maxOf({ values }),
  };
}

export function maxOf({ values }: Pick<Series, "values">): number | undefined {
  const some = values.filter((value) => value !== undefined);
  return some.length === 0 ? undefined : Math.max(...some);
}

/** How much more the largest figure is than the least above zero; 1 where there is none. */
export function spreadOf(series: readonly Series[]): number {
  let [least, most] = [Infinity, 0];
  for (const { values } of series)
    for (const value of values) {
      if (value === undefined || value <= 0) continue;
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
  return most === 0 ? 1 : most / least;
}
