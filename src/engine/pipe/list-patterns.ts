/**
 * Patterns as people ask for their entries.
 * Invariant: a pattern counts what `pattern:"…"` finds among the counted entries, so an entry may stand in two of them,
 * and no two patterns find the same by differing in case alone.
 */
import { compareCodePoints } from "../../domain/text-order.ts";
import { foldText } from "../../domain/text.ts";
import { joinShapes, shapeMatcher } from "./join-shapes.ts";
import { type ShapeTally, type Tally, sumOf } from "./shape-counts.ts";

export interface ListedPattern extends Tally {
  readonly text: string;
}

/** Patterns of two windows of time, beside each other. */
export interface ComparedPatterns {
  /** Of each pattern of the window how many entries the baseline has. */
  readonly before: readonly number[];
  /** Patterns of the baseline that no entry of the window has, with the baseline's figures. */
  readonly gone: readonly ListedPattern[];
}

/** @param shown of those that are gone as many at most. */
export function comparePatterns(
  patterns: readonly ListedPattern[],
  window: readonly ShapeTally[],
  baseline: readonly ShapeTally[],
  shown: number,
): ComparedPatterns {
  const inWindow = shapeMatcher(window);
  const inBaseline = shapeMatcher(baseline);
  return {
    before: patterns.map(({ text }) =>
      Iterator.from(inBaseline(text)).reduce((sum, { count }) => sum + count, 0),
    ),
    gone: listPatterns(baseline, Infinity)
      .patterns.filter(({ text }) => Iterator.from(inWindow(text)).next().done === true)
      .slice(0, shown),
  };
}

/** @returns the `shown` most frequent ones, ties by text, and how many entries have none of them. */
export function listPatterns(
  shapes: readonly ShapeTally[],
  shown: number,
): { readonly patterns: readonly ListedPattern[]; readonly others: number } {
  const matching = shapeMatcher(shapes);
  // Of spellings that differ in case the most frequent one is shown.
  const byFolded = new Map<string, string>();
  for (const { text } of joinShapes(shapes)) {
    const folded = foldText(text);
    if (!byFolded.has(folded)) byFolded.set(folded, text);
  }
  const patterns = [...byFolded.values()]
    .map((text) => ({ text, ...sumOf(matching(text)) }))
    .toSorted((a, b) => b.count - a.count || compareCodePoints(a.text, b.text))
    .slice(0, shown);
  const found = new Set<ShapeTally>();
  for (const { text } of patterns) for (const shape of matching(text)) found.add(shape);
  let others = 0;
  for (const shape of shapes) if (!found.has(shape)) others += shape.count;
  return { patterns, others };
}
