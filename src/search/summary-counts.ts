/**
 * Counts of entries from summaries alone.
 * Invariant: exact, or undefined. A summary counts minutes by severity, and services apart from them: what a filter or a
 * grouping needs of both together is known only where one service is alone, or where all or none of them pass.
 */
import { HOUR_MS, NANOS_PER_MS, type TimeRange, bucketStartMs } from "../domain/time-range.ts";
import { severityPasses } from "../engine/filter/builtin-test.ts";
import { scalarTest, unlessEmpty } from "../engine/filter/field-test.ts";
import type { RowCount } from "../engine/pipe/counted-rows.ts";
import type { Summary } from "../engine/summary/summary.ts";
import type { Filter } from "../query/ast.ts";
import type { Unit } from "../storage/log-store.ts";
import type { BlockSource } from "./unit-sources.ts";

export const MINUTE = 60_000n * NANOS_PER_MS;

/** A filter that time, level and service decide; conditions on time are left to the range. */
export interface SummaryFilter {
  readonly usesLevel: boolean;
  readonly usesService: boolean;
  passes(severity: number, service: string): boolean;
}

export interface CountNeeds {
  /** Minutes or severities of the rows. */
  readonly cells: boolean;
  readonly service: boolean;
}

/** @returns undefined when the filter asks for anything else, or for times in more than one span. */
export function summaryFilter(filter: Filter): SummaryFilter | undefined {
  switch (filter.kind) {
    case "all":
      return { usesLevel: false, usesService: false, passes: () => true };
    case "and":
      // Conditions on time at the top narrow the range.
      return joined(filter.parts.filter((part) => !isTime(part)).map(summaryFilter), true);
    case "or":
      return filter.parts.some(holdsTime)
        ? undefined
        : joined(filter.parts.map(summaryFilter), false);
    case "not": {
      const part = holdsTime(filter.part) ? undefined : summaryFilter(filter.part);
      if (part === undefined) return undefined;
      return { ...part, passes: (severity, service) => !part.passes(severity, service) };
    }
    case "text":
      return undefined;
    case "field":
      if (isTime(filter)) return summaryFilter({ kind: "all" });
      return ofField(filter);
    default:
      return filter satisfies never;
  }
}

function joined(
  parts: readonly (SummaryFilter | undefined)[],
  all: boolean,
): SummaryFilter | undefined {
  const known = parts.filter((part) => part !== undefined);
  if (known.length < parts.length) return undefined;
  return {
    usesLevel: known.some((part) => part.usesLevel),
    usesService: known.some((part) => part.usesService),
    passes: (severity, service) =>
      all
        ? known.every((part) => part.passes(severity, service))
        : known.some((part) => part.passes(severity, service)),
  };
}

function ofField({ field, test }: Extract<Filter, { kind: "field" }>): SummaryFilter | undefined {
  if (field.kind !== "builtin") return undefined;
  if (field.name === "level")
    return {
      usesLevel: true,
      usesService: false,
      passes: (severity) => severityPasses(test, severity),
    };
  if (field.name !== "service") return undefined;
  const scalar = unlessEmpty(scalarTest(test, "value", "service"));
  return {
    usesLevel: false,
    usesService: true,
    passes: (_severity, service) => scalar.text(service),
  };
}

function isTime(filter: Filter): boolean {
  return filter.kind === "field" && filter.test.kind === "time";
}

function holdsTime(filter: Filter): boolean {
  if (filter.kind === "and" || filter.kind === "or") return filter.parts.some(holdsTime);
  if (filter.kind === "not") return holdsTime(filter.part);
  return filter.kind === "field" && filter.field.kind === "builtin" && filter.field.name === "time";
}

/** @returns the rows that pass, counted (what was not asked for is 0 or ""); undefined when the summary does not say. */
export function countSummary(
  summary: Summary,
  filter: SummaryFilter,
  needs: CountNeeds,
): RowCount[] | undefined {
  if (!filter.usesService && !needs.service) return countCells(summary, filter, "");
  if (summary.otherRows > 0) return undefined;
  const services = [...summary.services];
  const [only] = services;
  if (only === undefined) return summary.rows === 0 ? [] : undefined;
  if (services.length === 1) return countCells(summary, filter, only[0]);
  if (!filter.usesLevel && !needs.cells)
    return services
      .filter(([service]) => filter.passes(0, service))
      .map(([service, count]) => ({ nanos: 0n, severity: 0, service, count }));
  if (needs.service || filter.usesLevel) return undefined;
  const passing = services.filter(([service]) => filter.passes(0, service)).length;
  if (passing === 0) return [];
  return passing === services.length ? countCells(summary, filter, only[0]) : undefined;
}

function countCells(summary: Summary, filter: SummaryFilter, service: string): RowCount[] {
  const rows: RowCount[] = [];
  for (const [minute, bySeverity] of summary.cells) {
    const nanos = BigInt(minute) * MINUTE;
    bySeverity.forEach((count, severity) => {
      if (count > 0 && filter.passes(severity, service))
        rows.push({ nanos, severity, service, count });
    });
  }
  return rows;
}

/** True when the whole hour of a unit lies in the range. */
export function holdsHour(range: TimeRange, { manifest }: Unit): boolean {
  const start = BigInt(bucketStartMs(manifest.bucket)) * NANOS_PER_MS;
  return start >= range.startNanos && start + BigInt(HOUR_MS) * NANOS_PER_MS <= range.endNanos;
}

/** True when a block has a summary, and all its rows are visible and lie in the range. */
export function holdsBlock(range: TimeRange, source: BlockSource): boolean {
  return (
    source.whole &&
    source.summary.length > 0 &&
    source.minTimeNanos >= range.startNanos &&
    source.maxTimeNanos < range.endNanos
  );
}
