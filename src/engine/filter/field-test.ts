/**
 * Compiles the test of a query into a test of scalars.
 * Invariant: the message and text without a field are searched "in text", all other fields "as values";
 * the whole name of the field is known, because its end may state a unit.
 */
import { invalid } from "../../domain/fault.ts";
import type { FieldTest } from "../../query/ast.ts";
import { compareTest, rangeTest } from "./compare-test.ts";
import { exactTest } from "./exact-test.ts";
import { type Meter, UNMETERED } from "./meter.ts";
import { regexTest } from "./regex-test.ts";
import { type ScalarTest, anyTest } from "./scalar-test.ts";
import { wildAsValue, wildInText } from "./wild-test.ts";
import { wordsAsValue, wordsInText } from "./words-test.ts";

export type Place = "text" | "value";

/** Passes every scalar: what `f:*` asks of the values below a field. */
export const ANYTHING: ScalarTest = {
  text: () => true,
  number: () => true,
  integer: () => true,
  boolean: () => true,
  needle: "",
};

/**
 * @param field the whole name of the field; "" for text without one.
 * @param meter told of what may take long: long texts, and regexes.
 */
export function scalarTest(
  test: FieldTest,
  place: Place,
  field: string,
  meter: Meter = UNMETERED,
): ScalarTest {
  switch (test.kind) {
    case "words":
      return metered(place === "text" ? wordsInText(test) : wordsAsValue(test), meter);
    case "wild":
      return metered(place === "text" ? wildInText(test) : wildAsValue(test), meter);
    case "regex":
      return regexTest(test, meter);
    case "exact":
      return exactTest(test.text);
    case "exists":
      return ANYTHING;
    case "compare":
      return compareTest(test, field);
    case "range":
      return rangeTest(test, field);
    case "anyOf":
      return anyTest(test.items.map((item) => scalarTest(item, place, field, meter)));
    case "level":
    case "time":
      // The parser gives these to the fields and columns of their own kind only.
      throw invalid("query", `${field} is no ${test.kind}`);
    default:
      return test satisfies never;
  }
}

/** Of these even hundreds of tests take no time. */
const SHORT_TEXT = 256;

function metered(test: ScalarTest, meter: Meter): ScalarTest {
  return {
    ...test,
    text: (value) => {
      if (value.length > SHORT_TEXT) meter.work(value.length);
      return test.text(value);
    },
  };
}

/** A test that also refuses the empty text, which in a built-in column stands for a missing value. */
export function unlessEmpty(test: ScalarTest): ScalarTest {
  return { ...test, text: (value) => value !== "" && test.text(value) };
}
