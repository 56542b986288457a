/**
 * Prints texts, values, comparisons and lists.
 * Invariant: what is written bare has been read back in its own place with the same result.
 */

import type { Bound, FieldRef, FieldTest, Filter, TextTest, WildTest, Written } from "./ast.ts";
import { parseFilter } from "./filter.ts";
import { type Out, pushPath } from "./print-out.ts";
import { ParseStop, quote } from "./problem.ts";
import { printRegex } from "./regex.ts";
import { typeOf } from "./scalars.ts";
import { newState } from "./state.ts";

/** The characters of bare words and values. */
const BARE = /^[\p{L}\p{M}\p{Nd}_./:@+,=%~#?&-]+$/u;
/** Read alone these are words, between two others they are operators. */
const OPERATOR_WORD = /^[=~]+$/;

/** Reading back happens where no time is named, so any context will do. */
const CONTEXT = { nowNanos: 0n, timeZone: "UTC" };

/** What `text` reads as when it is a whole filter; null when it is not valid. */
function readBack(text: string): Filter | null {
  const state = newState(text, CONTEXT);
  try {
    const filter = parseFilter(state);
    return state.pos === text.length ? filter : null;
  } catch (error) {
    if (error instanceof ParseStop) return null;
    throw error;
  }
}

/** The test that `value` reads as behind `x`, written with its operator. */
function readBackTest(value: string): FieldTest | null {
  const filter = readBack(`x${value}`);
  return filter?.kind === "field" ? filter.test : null;
}

/** @param negated a sign stands directly before. */
export function printTextTest(out: Out, test: TextTest, negated: boolean): void {
  switch (test.kind) {
    case "words":
      out.push(isBareTerm(test.text, negated) ? test.text : quote(test.text));
      return;
    case "wild":
      out.push(printWild(test, negated, (text) => sameWild(readBack(text), test)));
      return;
    case "regex":
      out.push(printRegex(test));
      return;
    default:
      test satisfies never;
  }
}

function isBareTerm(text: string, negated: boolean): boolean {
  if (!BARE.test(text) || text.startsWith("/") || OPERATOR_WORD.test(text)) return false;
  if (negated && text.startsWith("-")) return false;
  const filter = readBack(text);
  return filter?.kind === "text" && filter.test.kind === "words" && filter.test.text === text;
}

function sameWild(filter: Filter | null, wild: WildTest): boolean {
  return filter?.kind === "text" && isSameWild(filter.test, wild);
}

function isSameWild(test: FieldTest | null, wild: WildTest): boolean {
  return test?.kind === "wild" && JSON.stringify(test.pieces) === JSON.stringify(wild.pieces);
}

function printWild(test: WildTest, negated: boolean, readsBack: (text: string) => boolean): string {
  const bare = test.pieces.join("*");
  if (negated && bare.startsWith("-")) return quotedWild(test);
  if (
    !bare.startsWith("/") &&
    test.pieces.every((p) => p === "" || BARE.test(p)) &&
    readsBack(bare)
  )
    return bare;
  return quotedWild(test);
}

/** Quotes with the stars outside; with a star between two texts, escapes. */
function quotedWild(test: WildTest): string {
  const texts = test.pieces.filter((piece) => piece !== "");
  const [only] = texts;
  if (texts.length === 1 && only !== undefined) {
    return test.pieces.map((piece) => (piece === "" ? "" : quote(only))).join("*");
  }
  return test.pieces
    .map((piece) => piece.replaceAll(/[\\*"'“”„()|:/[\]{}<>=!,~\-\s]/g, "\\$&"))
    .join("*");
}

/** Writes `name:value`; `name` is printed already. */
export function printTest(out: Out, name: string, field: FieldRef, test: FieldTest): void {
  const start = out.length;
  out.push(name);
  out.push(":");
  printValue(out, field, test, false);
  // A colon behind one letter and before `\` is no separator.
  const value = out[start + 2];
  if (name.length === 1 && typeof value === "string" && value.startsWith("\\"))
    out[start] = quote(name);
}

function printValue(out: Out, field: FieldRef, test: FieldTest, inList: boolean): void {
  const value = (text: string): string => (inList ? `:(${text} y)` : `:${text}`);
  switch (test.kind) {
    case "words": {
      const numeric = typeOf(field) === "value";
      const bare = isBareValue(
        test.text,
        value(test.text),
        inList,
        numeric ? test.number !== null : null,
      );
      const quoted = quote(test.text);
      if (bare) pushPath(out, test.text, quoted, inList);
      else out.push(quoted);
      return;
    }
    case "wild": {
      const bare = test.pieces.join("*");
      const isBare =
        test.pieces.every((piece) => piece === "" || BARE.test(piece)) &&
        isSameWild(firstOf(readBackTest(value(bare)), inList), test);
      if (isBare) pushPath(out, bare, quotedWild(test), inList);
      else out.push(quotedWild(test));
      return;
    }
    case "regex":
      out.push(printRegex(test));
      return;
    case "exact":
      printExact(out, field, test.text, inList);
      return;
    case "exists":
      out.push("*");
      return;
    case "compare":
      out.push(test.op);
      printBound(out, test.bound, (text) => (inList ? `:(>${text} y)` : `:>${text}`), inList);
      return;
    case "range":
      out.push(test.lowIncluded ? "[" : "{");
      printEnd(out, test.low);
      out.push(" TO ");
      printEnd(out, test.high);
      out.push(test.highIncluded ? "]" : "}");
      return;
    case "level":
    case "time":
      printWritten(out, test.written);
      return;
    case "anyOf":
      out.push("(");
      test.items.forEach((item, i) => {
        if (i > 0) out.push(" ");
        printValue(out, field, item, true);
      });
      out.push(")");
      return;
    default:
      test satisfies never;
  }
}

/** The item itself, or of a list its first. */
function firstOf(test: FieldTest | null, inList: boolean): FieldTest | null {
  if (!inList) return test;
  return test?.kind === "anyOf" && test.items.length === 2 ? (test.items[0] ?? null) : null;
}

/** @param number whether the bare text must read as a number literal; null where that does not matter. */
function isBareValue(
  text: string,
  written: string,
  inList: boolean,
  number: boolean | null,
): boolean {
  if (!BARE.test(text)) return false;
  const test = firstOf(readBackTest(written), inList);
  if (test?.kind !== "words" || test.text !== text) return false;
  return number === null || (test.number !== null) === number;
}

function printExact(out: Out, field: FieldRef, text: string, inList: boolean): void {
  // An id is compared whole, with or without the sign.
  if (typeOf(field) === "id") {
    const bare = isBareValue(text, inList ? `:(${text} y)` : `:${text}`, inList, null);
    if (bare) pushPath(out, text, quote(text), inList);
    else out.push(quote(text));
    return;
  }
  const test = BARE.test(text)
    ? firstOf(readBackTest(inList ? `:(=${text} y)` : `:=${text}`), inList)
    : null;
  out.push("=");
  out.push(test?.kind === "exact" && test.text === text ? text : quote(text));
}

function printBound(
  out: Out,
  bound: Bound,
  written: (text: string) => string,
  inList: boolean,
): void {
  const test = BARE.test(bound.text) ? firstOf(readBackTest(written(bound.text)), inList) : null;
  const bare = test?.kind === "compare" && sameBound(test.bound, bound);
  if (bare) pushPath(out, bound.text, quote(bound.text), inList);
  else out.push(quote(bound.text));
}

function printEnd(out: Out, bound: Bound): void {
  const { text } = bound;
  const test = BARE.test(text) ? readBackTest(`:[${text} TO ${text}]`) : null;
  out.push(test?.kind === "range" && sameBound(test.low, bound) ? text : quote(text));
}

function sameBound(a: Bound, b: Bound): boolean {
  return a.kind === b.kind && a.text === b.text;
}

/** Levels and times; a comma would end an item of a list. */
function printWritten(out: Out, written: Written): void {
  const put = (text: string): string =>
    BARE.test(text) && !text.includes(",") ? text : quote(text);
  if (written.op !== "range") {
    out.push(written.op === ":" ? put(written.text) : written.op + put(written.text));
    return;
  }
  const [open, close] = [written.lowIncluded ? "[" : "{", written.highIncluded ? "]" : "}"];
  out.push(`${open}${put(written.low)} TO ${put(written.high)}${close}`);
}
