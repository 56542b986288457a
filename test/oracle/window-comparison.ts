/**
 * Comparisons of windows of time, naively: every entry of both is looked at for every field.
 * Invariant: shares no code with the engine beyond what the other naive readings share.
 */
import type { Entry } from "../../src/domain/entry.ts";
import type { TimeRange } from "../../src/domain/time-range.ts";
import type { FieldRef, Filter } from "../../src/query/ast.ts";
import { USUAL, attribute, builtin, inside, valuesOf } from "./facets.ts";
import { entryMatches } from "./filter.ts";
import { NAMES as LEVELS, type OracleCell, compareValues, typeOf } from "./values.ts";

export interface OracleDifference {
  readonly field: FieldRef;
  readonly value: OracleCell;
  readonly count: number;
  readonly baselineCount: number;
  readonly score: number;
}

export interface OracleComparison {
  readonly window: { entries: number; levels: Record<string, number> };
  readonly baseline: { entries: number; levels: Record<string, number> };
  /** Each with a score beyond the least, strongest first. */
  readonly differences: readonly OracleDifference[];
}

export function naiveComparison(
  all: readonly Entry[],
  filter: Filter,
  asked: readonly FieldRef[],
  window: TimeRange,
  baseline: TimeRange,
): OracleComparison {
  const matching = all.filter((entry) => entryMatches(filter, entry));
  const own = inside(matching, window);
  const others = inside(matching, baseline).filter((entry) => !own.includes(entry));
  const named = new Set([...own, ...others].flatMap((entry) => [...entry.attributes.keys()]));
  const fields = asked.length > 0 ? asked : [...USUAL.map(builtin), ...[...named].map(attribute)];
  const counts = (entries: readonly Entry[]) => ({
    entries: entries.length,
    levels: Object.fromEntries(
      LEVELS.map((level) => [
        level,
        entries.filter(
          ({ severity }) =>
            severity > 4 * LEVELS.indexOf(level) && severity <= 4 * LEVELS.indexOf(level) + 4,
        ).length,
      ]),
    ),
  });
  const differences = fields.flatMap((field) => {
    // All together, so that a value is shown in one way.
    const values = valuesOf([...own, ...others], field, window).values;
    const [here, there] = [own, others].map(
      (entries) =>
        new Map(
          valuesOf(entries, field, window).values.map(({ value, count }) => [String(value), count]),
        ),
    );
    return values.map(({ value }): OracleDifference => {
      const count = here?.get(String(value)) ?? 0;
      const baselineCount = there?.get(String(value)) ?? 0;
      const score = ratio(count, own.length, baselineCount, others.length);
      return { field, value, count, baselineCount, score };
    });
  });
  return {
    window: counts(own),
    baseline: counts(others),
    differences: differences
      .filter(({ score }) => Math.abs(score) >= 10.83)
      .sort(
        (a, b) =>
          Math.abs(b.score) - Math.abs(a.score) ||
          order(a.field.name, b.field.name) ||
          order(a.field.kind, b.field.kind) ||
          compareCells(a, b),
      ),
  };
}

function order(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function compareCells(a: OracleDifference, b: OracleDifference): number {
  if (a.value === null || b.value === null || typeof a.value === "object") return 0;
  if (typeof b.value === "object") return 0;
  return (
    compareValues(a.value, b.value, typeOf(a.field)) || order(String(a.value), String(b.value))
  );
}

/** Twice the sum of seen × ln(seen / expected) over the table of (has it, has it not) × (window, baseline). */
function ratio(count: number, entries: number, other: number, others: number): number {
  if (entries === 0 || others === 0) return 0;
  const table = [
    [count, other],
    [entries - count, others - other],
  ] as const;
  let sum = 0;
  for (const row of table)
    for (const [i, seen] of row.entries()) {
      const expected = ((row[0] + row[1]) * (i === 0 ? entries : others)) / (entries + others);
      if (seen > 0) sum += seen * Math.log(seen / expected);
    }
  const rounded = Math.round(2 * sum * 1000) / 1000;
  return count * others < other * entries ? -rounded : rounded;
}
