/**
 * How much the counts of a value in two windows of time say that its share changed.
 * Invariant: the score is the log-likelihood ratio G of the two counts (Dunning 1993), with the sign of the change: 0 for
 * equal shares and while a window is empty, larger for larger changes and for more entries. Values of one form are one.
 */
import type { Scalar } from "../../domain/entry.ts";
import { compareCodePoints } from "../../domain/text-order.ts";
import type { FieldRef } from "../../query/ast.ts";
import { compareTotally } from "../pipe/cell.ts";
import { typeOfField } from "../pipe/field-cell.ts";
import { ValueCounts } from "./value-counts.ts";

export interface ValueDifference {
  readonly field: FieldRef;
  readonly value: Scalar;
  readonly count: number;
  readonly baselineCount: number;
  /** Rounded, so that changes that are one are equal. */
  readonly score: number;
}

/** Chance alone gives a value such a score once in a thousand: χ² with one degree of freedom. */
export const LEAST_SCORE = 10.83;
const DIGITS = 1000;

/** Keeps the strongest differences of those it is given. */
export class StrongestDifferences {
  readonly #wanted: number;
  readonly #entries: number;
  readonly #baselineEntries: number;
  #kept: ValueDifference[] = [];

  /** @param entries of the window, and of the baseline: all that the counts are shares of. */
  constructor(wanted: number, entries: number, baselineEntries: number) {
    this.#wanted = wanted;
    this.#entries = entries;
    this.#baselineEntries = baselineEntries;
  }

  /**
   * Adds the values of a field; their counts are not used any more afterwards.
   * @returns false when there are more than `most` in both windows together: none is added.
   */
  add(
    field: FieldRef,
    window: ValueCounts | undefined,
    baseline: ValueCounts | undefined,
    most: number,
  ): boolean {
    const joined = (window ?? new ValueCounts(field)).joined(baseline);
    if (joined.size > most) return false;
    for (let id = 0; id < joined.size; id++) {
      const count = joined.countOf(id);
      const baselineCount = joined.otherCountOf(id);
      const score = scoreOf(count, this.#entries, baselineCount, this.#baselineEntries);
      if (Math.abs(score) < LEAST_SCORE) continue;
      this.#kept.push({ field, value: joined.valueOf(id), count, baselineCount, score });
      // Sorted now and then, so that no more than twice as many are held.
      if (this.#kept.length >= this.#wanted * 2) this.#cut();
    }
    return true;
  }

  /** The strongest first; of equals by field, then by value. */
  finish(): readonly ValueDifference[] {
    this.#cut();
    return this.#kept;
  }

  #cut(): void {
    this.#kept = this.#kept.toSorted(compareDifferences).slice(0, this.#wanted);
  }
}

/** @returns G of a value that `count` of `entries` have, and `other` of `others`. */
export function scoreOf(count: number, entries: number, other: number, others: number): number {
  if (entries === 0 || others === 0) return 0;
  const all = entries + others;
  const having = count + other;
  const part = (seen: number, group: number, kind: number): number =>
    seen === 0 ? 0 : seen * Math.log((seen / group) * (all / kind));
  const sum =
    part(count, entries, having) +
    part(other, others, having) +
    part(entries - count, entries, all - having) +
    part(others - other, others, all - having);
  const score = Math.round(2 * sum * DIGITS) / DIGITS;
  return count / entries < other / others ? -score : score;
}

function compareDifferences(a: ValueDifference, b: ValueDifference): number {
  return (
    Math.abs(b.score) - Math.abs(a.score) ||
    compareCodePoints(a.field.name, b.field.name) ||
    compareCodePoints(a.field.kind, b.field.kind) ||
    compareTotally(a.value, b.value, typeOfField(a.field))
  );
}
