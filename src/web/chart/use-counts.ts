/**
 * How many entries each drawn figure is made of. Invariant: an aside: until it is there, and where it cannot be had,
 * nothing is said of it.
 */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Table } from "../../../generated/client/argus/v1/log_service.ts";
import { countingOf, rowKey } from "./entries-query.ts";
import { type Reading, readingOf } from "./reading.ts";
import type { Over, Series } from "./series.ts";

export type ReadTable = (query: string, signal: AbortSignal) => Promise<Table | undefined>;

export interface EntryCounts {
  /** Of one series at one step; undefined while it is not known. */
  readonly at: (series: Series, step: number) => number | undefined;
  /** Of a series over all. */
  readonly of: (series: Series) => number | undefined;
}

export function useCounts(
  reading: Reading,
  over: Over | undefined,
  query: string,
  read: ReadTable,
): EntryCounts {
  const counted = useSignal<ReadonlyMap<string, number> | undefined>(undefined);
  const { table } = reading;
  const hasTime = over !== undefined;
  useEffect(() => {
    counted.value = undefined;
    const counting = hasTime ? countingOf(query) : undefined;
    if (counting === undefined) return;
    if (counting.query === undefined) {
      counted.value = countsIn(reading, counting.column);
      return;
    }
    const stop = new AbortController();
    const asked = counting.query;
    read(asked, stop.signal).then(
      (answer) => {
        if (answer !== undefined && !stop.signal.aborted)
          counted.value = countsIn(readingOf(answer, asked), counting.column);
      },
      () => undefined,
    );
    return () => stop.abort();
  }, [table, query]);
  const at = (series: Series, step: number): number | undefined => {
    const ms = over?.times[step];
    if (ms === undefined) return undefined;
    // What the language left over is told apart by its name; what the page did is not counted apart.
    const keys = series.isRest ? ["(other)"] : series.keys.map(({ value }) => value ?? null);
    return counted.value?.get(JSON.stringify([ms, ...keys]));
  };
  return {
    at,
    of: (series) => {
      if (counted.value === undefined || over === undefined) return undefined;
      const some = over.times.flatMap((_, step) => at(series, step) ?? []);
      return some.length === 0 ? undefined : some.reduce((sum, count) => sum + count, 0);
    },
  };
}

function countsIn(reading: Reading, column: string): ReadonlyMap<string, number> {
  const { table } = reading;
  const at = table.columns.findIndex(({ name }) => name === column);
  const counts = new Map<string, number>();
  for (const row of table.rows as readonly (readonly unknown[])[]) {
    const count = row[at];
    if (typeof count === "number") counts.set(rowKey(reading, row), count);
  }
  return counts;
}
