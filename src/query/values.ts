/**
 * Reads what follows a field's operator: a value, a comparison or a list.
 * Invariant: the state stands behind the operator on entry and behind the value on return.
 */

import type { CompareOp, FieldTest } from "./ast.ts";
import { type Atom, type Place, readAtom, warnOfQuotedStar, wordsTest } from "./atoms.ts";
import { parseNumber } from "./literals.ts";
import { quote, splice, stop } from "./problem.ts";
import { parseRange } from "./ranges.ts";
import {
  compareTest,
  levelTest,
  levelValue,
  nameText,
  type OpenTest,
  rewrite,
  timeTest,
  timeValue,
  typeOf,
} from "./scalars.ts";
import { peek, type State, warn } from "./state.ts";
import { endsWord, isSign, isSpace, isWordAt, readWord, skipSpace } from "./words.ts";

const MAX_ITEMS = 500;

/** Reads the value of `test`; the negation of `!=` is the caller's. */
export function parseValue(state: State, test: OpenTest): FieldTest {
  const { text } = state;
  if (test.op === ":") {
    if (isMissing(text, state.pos)) missingValue(state, test);
  } else {
    state.pos = skipSpace(text, state.pos);
    if (isMissing(text, state.pos)) missingValue(state, test);
  }
  const place: Place = { testStart: test.start, stops: "", regex: true };
  switch (test.op) {
    case ">":
    case ">=":
    case "<":
    case "<=":
      return parseComparison(state, test, test.op, place);
    case ":=":
      return parseExact(state, test, place);
    case ":":
    case "=":
    case "!=":
      break;
    default:
      test.op satisfies never;
  }
  if (text[state.pos] === "(") return parseList(state, test);
  return parsePlain(state, test, place);
}

function isMissing(text: string, at: number): boolean {
  return endsWord(text, at) && text[at] !== "(";
}

function missingValue(state: State, test: OpenTest): never {
  const { text } = state;
  const written = text.slice(test.start, test.opEnd);
  const next = skipSpace(text, test.opEnd);
  const word = readWord(text, next);
  const joined = splice(text, test.opEnd, next, "");
  const together = splice(text, test.start, word.end, quote(text.slice(test.start, word.end)));
  const any = splice(text, test.start, test.opEnd, `${nameText(state, test)}:*`);
  const alone = splice(text, test.start, test.opEnd, quote(written));
  const colon = test.op === ":";
  const fixes = colon && word.end > next ? [joined, together] : colon ? [any, alone] : [any];
  stop(
    "missing_value",
    [test.start, test.opEnd],
    "a value",
    `Expected a value after \`${written}\``,
    fixes,
  );
}

function parsePlain(state: State, test: OpenTest, place: Place): FieldTest {
  const { text } = state;
  const at = state.pos;
  const char = text[at] ?? "";
  if (char === "[" || char === "{") return parseRange(state, test);
  if (char === "~") tilde(state, test);
  if (char === "!" && isSign(text, at)) {
    stop("negated_value", [at, at + 1], "a value", "The negation stands before the field", [
      splice(splice(text, at, at + 1, ""), test.start, test.start, "-"),
    ]);
  }
  const atom = readAtom(state, at, place);
  if (atom === null) return missingValue(state, test);
  state.pos = atom.end;
  if (text[atom.end] === "(") gluedParenthesis(state, atom);
  warnOfValue(state, test, atom);
  return testOf(state, test, atom);
}

function tilde(state: State, test: OpenTest): never {
  const { text, pos } = state;
  const word = readWord(text, pos + 1);
  const value = text.slice(pos + 1, word.end);
  const name = nameText(state, test);
  stop(
    "operator",
    [pos, pos + 1],
    "a value or /regex/",
    "`~` is not an operator: a regex is written /…/",
    [
      ...(value === ""
        ? []
        : [rewrite(state, test, word.end, `${name}:/${value.replaceAll("/", "\\/")}/`)]),
      ...(value === "" ? [] : [rewrite(state, test, word.end, `${name}:*${value}*`)]),
    ],
  );
}

function gluedParenthesis(state: State, atom: Atom): never {
  const { text } = state;
  const close = text.indexOf(")", atom.end);
  const end = close < 0 ? text.length : close + 1;
  const word = text.slice(atom.start, atom.end);
  stop(
    "glued_text",
    [atom.end, atom.end + 1],
    "a space or the end of the value",
    "A value with a parenthesis needs quotes",
    [
      ...(word.toLowerCase() === "in" ? [splice(text, atom.start, atom.end, "")] : []),
      splice(text, atom.start, end, quote(text.slice(atom.start, end))),
    ],
  );
}

