/**
 * Rows of a table over time as lines. Invariant: points of a line ascend; a missing value is a gap, never zero. Pure.
 */
import type { Table } from "../../../generated/client/argus/v1/log_service.ts";
import { valueText } from "../words.ts";

export interface Series {
  readonly name: string;
  readonly points: readonly { readonly ms: number; readonly value: number | undefined }[];
}

/** More lines than these are no picture. */
const MOST = 50;

/** @returns undefined where there is no time, or nothing to draw over it. */
export function seriesOf(table: Table): readonly Series[] | undefined {
  const { columns } = table;
  const time = columns.findIndex(({ type, name }) => type === "time" && name === "time");
  if (time < 0) return undefined;
  const rows: readonly (readonly unknown[])[] = table.rows;
  const numbers = columns.flatMap(({ type }, at) =>
    at !== time &&
    (type === "number" || rows.every((row) => row[at] === null || typeof row[at] === "number"))
      ? [at]
      : [],
  );
  const keys = columns.flatMap((_, at) => (at === time || numbers.includes(at) ? [] : [at]));
  if (numbers.length === 0) return undefined;
  const lines = new Map<string, { ms: number; value: number | undefined }[]>();
  for (const row of rows) {
    const ms = Date.parse(String(row[time]));
    if (Number.isNaN(ms)) continue;
    for (const at of numbers) {
      const parts = keys.map((key) => (row[key] === null ? "(missing)" : valueText(row[key])));
      const measure = columns[at]?.name ?? "";
      const name = [...parts, ...(numbers.length > 1 || parts.length === 0 ? [measure] : [])].join(
        " ",
      );
      const value = row[at];
      const line = lines.get(name) ?? [];
      if (line.length === 0) lines.set(name, line);
      line.push({ ms, value: typeof value === "number" ? value : undefined });
    }
  }
  const series = [...lines].slice(0, MOST).map(([name, points]) => ({
    name,
    points: points.toSorted((a, b) => a.ms - b.ms),
  }));
  return series.some(({ points }) => points.length > 1) ? series : undefined;
}
