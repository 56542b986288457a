/**
 * Words and quoted texts. In text their tokens stand in a row, or, when there are none, their
 * characters; as a value the whole value is equal, or it has white space and holds them "in text".
 * Invariant: everything is compared folded; folding keeps the length of a text.
 */
import { foldText, hasTokensInRow } from "../../domain/text.ts";
import type { NumberLiteral, WordsTest } from "../../query/ast.ts";
import type { ScalarTest } from "./scalar-test.ts";

const WHITE = /\s/;

/** Words as they are searched in a message and in text without a field. */
export function wordsInText(test: WordsTest): ScalarTest {
  const inText = inFoldedText(test);
  return {
    ...equalForm(test.folded),
    text: (value) => inText(foldText(value)),
    needle: needleOf(test),
  };
}

/** Words as they are compared with the values of a field. */
export function wordsAsValue(test: WordsTest): ScalarTest {
  const { folded, number } = test;
  const inText = inFoldedText(test);
  const form = equalForm(folded);
  return {
    text: (value) => {
      const spaced = WHITE.test(value);
      if (!spaced && value.length !== folded.length) return false;
      const own = foldText(value);
      return own === folded || (spaced && inText(own));
    },
    number: number === null ? form.number : (value) => equalsLiteral(value, number),
    integer: number === null ? form.integer : (value) => equalsLiteral(value, number),
    boolean: form.boolean,
    needle: needleOf(test),
  };
}

/** True when `value` and the literal are the same number, exactly. */
function equalsLiteral(value: number | bigint, literal: NumberLiteral): boolean {
  const other = literal.integer ?? literal.value;
  // Numbers and bigints compare exactly by < and >, without a conversion.
  return !(value < other) && !(value > other);
}

/** Numbers and booleans whose whole text form is `folded`. */
function equalForm(folded: string): Omit<ScalarTest, "text" | "needle"> {
  const number = Number(folded);
  // The text form of a number is unique: one number can pass, and it needs no text per row.
  const target = folded !== "" && String(number).toLowerCase() === folded ? number : Number.NaN;
  return {
    number: (value) => value === target,
    integer: (value) => String(value) === folded,
    boolean: (value) => String(value) === folded,
  };
}

function inFoldedText(test: WordsTest): (folded: string) => boolean {
  const { folded, tokens } = test;
  if (folded === "") return (value) => value === "";
  if (tokens.length === 0) return (value) => value.includes(folded);
  return (value) => hasTokensInRow(value, tokens);
}

function needleOf(test: WordsTest): string {
  if (test.tokens.length === 0) return test.folded;
  return test.tokens.reduce(
    (longest, token) => (token.length > longest.length ? token : longest),
    "",
  );
}
