/**
 * Comparisons and ranges of values.
 * Invariant: the kind of the literal decides what it is compared with: numbers by numeric view, durations
 * and sizes by the unit of a text or of the field's name, texts with texts only; booleans never compare.
 * Integers compare exactly, also beyond 2^53.
 */
import { compareCodePoints } from "../../domain/text-order.ts";
import { foldText } from "../../domain/text.ts";
import type { Bound, CompareOp, CompareTest, RangeTest } from "../../query/ast.ts";
import { parseDuration, parseNumber, parseSize } from "../../query/literals.ts";
import { unitOfName } from "../../query/units.ts";
import { NOTHING, type ScalarTest, bothTests } from "./scalar-test.ts";

/** @param field the whole name of the field, whose end may state a unit. */
export function compareTest(test: CompareTest, field: string): ScalarTest {
  return boundTest(test.op, test.bound, field);
}

/** @param field the whole name of the field, whose end may state a unit. */
export function rangeTest(test: RangeTest, field: string): ScalarTest {
  return bothTests(
    boundTest(test.lowIncluded ? ">=" : ">", test.low, field),
    boundTest(test.highIncluded ? "<=" : "<", test.high, field),
  );
}

function boundTest(op: CompareOp, bound: Bound, field: string): ScalarTest {
  switch (bound.kind) {
    case "number":
      return numberBound(op, bound.integer ?? bound.value);
    case "duration": {
      const unit = unitOfName(field);
      return unitBound(
        op,
        bound.nanos,
        parseDuration,
        unit?.kind === "duration" ? unit.nanos : null,
      );
    }
    case "size": {
      const unit = unitOfName(field);
      return unitBound(op, bound.bytes, parseSize, unit?.kind === "size" ? unit.bytes : 1);
    }
    case "text":
      return {
        ...NOTHING,
        text: (value) => holds(op, compareCodePoints(foldText(value), bound.folded)),
      };
    default:
      return bound satisfies never;
  }
}

function numberBound(op: CompareOp, other: number | bigint): ScalarTest {
  const passes = (value: number | bigint): boolean => {
    switch (op) {
      case ">":
        return value > other;
      case ">=":
        return value >= other;
      case "<":
        return value < other;
      case "<=":
        return value <= other;
      default:
        return op satisfies never;
    }
  };
  return {
    ...NOTHING,
    text: (value) => {
      const view = parseNumber(value.trim());
      return view !== null && passes(view.integer ?? view.value);
    },
    number: passes,
    integer: passes,
  };
}

/** @param scale what a plain number of the field is in the bound's unit; null: numbers never match. */
function unitBound(
  op: CompareOp,
  other: number,
  parse: (text: string) => number | null,
  scale: number | null,
): ScalarTest {
  const number = (value: number): boolean => scale !== null && holds(op, value * scale - other);
  return {
    ...NOTHING,
    text: (value) => {
      const own = parse(value.trim());
      return own !== null && holds(op, own - other);
    },
    number,
    integer: (value) => number(Number(value)),
  };
}

/** @param order below, at or above zero, as the value stands to the bound. */
function holds(op: CompareOp, order: number): boolean {
  switch (op) {
    case ">":
      return order > 0;
    case ">=":
      return order >= 0;
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    default:
      return op satisfies never;
  }
}
