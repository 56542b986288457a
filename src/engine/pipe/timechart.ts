/**
 * `timechart w agg by f`: a row per bucket and series, time ascending, series by rank, empty buckets too.
 * Invariant: series are the n with the largest first function over the whole range, ties by key, nulls last; the rest
 * are joined as `(other)`, last.
 */
import type { Scalar } from "../../domain/entry.ts";
import { invalid } from "../../domain/fault.ts";
import type { Aggregate, GroupKey, Pipe, Width } from "../../query/ast.ts";
import { type Accumulator, accumulatorOf, typeOfAggregate } from "./accumulator.ts";
import { type Cell, type Table, compareScalars, formOf, preferred, scalarsOf } from "./cell.ts";
import type { RowCount } from "./counted-rows.ts";
import { typeOfField } from "./field-cell.ts";
import type { Gatherer } from "./gatherer.ts";
import { Groups, compareKeys, keyReader } from "./groups.ts";
import type { PipeEnv } from "./rows.ts";
import {
  type TimeBuckets,
  automaticWidth,
  bucketStarts,
  secondsWithin,
  timeBuckets,
} from "./time-buckets.ts";

const MAX_BUCKETS = 2000;
const AUTOMATIC_BUCKETS = 120;
const MAX_GROUPS = 200_000;
const OTHER = "(other)";

type ChartPipe = Extract<Pipe, { kind: "timechart" }>;

export function timechartOf(pipe: ChartPipe, env: PipeEnv): Gatherer {
  return new Timechart(pipe, env);
}

interface Series {
  key: Scalar | null;
  readonly total: readonly Accumulator[];
  readonly buckets: Map<bigint, readonly Accumulator[]>;
}

class Timechart implements Gatherer {
  readonly #pipe: ChartPipe;
  readonly #env: PipeEnv;
  readonly #width: Width;
  readonly #buckets: TimeBuckets;
  readonly #starts: readonly bigint[];
  readonly #groups: Groups;

  constructor(pipe: ChartPipe, env: PipeEnv) {
    this.#pipe = pipe;
    this.#env = env;
    this.#width = pipe.width ?? automaticWidth(env.shown, AUTOMATIC_BUCKETS, env.timeZone);
    this.#buckets = timeBuckets(this.#width, env.timeZone);
    const starts = bucketStarts(env.shown, this.#buckets, MAX_BUCKETS);
    if (starts === undefined) {
      throw invalid(
        "query",
        `The range has more than ${MAX_BUCKETS} buckets of ${this.#width.text}`,
        {
          code: "too_many_buckets",
          start: String(pipe.at.start),
          end: String(pipe.at.end),
          expected: "a wider bucket",
        },
      );
    }
    this.#starts = starts;
    this.#groups = new Groups(pipe.functions, MAX_GROUPS, () => {
      env.partial(`timechart keeps at most ${MAX_GROUPS} buckets of all series`);
    });
  }

  add(batch: Parameters<Gatherer["add"]>[0]): void {
    const readers = this.#keys().map((key) => keyReader(key, batch, this.#env.timeZone));
    this.#groups.add(batch, readers, false);
  }

  addCounts(counts: readonly RowCount[]): boolean {
    return this.#groups.addCounts(counts, this.#keys(), this.#env.timeZone);
  }

  #keys(): GroupKey[] {
    const keys: GroupKey[] = [{ kind: "bin", width: this.#width, name: "time", named: false }];
    const { by } = this.#pipe;
    if (by !== null) keys.push({ kind: "field", field: by, name: by.name, named: false });
    return keys;
  }

  absorb(other: Gatherer): void {
    if (!(other instanceof Timechart)) throw new TypeError("not the same pipe");
    this.#groups.absorb(other.#groups);
  }

  get heldBytes(): number {
    return this.#groups.heldBytes;
  }

  finish(): Table {
    const { functions, by } = this.#pipe;
    const series = this.#ranked();
    const rows = this.#starts.flatMap((start) => {
      const seconds = secondsWithin(start, this.#buckets.nextOf(start), this.#env.shown);
      return series.map((own): Cell[] => [
        start,
        ...(by === null ? [] : [own.key]),
        ...(own.buckets.get(start) ?? functions.map((own) => accumulatorOf(own))).map(
          (accumulator) => accumulator.result(seconds),
        ),
      ]);
    });
    return {
      columns: [
        { name: "time", type: "time", approximate: false },
        ...(by === null ? [] : [{ name: by.name, type: typeOfField(by), approximate: false }]),
        ...functions.map((own: Aggregate, i) => ({
          name: own.name,
          type: typeOfAggregate(own),
          approximate: series.some(({ buckets }) =>
            buckets.values().some((held) => held[i]?.approximate === true),
          ),
        })),
      ],
      rows,
    };
  }

  #ranked(): Series[] {
    const { functions, by } = this.#pipe;
    const all = new Map<string, Series>();
    const newSeries = (key: Scalar | null): Series => ({
      key,
      total: functions.map((own) => accumulatorOf(own)),
      buckets: new Map(),
    });
    if (by === null) all.set("", newSeries(null));
    const shown = new Set(this.#starts);
    for (const { keys, accumulators } of this.#groups.values()) {
      const [start, key = null] = keys;
      // Entries outside of the chart's range (an open end) have no bucket.
      if (typeof start !== "bigint" || !shown.has(start)) continue;
      const name = by === null ? "" : key === null ? "-" : `+${formOf(key)}`;
      const series = all.get(name) ?? newSeries(key);
      all.set(name, series);
      // `500` in one bucket and `"500"` in another are one series, shown as the number.
      if (key !== null && series.key !== null) series.key = preferred(series.key, key);
      join(series.total, accumulators);
      series.buckets.set(start, accumulators);
    }
    if (by === null) return [...all.values()];
    const type = typeOfField(by);
    const seconds = secondsWithin(
      this.#env.shown.startNanos,
      this.#env.shown.endNanos,
      this.#env.shown,
    );
    const rank = new Map<Series, Cell>();
    for (const series of all.values()) rank.set(series, series.total[0]?.result(seconds) ?? null);
    const sorted = [...all.values()].sort(
      (a, b) =>
        compareRanks(rank.get(a) ?? null, rank.get(b) ?? null) ||
        compareKeys([a.key], [b.key], [type]),
    );
    const kept = sorted.slice(0, this.#pipe.series);
    const rest = sorted.slice(this.#pipe.series);
    if (rest.length > 0) kept.push(this.#other(rest));
    return kept;
  }

  #other(rest: readonly Series[]): Series {
    const { functions } = this.#pipe;
    const other: Series = { key: OTHER, total: [], buckets: new Map() };
    for (const { buckets } of rest) {
      for (const [start, accumulators] of buckets) {
        const own = other.buckets.get(start) ?? functions.map((own) => accumulatorOf(own));
        join(own, accumulators);
        other.buckets.set(start, own);
      }
    }
    return other;
  }
}

/** Largest first, missing last. */
function compareRanks(a: Cell, b: Cell): number {
  const [x] = scalarsOf(a);
  const [y] = scalarsOf(b);
  if (x === undefined || y === undefined) return Number(x === undefined) - Number(y === undefined);
  return compareScalars(y, x, "value");
}

function join(into: readonly Accumulator[], from: readonly Accumulator[]): void {
  into.forEach((accumulator, i) => {
    const other = from[i];
    if (other !== undefined) accumulator.absorb(other);
  });
}