/** What one atom means as the value of this field. */
function testOf(state: State, test: OpenTest, atom: Atom): FieldTest {
  if (atom.kind === "star") return { kind: "exists" };
  const type = typeOf(test.field);
  if (type === "level" || type === "time" || type === "pattern") {
    if (atom.kind !== "words") typedField(state, test, atom, type);
    if (type === "level") return levelTest(":", levelValue(state, test, atom));
    if (type === "time") return timeTest(":", timeValue(state, test, atom), atom.text);
  }
  if (atom.kind !== "words") return atom.test;
  if (type === "id") return { kind: "exact", text: atom.text };
  return wordsTest(atom.text, type === "value" && !atom.quoted);
}

function typedField(
  state: State,
  test: OpenTest,
  atom: Atom,
  type: "level" | "time" | "pattern",
): never {
  const what = atom.kind === "regex" ? "regex" : "wildcard";
  const name = nameText(state, test);
  stop(
    "typed_field",
    [test.start, atom.end],
    `a ${type}`,
    `\`${name}\` takes no ${what}`,
    type === "level" ? [rewrite(state, test, atom.end, `${name}:>=warn`)] : [],
  );
}

function parseExact(state: State, test: OpenTest, place: Place): FieldTest {
  const { text, pos } = state;
  const name = nameText(state, test);
  if (text[pos] === "(") {
    const fix = splice(text, test.nameEnd, pos, ":");
    stop("cmp_value", [pos, pos + 1], "a text", "`:=` takes one word or a quoted text", [fix]);
  }
  // A path is a text here: `:=/a/b/` never reads as a regex.
  const atom = readAtom(state, pos, { ...place, regex: false });
  if (atom === null) return missingValue(state, test);
  if (atom.kind !== "words") {
    const value = text.slice(atom.start, atom.end);
    stop(
      "cmp_value",
      [atom.start, atom.end],
      "a text",
      "`:=` compares character by character: it takes no wildcard",
      [
        rewrite(state, test, atom.end, `${name}:${value}`),
        splice(text, atom.start, atom.end, quote(value)),
      ],
    );
  }
  state.pos = atom.end;
  if (text[atom.end] === "(") gluedParenthesis(state, atom);
  const type = typeOf(test.field);
  if (type === "level" || type === "time") return testOf(state, test, atom);
  return { kind: "exact", text: atom.text };
}

function parseComparison(state: State, test: OpenTest, op: CompareOp, place: Place): FieldTest {
  const { text, pos } = state;
  if (text[pos] === "(") {
    stop("cmp_value", [pos, pos + 1], "a number, a time or a text", "A comparison takes no list", [
      splice(text, test.nameEnd, pos, ":"),
    ]);
  }
  const atom = readAtom(state, pos, place);
  if (atom === null) return missingValue(state, test);
  state.pos = atom.end;
  if (text[atom.end] === "(") gluedParenthesis(state, atom);
  return compareTest(state, test, op, atom);
}

function parseList(state: State, test: OpenTest): FieldTest {
  const { text } = state;
  const open = state.pos;
  const items: FieldTest[] = [];
  state.pos++;
  for (;;) {
    const char = peek(state);
    if (char === ")") break;
    if (char === "" || char === "|") {
      const end = text.slice(0, state.pos).trimEnd().length;
      stop("missing_paren", [open, open + 1], "`)`", "This `(` is not closed", [
        splice(text, end, end, ")"),
      ]);
    }
    if (char === "," || (items.length > 0 && isWordAt(text, state.pos, "OR"))) {
      state.pos += char === "," ? 1 : 2;
      continue;
    }
    items.push(parseItem(state, test, open));
    if (items.length > MAX_ITEMS) {
      stop(
        "too_many_terms",
        [open, state.pos],
        `at most ${MAX_ITEMS} items`,
        `A list has at most ${MAX_ITEMS} items`,
      );
    }
  }
  state.pos++;
  const [first] = items;
  if (first === undefined) {
    stop("empty_list", [open, state.pos], "a value", "Nothing between the parentheses", [
      splice(text, test.opEnd, state.pos, "*"),
    ]);
  }
  // Whatever passes another item has a value.
  const exists = items.find(({ kind }) => kind === "exists");
  return exists ?? (items.length === 1 ? first : { kind: "anyOf", items });
}

