/**
 * Reads a filter naively: one entry at a time, each value by the letter of the language's section 3 and 4.
 * Invariant: shares no code with the engine beyond folding, tokens, and the reading of literals.
 */
import { RE2JS } from "re2js";
import {
  type AttributeValue,
  type Entry,
  type Scalar,
  entryIdText,
} from "../../src/domain/entry.ts";
import { foldText, tokenSpans } from "../../src/domain/text.ts";
import type {
  Bound,
  CompareOp,
  FieldTest,
  Filter,
  WildTest,
  WordsTest,
} from "../../src/query/ast.ts";
import { parseDuration, parseNumber, parseSize } from "../../src/query/literals.ts";
import { unitOfName } from "../../src/query/units.ts";
import { oracleShape } from "./shape.ts";

export interface Leaf {
  readonly name: string;
  readonly value: Scalar;
}

/** Every scalar of the attributes under its whole dotted name, lists flattened. */
export function leavesOf(entry: Entry): Leaf[] {
  return [...entry.attributes].flatMap(([name, value]) => leavesBelow(name, value));
}

function leavesBelow(name: string, value: AttributeValue): Leaf[] {
  if (value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item: AttributeValue) => leavesBelow(name, item));
  if (typeof value === "object")
    return Object.entries(value).flatMap(([key, inner]) => leavesBelow(`${name}.${key}`, inner));
  return [{ name, value }];
}

export function entryMatches(filter: Filter, entry: Entry): boolean {
  switch (filter.kind) {
    case "all":
      return true;
    case "and":
      return filter.parts.every((part) => entryMatches(part, entry));
    case "or":
      return filter.parts.some((part) => entryMatches(part, entry));
    case "not":
      return !entryMatches(filter.part, entry);
    case "text": {
      const texts = [entry.traceId, entry.spanId].filter((text) => text !== "");
      const values = [entry.message, ...texts, ...leavesOf(entry).map((leaf) => leaf.value)];
      return values.some((value) => passes(filter.test, value, "text", ""));
    }
    case "field":
      return fieldMatches(filter, entry);
    default:
      return filter satisfies never;
  }
}

function fieldMatches({ field, test }: Extract<Filter, { kind: "field" }>, entry: Entry): boolean {
  if (test.kind === "anyOf")
    return test.items.some((item) =>
      fieldMatches({ kind: "field", field, test: item, at: field.at }, entry),
    );
  if (field.kind === "column") throw new Error("an entry has no columns");
  if (field.kind === "builtin") {
    switch (field.name) {
      case "time":
        if (test.kind === "exists") return true;
        if (test.kind !== "time") throw new Error("not a test of time");
        return (
          (test.from === null || entry.timeNanos >= test.from) &&
          (test.to === null || entry.timeNanos < test.to)
        );
      case "level":
        if (test.kind === "exists") return true;
        if (test.kind !== "level") throw new Error("not a test of levels");
        return entry.severity >= test.min && entry.severity <= test.max;
      case "id":
        return passes(test, entryIdText(entry.id), "value", "id");
      case "pattern": {
        const shape = oracleShape(entry.message);
        if (test.kind !== "words") return passes(test, shape, "value", "pattern");
        const wanted = foldText(test.text.trim()).split(/\s+/);
        const words = foldText(shape).split(" ");
        return (
          words.length === wanted.length &&
          wanted.every((word, i) => word === "<*>" || word === words[i])
        );
      }
      case "message":
        return passes(test, entry.message, "text", "message");
      default: {
        const texts = {
          service: entry.service,
          host: entry.host,
          trace_id: entry.traceId,
          span_id: entry.spanId,
        };
        const text = texts[field.name];
        return text !== "" && passes(test, text, "value", field.name);
      }
    }
  }
  const leaves = leavesOf(entry);
  const below = leaves.filter((leaf) => leaf.name.startsWith(`${field.name}.`));
  const own = field.kind === "below" ? below : leaves.filter((leaf) => leaf.name === field.name);
  if (test.kind === "exists") return own.length > 0 || below.length > 0;
  return own.some((leaf) => passes(test, leaf.value, "value", leaf.name));
}

/** Whether one value passes; `place` says how texts are read. */
export function passes(
  test: FieldTest,
  value: Scalar,
  place: "text" | "value",
  name: string,
): boolean {
  const form = String(value);
  const isText = typeof value === "string";
  switch (test.kind) {
    case "exists":
      return true;
    case "exact":
      return form === test.text;
    case "regex":
      return regexOf(test.source, test.flags).matcher(form).find();
    case "words":
      if (place === "text" && isText) return wordsIn(test, form);
      if (
        test.number !== null &&
        place === "value" &&
        (typeof value === "number" || typeof value === "bigint")
      )
        return order(value, test.number.integer ?? test.number.value) === 0;
      return (
        foldText(form) === test.folded ||
        (place === "value" && isText && /\s/.test(form) && wordsIn(test, form))
      );
    case "wild":
      if (place === "text" && isText) return wildIn(test, form);
      return (
        globWhole(test.folded, foldText(form)) ||
        (place === "value" && isText && /\s/.test(form) && wildIn(test, form))
      );
    case "compare":
      return compares(test.op, test.bound, value, name);
    case "range":
      return (
        compares(test.lowIncluded ? ">=" : ">", test.low, value, name) &&
        compares(test.highIncluded ? "<=" : "<", test.high, value, name)
      );
    case "anyOf":
      return test.items.some((item) => passes(item, value, place, name));
    case "level":
    case "time":
      throw new Error(`${test.kind} is no test of a value`);
    default:
      return test satisfies never;
  }
}

