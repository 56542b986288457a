/**
 * `timechart w agg by f`: a row per bucket and series, time ascending, series by rank, empty buckets too.
 * Invariant: series are the n with the largest first function over the whole range, ties by key, nulls last; the rest
 * are joined as `(other)`, last.
 */
import type { Scalar } from "../../domain/entry.ts";
import { invalid } from "../../domain/fault.ts";
import { msOf } from "../../domain/time-range.ts";
import type { Aggregate, GroupKey, Pipe, Width } from "../../query/ast.ts";
import { fieldName } from "../../query/pipe-words.ts";
import { type Accumulator, accumulatorOf, typeOfAggregate } from "./accumulator.ts";
import { type Cell, type Table, compareScalars, formOf, preferred, scalarsOf } from "./cell.ts";
import type { RowCount } from "./counted-rows.ts";
import { typeOfField } from "./field-cell.ts";
import type { Gatherer } from "./gatherer.ts";
import { Groups, type KeyReader, compareKeys, keyReader } from "./groups.ts";
import type { RowBatch } from "./row-batch.ts";
import type { PipeEnv } from "./rows.ts";
import {
  type TimeBuckets,
  automaticWidth,
  bucketStarts,
  secondsWithin,
  timeBuckets,
} from "./time-buckets.ts";
import { ValueSets } from "./value-sets.ts";

const MAX_BUCKETS = 2000;
const AUTOMATIC_BUCKETS = 120;
const MAX_GROUPS = 200_000;
const OTHER = "(other)";

type ChartPipe = Extract<Pipe, { kind: "timechart" }>;

export function timechartOf(pipe: ChartPipe, env: PipeEnv): Gatherer {
  return new Timechart(pipe, env);
}

/** One accumulator a function, of rows that are counted together everywhere; only read. */
type Part = readonly Accumulator[];

interface Series {
  key: Scalar | null;
  /** By start. Entries with lists stand in several series: those share parts. */
  readonly buckets: Map<bigint, Set<Part>>;
}

