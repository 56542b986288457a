/**
 * Which blocks cannot hold a match, by their summaries alone.
 * Invariant: a block is skipped only when no row of it can pass; what a summary does not say prunes nothing.
 */
import { scalarTest } from "../engine/filter/field-test.ts";
import { severityPasses } from "../engine/filter/builtin-test.ts";
import { type Summary, decodeSummary } from "../engine/summary/summary.ts";
import type { Filter } from "../query/ast.ts";
import type { BlockSource } from "./unit-sources.ts";

export type Possible = (summary: Summary) => boolean;

/** @returns true for a block that needs no opening. */
export function pruneOf(filter: Filter): (source: BlockSource) => boolean {
  const possible = possibleOf(filter);
  if (possible === undefined) return () => false;
  return ({ summary }) => summary.length > 0 && !possible(decodeSummary(summary));
}

/** @returns whether a row of what is summarized may pass; undefined when summaries say nothing about the filter. */
export function possibleOf(filter: Filter): Possible | undefined {
  switch (filter.kind) {
    case "and": {
      const parts = filter.parts.map(possibleOf).filter((part) => part !== undefined);
      return parts.length === 0
        ? undefined
        : (summary) => parts.every((possible) => possible(summary));
    }
    case "or": {
      const parts = filter.parts.map(possibleOf);
      return parts.includes(undefined)
        ? undefined
        : (summary) => parts.some((possible) => possible?.(summary) === true);
    }
    case "field":
      return possibleField(filter);
    case "all":
    case "not":
    case "text":
      return undefined;
    default:
      return filter satisfies never;
  }
}

function possibleField({ field, test }: Extract<Filter, { kind: "field" }>): Possible | undefined {
  if (field.kind !== "builtin") return undefined;
  if (field.name === "level") {
    const passing = Array.from({ length: 25 }, (_, severity) => severityPasses(test, severity));
    return (summary) =>
      summary.cells
        .values()
        .some((counts) =>
          counts.some((count, severity) => count > 0 && passing[severity] === true),
        );
  }
  if (field.name !== "service") return undefined;
  const scalar = scalarTest(test, "value", "service");
  // Beyond the listed services there may be any other; the empty name stands for a missing one.
  return ({ services, otherRows }) =>
    otherRows > 0 || services.keys().some((service) => service !== "" && scalar.text(service));
}