function regexOf(source: string, flags: string): RE2JS {
  let bits = 0;
  if (flags.includes("i")) bits += RE2JS.CASE_INSENSITIVE;
  if (flags.includes("s")) bits += RE2JS.DOTALL;
  if (flags.includes("m")) bits += RE2JS.MULTILINE;
  return RE2JS.compile(source, bits);
}

function wordsIn(test: WordsTest, text: string): boolean {
  const folded = foldText(text);
  if (test.folded === "") return folded === "";
  if (test.tokens.length === 0) return folded.includes(test.folded);
  const tokens = tokenSpans(folded).map(({ start, end }) => folded.slice(start, end));
  return tokens.some((_token, at) => test.tokens.every((wanted, i) => tokens[at + i] === wanted));
}

function globWhole(pieces: readonly string[], text: string): boolean {
  const [first = "", ...rest] = pieces;
  if (rest.length === 0) return text === first;
  if (!text.startsWith(first)) return false;
  const tail = text.slice(first.length);
  return Array.from({ length: tail.length + 1 }, (_, i) => tail.slice(i)).some((from) =>
    globWhole(rest, from),
  );
}

function wildIn(test: WildTest, text: string): boolean {
  const folded = foldText(text);
  const spans = tokenSpans(folded);
  const first = test.folded[0] ?? "";
  const last = test.folded.at(-1) ?? "";
  const tokenBegins = tokenSpans(first)[0]?.start === 0 || /^[\p{L}\p{M}\p{N}_]/u.test(first);
  const tokenEnds = /[\p{L}\p{M}\p{N}_]$/u.test(last);
  for (let start = 0; start <= folded.length; start++) {
    if (first !== "" && tokenBegins && !spans.some((span) => span.start === start)) continue;
    const ends = endsFrom(test.folded, folded, start, first === "");
    if (ends.some((end) => last === "" || !tokenEnds || spans.some((span) => span.end === end)))
      return true;
  }
  return false;
}

/** Where the pieces may end when the first begins at `start`; a star matches no white space. */
function endsFrom(pieces: readonly string[], text: string, start: number, open: boolean): number[] {
  const [piece = "", ...rest] = pieces;
  if (open && piece === "") return starEnds(rest, text, start);
  if (!text.startsWith(piece, start)) return [];
  return rest.length === 0 ? [start + piece.length] : starEnds(rest, text, start + piece.length);
}

function starEnds(rest: readonly string[], text: string, from: number): number[] {
  const ends: number[] = [];
  for (let at = from; at <= text.length; at++) {
    ends.push(...endsFrom(rest, text, at, false));
    if (/\s/.test(text.charAt(at))) break;
  }
  return ends;
}

function compares(op: CompareOp, bound: Bound, value: Scalar, name: string): boolean {
  const sign = signOf(bound, value, name);
  if (sign === undefined) return false;
  if (op === ">") return sign > 0;
  if (op === ">=") return sign >= 0;
  return op === "<" ? sign < 0 : sign <= 0;
}

/** How the value stands to the bound; undefined when they do not compare. */
function signOf(bound: Bound, value: Scalar, name: string): number | undefined {
  if (typeof value === "boolean") return undefined;
  switch (bound.kind) {
    case "number": {
      const literal = bound.integer ?? bound.value;
      if (typeof value !== "string") return order(value, literal);
      const view = parseNumber(value.trim());
      return view === null ? undefined : order(view.integer ?? view.value, literal);
    }
    case "text":
      return typeof value === "string" ? pointOrder(foldText(value), bound.folded) : undefined;
    case "duration": {
      if (typeof value === "string") return signTo(parseDuration(value.trim()), bound.nanos);
      const unit = unitOfName(name);
      return unit?.kind === "duration"
        ? signTo(Number(value) * unit.nanos, bound.nanos)
        : undefined;
    }
    case "size": {
      if (typeof value === "string") return signTo(parseSize(value.trim()), bound.bytes);
      const unit = unitOfName(name);
      return signTo(Number(value) * (unit?.kind === "size" ? unit.bytes : 1), bound.bytes);
    }
    default:
      return bound satisfies never;
  }
}

function signTo(own: number | null, other: number): number | undefined {
  return own === null ? undefined : Math.sign(own - other);
}

function order(a: number | bigint, b: number | bigint): number {
  if (a < b) return -1;
  return a > b ? 1 : 0;
}

/** By code points. */
export function pointOrder(a: string, b: string): number {
  const x = Array.from(a, (point) => point.codePointAt(0) ?? 0);
  const y = Array.from(b, (point) => point.codePointAt(0) ?? 0);
  const at = x.findIndex((point, i) => point !== y[i]);
  if (at < 0) return x.length === y.length ? 0 : -1;
  return at >= y.length ? 1 : (x[at] ?? 0) - (y[at] ?? 0);
}
