/**
 * Reads what stands behind a comparison or at an end of a range.
 * Invariant: a literal has one kind; what begins like a number and is none is an error; a quoted
 * literal is a text (of `level` and `time`: still a level, a time).
 */

import { compareCodePoints } from "../domain/text-order.ts";
import { foldText } from "../domain/text.ts";
import type {
  Bound,
  BuiltinName,
  CompareOp,
  FieldRef,
  FieldTest,
  LevelTest,
  TimeTest,
} from "./ast.ts";
import type { Atom } from "./atoms.ts";
import { type LevelBand, nearestLevel, parseLevel } from "./levels.ts";
import {
  isBrokenNumber,
  likelyNumbers,
  parseDuration,
  parseNumber,
  parseSize,
} from "./literals.ts";
import { quote, splice, stop } from "./problem.ts";
import type { State } from "./state.ts";
import { parseTime, type TimeSpan } from "./time-literal.ts";
import type { Operator } from "./words.ts";

/** One test while it is read: where it and its name stand, and its operator. */
export type OpenTest = {
  readonly field: FieldRef;
  readonly start: number;
  readonly nameEnd: number;
  readonly op: Operator;
  readonly opEnd: number;
};

/** How the values of a field are read: fields with their own literals, texts, or plain values. */
export type FieldType = "level" | "time" | "id" | "pattern" | "message" | "value";

const OWN_TYPES: Partial<Record<BuiltinName, FieldType>> = {
  level: "level",
  time: "time",
  id: "id",
  pattern: "pattern",
  message: "message",
};

export function typeOf(field: FieldRef): FieldType {
  if (field.kind === "builtin") return OWN_TYPES[field.name] ?? "value";
  return field.kind === "column" ? field.type : "value";
}

/** The name as it was written, `@` and quotes included. */
export function nameText(state: State, test: OpenTest): string {
  return state.text.slice(test.start, test.nameEnd);
}

/** The whole query with this test, up to `end`, written another way. */
export function rewrite(state: State, test: OpenTest, end: number, put: string): string {
  return splice(state.text, test.start, end, put);
}

export function levelValue(state: State, test: OpenTest, atom: Atom): LevelBand {
  const text = atom.kind === "words" ? atom.text : "";
  const band = parseLevel(text);
  if (band !== null) return band;
  const near = nearestLevel(text);
  return stop(
    "level_value",
    [atom.start, atom.end],
    "trace, debug, info, warn, error, fatal or 1 to 24",
    `\`${text}\` is not a level`,
    [
      ...(near === undefined ? [] : [splice(state.text, atom.start, atom.end, near)]),
      rewrite(state, test, atom.end, quote(text)),
    ],
  );
}

export function timeValue(state: State, test: OpenTest, atom: Atom): TimeSpan {
  const text = atom.kind === "words" ? atom.text : "";
  const span = parseTime(text, state.time);
  if (span !== null) return span;
  return stop(
    "time_value",
    [atom.start, atom.end],
    "a time such as 2026-11-24T14:02, -15m or now",
    `\`${text}\` is not a time`,
    [rewrite(state, test, atom.end, `${nameText(state, test)}:>-15m`)],
  );
}

/** Reads a literal of a field without literals of its own. */
export function boundValue(state: State, test: OpenTest, atom: Atom): Bound {
  if (atom.kind !== "words") return wildcardBound(state, test, atom);
  const bound = boundOf(atom.text, atom.quoted);
  if (bound !== null) return bound;
  return stop(
    "number",
    [atom.start, atom.end],
    "a number, a duration (1.5s) or a size (10MB)",
    `\`${atom.text}\` is not a number`,
    [...likelyNumbers(atom.text), quote(atom.text)].map((put) =>
      splice(state.text, atom.start, atom.end, put),
    ),
  );
}

/** @returns null for what begins like a number and is none. */
export function boundOf(text: string, quoted: boolean): Bound | null {
  if (!quoted) {
    const number = parseNumber(text);
    if (number !== null) return { kind: "number", text, ...number };
    const nanos = parseDuration(text);
    if (nanos !== null) return { kind: "duration", text, nanos };
    const bytes = parseSize(text);
    if (bytes !== null) return { kind: "size", text, bytes };
    if (isBrokenNumber(text)) return null;
  }
  return { kind: "text", text, folded: foldText(text) };
}

/** Stops: a comparison takes no wildcard, no star and no regex. */
export function wildcardBound(state: State, test: OpenTest, atom: Atom): never {
  const what = atom.kind === "regex" ? "regex" : "wildcard";
  const value = state.text.slice(atom.start, atom.end);
  stop(
    "cmp_value",
    [atom.start, atom.end],
    "a number, a time or a text",
    `A comparison takes no ${what}`,
    [rewrite(state, test, atom.end, `${nameText(state, test)}:${value}`)],
  );
}

/** Negative, 0 or positive; null when the two are of different kinds. */
export function compareBounds(a: Bound, b: Bound): number | null {
  if (a.kind === "number" && b.kind === "number") {
    if (a.integer !== null && b.integer !== null)
      return a.integer < b.integer ? -1 : a.integer > b.integer ? 1 : 0;
    return a.value - b.value;
  }
  if (a.kind === "duration" && b.kind === "duration") return a.nanos - b.nanos;
  if (a.kind === "size" && b.kind === "size") return a.bytes - b.bytes;
  if (a.kind === "text" && b.kind === "text") return compareCodePoints(a.folded, b.folded);
  return null;
}

/** The test `field op literal`; of a list, a range with one open end, or by itself. */
export function compareTest(state: State, test: OpenTest, op: CompareOp, atom: Atom): FieldTest {
  if (atom.kind !== "words") return wildcardBound(state, test, atom);
  switch (typeOf(test.field)) {
    case "level":
      return levelTest(op, levelValue(state, test, atom));
    case "time":
      return timeTest(op, timeValue(state, test, atom), atom.text);
    case "pattern": {
      const fix = rewrite(state, test, atom.end, `${nameText(state, test)}:${quote(atom.text)}`);
      return stop("typed_field", [test.start, atom.end], "a pattern", "`pattern` is not compared", [
        fix,
      ]);
    }
    default:
      return { kind: "compare", op, bound: boundValue(state, test, atom) };
  }
}

/** `>error` is above the whole band, `<=error` up to its end. */
export function levelTest(op: ":" | CompareOp, band: LevelBand): LevelTest {
  const min = op === ">" ? band.max + 1 : op === ":" || op === ">=" ? band.min : 1;
  const max = op === "<" ? band.min - 1 : op === ":" || op === "<=" ? band.max : 24;
  return { kind: "level", min, max, written: { op, text: band.text } };
}

/** `>` is after the literal's span, `<=` to its end. */
export function timeTest(op: ":" | CompareOp, span: TimeSpan, text: string): TimeTest {
  const from = op === ">" ? span.to : op === ":" || op === ">=" ? span.from : null;
  const to = op === "<" ? span.from : op === ":" || op === "<=" ? span.to : null;
  return { kind: "time", from, to, written: { op, text } };
}
