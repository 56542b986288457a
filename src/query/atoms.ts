/**
 * Reads what may stand as a value or a term: a word, a quoted text, a wildcard, a star, a regex.
 * Invariant: an atom ends at white space, a parenthesis, `|` or one of its place's stops; what is glued
 * to it is an error.
 */

import { foldText, tokensOf } from "../domain/text.ts";
import type { RegexTest, WildTest, WordsTest } from "./ast.ts";
import { parseNumber } from "./literals.ts";
import { splice, stop } from "./problem.ts";
import { MAX_PROGRAM, type ReadRegex, readRegex } from "./regex.ts";
import { openQuote, type State, warn } from "./state.ts";
import { closingQuote, endsWord, readQuoted, readWord } from "./words.ts";

const MAX_STARS = 8;

export type Atom = { readonly start: number; readonly end: number } & (
  | { readonly kind: "words"; readonly text: string; readonly quoted: boolean }
  | { readonly kind: "wild"; readonly test: WildTest }
  | { readonly kind: "star" }
  | { readonly kind: "regex"; readonly test: RegexTest }
);

/** `stops` are characters that end a bare word here; `regex` says whether `/` may open one. */
export type Place = { readonly testStart: number; readonly stops: string; readonly regex: boolean };

/** Reads the atom at `at`; null when nothing stands there. Does not move the state. */
export function readAtom(state: State, at: number, place: Place): Atom | null {
  const { text } = state;
  if (endsWord(text, at) || place.stops.includes(text[at] ?? "")) return null;
  const starred = text[at] === "*" && closingQuote(text[at + 1]) !== undefined;
  if (starred || closingQuote(text[at]) !== undefined)
    return readQuotedAtom(state, at, starred, place);
  if (place.regex && text[at] === "/") {
    const regex = readRegex({
      text,
      at,
      testStart: place.testStart,
      inList: place.stops.includes(","),
    });
    if (regex !== null) {
      chargeRegex(state, at, regex);
      return { kind: "regex", test: regex.test, start: at, end: regex.end };
    }
  }
  const word = readWord(text, at, place.stops);
  const span = { start: at, end: word.end };
  const [first = ""] = word.pieces;
  if (word.pieces.length === 1) return { kind: "words", text: first, quoted: false, ...span };
  if (word.pieces.length - 1 > MAX_STARS) {
    const expected = `at most ${MAX_STARS} stars`;
    const message = `At most ${MAX_STARS} stars in a word; a regex may say it better`;
    stop("too_many_stars", [at, word.end], expected, message);
  }
  if (word.pieces.every((piece) => piece === "")) return { kind: "star", ...span };
  return { kind: "wild", test: wildTest(word.pieces), ...span };
}

/** Many regexes cost as much as a large one. One that is read again, at its place, counts once. */
function chargeRegex(state: State, at: number, { steps, end }: ReadRegex): void {
  state.regexSteps.set(at, steps);
  const all = state.regexSteps.values().reduce((sum, one) => sum + one, 0);
  if (all > MAX_PROGRAM)
    stop(
      "regex_long",
      [at, end],
      `regexes of at most ${MAX_PROGRAM} steps together`,
      "The regexes of this query are too large together",
    );
}

function readQuotedAtom(state: State, at: number, starred: boolean, place: Place): Atom {
  const { text } = state;
  const quoted = readQuoted(text, starred ? at + 1 : at);
  if (!quoted.closed) openQuote(state, quoted.start);
  const open = text[quoted.end] === "*";
  const end = open ? quoted.end + 1 : quoted.end;
  if (!endsWord(text, end) || text[end] === "(") {
    if (!place.stops.includes(text[end] ?? "(")) {
      stop("glued_text", [end, end + 1], "a space", "Expected a space after the closing quote", [
        splice(text, end, end, " "),
      ]);
    }
  }
  if (!starred && !open) return { kind: "words", text: quoted.text, quoted: true, start: at, end };
  if (quoted.text === "") return { kind: "star", start: at, end };
  const pieces = [...(starred ? [""] : []), quoted.text, ...(open ? [""] : [])];
  return { kind: "wild", test: wildTest(pieces), start: at, end };
}

/** Stars side by side are one. */
export function wildTest(written: readonly string[]): WildTest {
  const last = written.length - 1;
  const pieces = written.filter((piece, i) => piece !== "" || i === 0 || i === last);
  return { kind: "wild", pieces, folded: pieces.map(foldText) };
}

/** @param numeric whether an unquoted number literal equals numbers by value here. */
export function wordsTest(text: string, numeric: boolean): WordsTest {
  return {
    kind: "words",
    text,
    folded: foldText(text),
    tokens: tokensOf(text),
    number: numeric ? parseNumber(text) : null,
  };
}

/** Warns of a star at an end of a quoted text, where it is a star and no wildcard. */
export function warnOfQuotedStar(state: State, atom: Atom): void {
  if (atom.kind !== "words" || !atom.quoted) return;
  const [, before = "", inner = "", after = ""] = /^(\*?)([^]*?)(\*?)$/.exec(atom.text) ?? [];
  if (before + after === "" || /^\**$/.test(inner)) return;
  const open = state.text[atom.start] ?? '"';
  const close = state.text[atom.end - 1] ?? '"';
  warn(state, "star_in_quotes", atom, "A star inside quotes is a star: a wildcard stands outside", [
    splice(state.text, atom.start, atom.end, `${before}${open}${inner}${close}${after}`),
  ]);
}