function parseItem(state: State, test: OpenTest, open: number): FieldTest {
  const { text, pos } = state;
  const place: Place = { testStart: test.start, stops: ",", regex: true };
  const [operator] =
    /^(?:AND|OR|NOT)(?![^\s(),|])|^(?:&&)(?![^\s(),|])/.exec(text.slice(pos)) ?? [];
  if (operator !== undefined) listOperator(state, test, open, pos, pos + operator.length);
  const word = readWord(text, pos, ",");
  const negative = text[pos] === "-" && !/^-\.?\d/.test(text.slice(pos, word.end));
  if (isSign(text, pos) && (negative || text[pos] === "!"))
    listOperator(state, test, open, pos, pos + 1);
  if (text[pos] === "(") {
    stop("unexpected", [pos, pos + 1], "a value", "A list holds values, no groups", [
      splice(text, pos, pos + 1, ""),
    ]);
  }
  const [sign] = /^(?:[<>]=?|=)/.exec(text.slice(pos, pos + 2)) ?? [];
  if (sign === undefined) return parsePlain(state, test, place);
  state.pos = skipSpace(text, pos + sign.length);
  const item: OpenTest = {
    ...test,
    op: sign === "=" ? ":=" : (sign as CompareOp),
    opEnd: pos + sign.length,
  };
  if (isMissing(text, state.pos)) return missingValue(state, item);
  return sign === "="
    ? parseExact(state, item, place)
    : parseComparison(state, item, sign as CompareOp, place);
}

/** AND and negation in a list: the fix writes the tests side by side. */
function listOperator(
  state: State,
  test: OpenTest,
  open: number,
  start: number,
  end: number,
): never {
  const { text } = state;
  const close = text.indexOf(")", open);
  const fixes: string[] = [];
  if (close > 0) {
    const words = text
      .slice(open + 1, close)
      .split(/[\s,]+/)
      .filter((word) => word !== "");
    const tests = sideBySide(nameText(state, test), words);
    fixes.push(splice(text, test.start, close + 1, tests));
  }
  const message = "A list means any of its values: AND and negation stand outside";
  stop("list_operator", [start, end], "a value", message, fixes);
}

function sideBySide(name: string, words: readonly string[]): string {
  const positive: string[] = [];
  const negative: string[] = [];
  let negated = false;
  for (const word of words) {
    if (word === "NOT") negated = true;
    if (/^(?:AND|OR|NOT|&&)$/.test(word)) continue;
    const bare = word.replace(/^[-!]/, "");
    (negated || bare !== word ? negative : positive).push(bare);
    negated = false;
  }
  const conjunction = words.includes("AND") || words.includes("&&") || positive.length === 1;
  const listed = conjunction
    ? positive.map((word) => `${name}:${word}`)
    : [`${name}:(${positive.join(" ")})`];
  return [
    ...(positive.length === 0 ? [] : listed),
    ...negative.map((word) => `-${name}:${word}`),
  ].join(" ");
}

/** Warnings of values that probably mean something else. */
function warnOfValue(state: State, test: OpenTest, atom: Atom): void {
  const { text } = state;
  const type = typeOf(test.field);
  const name = nameText(state, test);
  const raw = text.slice(atom.start, atom.end);
  if (type === "level" || type === "time") return;
  if (type !== "pattern") warnOfQuotedStar(state, atom);
  if (atom.kind === "regex" && /^[\p{L}\p{N}_.\-/~% ]+$/u.test(atom.test.source)) {
    warn(state, "regex_or_path", atom, "This reads as a regex; a path is written in quotes", [
      splice(text, atom.start, atom.end, quote(raw)),
    ]);
  }
  if (atom.kind !== "words" || atom.quoted) return;
  if (atom.text.toLowerCase() === "null") {
    const span = { start: test.start, end: atom.end };
    const fix = rewrite(state, test, atom.end, `-${name}:*`);
    warn(state, "null_word", span, "`null` is the text; a missing field is `-f:*`", [fix]);
  }
  const parts = atom.text.split(",");
  const inList = isSpace(text[test.opEnd]) || text[test.opEnd] === "(";
  if (
    !inList &&
    parts.length > 1 &&
    parts.every((part) => part !== "") &&
    parseNumber(atom.text) === null
  ) {
    const fix = rewrite(state, test, atom.end, `${name}:(${raw.split(",").join(" ")})`);
    warn(
      state,
      "comma_value",
      atom,
      "The comma is part of this value; several values stand in parentheses",
      [fix],
    );
  }
}