class Timechart implements Gatherer {
  readonly #pipe: ChartPipe;
  readonly #env: PipeEnv;
  readonly #width: Width;
  readonly #buckets: TimeBuckets;
  readonly #starts: readonly bigint[];
  readonly #groups: Groups;
  /** Of entries with several values, by all of them together. */
  readonly #lists: Groups;
  readonly #sets = new ValueSets();

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
    const full = (): void =>
      env.partial(`timechart keeps at most ${MAX_GROUPS} buckets of all series`);
    this.#groups = new Groups(pipe.functions, MAX_GROUPS, full);
    this.#lists = new Groups(pipe.functions, MAX_GROUPS, full);
  }

  add(batch: RowBatch): void {
    const readers = this.#keys().map((key) => keyReader(key, batch, this.#env.timeZone));
    const [time, series] = readers;
    if (time === undefined || series === undefined) {
      this.#groups.add(batch, readers, false);
      return;
    }
    let lists = false;
    const single: KeyReader = (row) => {
      const values = series(row);
      if (values.length <= 1) return values;
      lists = true;
      return [];
    };
    this.#groups.add(batch, [time, single], false);
    if (!lists) return;
    const several: KeyReader = (row) => {
      const values = series(row);
      return values.length <= 1 ? [] : [this.#sets.nameOf(values)];
    };
    this.#lists.add(batch, [time, several], false);
  }

  addCounts(counts: readonly RowCount[]): boolean {
    return this.#groups.addCounts(counts, this.#keys(), this.#env.timeZone);
  }

  #keys(): GroupKey[] {
    const keys: GroupKey[] = [{ kind: "bin", width: this.#width, name: "time", named: false }];
    const { by } = this.#pipe;
    if (by !== null) keys.push({ kind: "field", field: by, name: fieldName(by), named: false });
    return keys;
  }

  absorb(other: Gatherer): void {
    if (!(other instanceof Timechart)) throw new TypeError("not the same pipe");
    this.#groups.absorb(other.#groups);
    this.#lists.absorb(other.#lists);
    this.#sets.absorb(other.#sets);
  }

  get heldBytes(): number {
    return this.#groups.heldBytes + this.#lists.heldBytes + this.#sets.heldBytes;
  }

  finish(coveredStart?: bigint): Table {
    const { functions, by } = this.#pipe;
    const firstRead = this.#starts.find(
      (start) => coveredStart === undefined || start >= coveredStart,
    );
    if (firstRead !== this.#starts[0])
      this.#env.partial(`steps ${beforeText(firstRead)} were not read to their end`);
    const series = this.#ranked().map(({ key, buckets }) => ({
      key,
      buckets: new Map(buckets.entries().map(([start, parts]) => [start, this.#joined(parts)])),
    }));
    const rows = this.#starts.flatMap((start) => {
      const isRead = firstRead !== undefined && start >= firstRead;
      const seconds = secondsWithin(start, this.#buckets.nextOf(start), this.#env.shown);
      return series.map((own): Cell[] => [
        start,
        ...(by === null ? [] : [own.key]),
        ...(own.buckets.get(start) ?? functions.map((own) => accumulatorOf(own))).map(
          (accumulator) => (isRead ? accumulator.result(seconds) : null),
        ),
      ]);
    });
    return {
      columns: [
        { name: "time", type: "time", approximate: false },
        ...(by === null
          ? []
          : [{ name: fieldName(by), type: typeOfField(by), approximate: false }]),
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
    const { by } = this.#pipe;
    const all = this.#allSeries();
    if (by === null) return all;
    const type = typeOfField(by);
    const { shown } = this.#env;
    const seconds = secondsWithin(shown.startNanos, shown.endNanos, shown);
    const rank = new Map<Series, Cell>();
    for (const series of all) {
      const parts = [...series.buckets.values()].flatMap((own) => [...own]);
      rank.set(series, this.#joined(parts)[0]?.result(seconds) ?? null);
    }
    const sorted = all.toSorted(
      (a, b) =>
        compareRanks(rank.get(a) ?? null, rank.get(b) ?? null) ||
        compareKeys([a.key], [b.key], [type]),
    );
    const kept = sorted.slice(0, this.#pipe.series);
    const rest = sorted.slice(this.#pipe.series);
    if (rest.length > 0) kept.push(otherOf(rest));
    return kept;
  }

  #allSeries(): Series[] {
    const { by } = this.#pipe;
    const all = new Map<string, Series>();
    if (by === null) all.set("", { key: null, buckets: new Map() });
    const shown = new Set(this.#starts);
    const put = (start: Scalar | null | undefined, key: Scalar | null, part: Part): void => {
      // Entries outside of the chart's range (an open end) have no bucket.
      if (typeof start !== "bigint" || !shown.has(start)) return;
      const name = by === null ? "" : key === null ? "-" : `+${formOf(key)}`;
      const series = all.get(name) ?? { key, buckets: new Map<bigint, Set<Part>>() };
      all.set(name, series);
      // `500` in one bucket and `"500"` in another are one series, shown as the number.
      if (key !== null && series.key !== null) series.key = preferred(series.key, key);
      const parts = series.buckets.get(start) ?? new Set();
      series.buckets.set(start, parts);
      parts.add(part);
    };
    for (const { keys, accumulators } of this.#groups.values())
      put(keys[0], keys[1] ?? null, accumulators);
    for (const { keys, accumulators } of this.#lists.values())
      for (const value of this.#sets.valuesOf(keys[1])) put(keys[0], value, accumulators);
    return [...all.values()];
  }

  #joined(parts: Iterable<Part>): Part {
    const [only, ...more] = parts;
    if (only !== undefined && more.length === 0) return only;
    const own = this.#pipe.functions.map((fn) => accumulatorOf(fn));
    for (const part of parts) join(own, part);
    return own;
  }
}

function beforeText(start: bigint | undefined): string {
  if (start === undefined) return "of the whole range";
  return `before ${new Date(msOf(start)).toISOString().replace(".000Z", "Z")}`;
}

/** The rest recomputed together: what several of them share is in it once. */
function otherOf(rest: readonly Series[]): Series {
  const other: Series = { key: OTHER, buckets: new Map() };
  for (const { buckets } of rest) {
    for (const [start, parts] of buckets) {
      const own = other.buckets.get(start) ?? new Set();
      other.buckets.set(start, own);
      for (const part of parts) own.add(part);
    }
  }
  return other;
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
