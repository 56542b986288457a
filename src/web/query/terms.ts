/**
 * Reads and writes the terms of a query that say which values of a field are wanted.
 * Invariants: the text is the only state: what is included is read from it, and a change is another text. All of it
 * that is not about the field stays as it was typed; groups with OR are never rewritten, a term is added beside them.
 * A text that would not parse is never answered. Pure, but for the clock that relative times are read by.
 */
import type { FieldRef, FieldTest, Query, Span } from "../../query/ast.ts";
import { builtinNamed } from "../../query/names.ts";
import { quote, removeWord, splice } from "../../query/problem.ts";
import { isBareName } from "../../query/words.ts";
import { parsed } from "./parsed.ts";

export type Wanted = "included" | "excluded";
export type Change = "include" | "exclude" | "only" | "drop";

/** Longer values are no terms anyone means. */
const MAX_VALUE_CHARS = 200;

/** A term beside the others that lists values of one field. */
interface Term {
  readonly start: number;
  readonly end: number;
  /** Before the field: `-`, `!`, `NOT `; "" for none. */
  readonly sign: string;
  readonly negated: boolean;
  readonly values: readonly Value[];
}

export interface Value {
  readonly text: string;
  /** Letter by letter, by `:=`. */
  readonly exact: boolean;
}

/** What the query says of each value of the field, to be asked by `wantedOf`. */
export function wantedValues(text: string, field: string): ReadonlyMap<string, Wanted> {
  const wanted = new Map<string, Wanted>();
  for (const { negated, values } of termsOf(text, field))
    for (const value of values) wanted.set(keyOfValue(value), negated ? "excluded" : "included");
  return wanted;
}

/** Values are compared as the language does: by `:=` letter by letter, else folded. */
export function wantedOf(wanted: ReadonlyMap<string, Wanted>, value: string): Wanted | undefined {
  return (
    wanted.get(keyOfValue({ text: value, exact: true })) ??
    wanted.get(keyOfValue({ text: value, exact: false }))
  );
}

function keyOfValue({ text, exact }: Value): string {
  return exact ? `=${text}` : `~${fold(text)}`;
}

/** All values that terms of the field name, as typed, but those that a listed one stands for. */
export function namedValues(
  text: string,
  field: string,
  listed: readonly string[],
): readonly string[] {
  return termsOf(text, field)
    .flatMap(({ values }) => values)
    .filter((named) => !listed.some((value) => isMeant(named, value)))
    .map((named) => named.text);
}

/** Values that the terms of the field ask for, each once, but those that a listed one stands for. */
export function includedBut(
  text: string,
  field: string,
  listed: readonly string[],
): readonly Value[] {
  const all = termsOf(text, field)
    .filter(({ negated }) => !negated)
    .flatMap(({ values }) => values)
    .filter((named) => !listed.some((value) => isMeant(named, value)));
  return [...new Map(all.map((one) => [keyOfValue(one), one])).values()];
}

/** The filter narrowed to these values of the field; undefined where no term can say it. */
export function withTerm(
  filter: string,
  field: string,
  values: readonly Value[],
): string | undefined {
  return values.length === 0 ? filter : withFilter(filter, printed(field, "", values));
}

/** Whether a value of a term is this one. */
export function isMeant(named: Value, value: string): boolean {
  return named.exact ? named.text === value : fold(named.text) === fold(value);
}

/**
 * @param field as it is written in a query, without quotes.
 * @param among other values of the field: one that differs from one of them by case alone is written with `:=`.
 * @returns the query with the change; undefined where no term can say it.
 */
export function withValue(
  text: string,
  field: string,
  value: unknown,
  change: Change,
  among: readonly string[] = [],
): string | undefined {
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean")
    return undefined;
  const plain = String(value);
  if (plain.length > MAX_VALUE_CHARS || !parsed(text).ok) return undefined;
  let next: string | undefined = text;
  if (change === "only") next = withoutField(next, field);
  else next = withoutValue(next, field, plain);
  const exact = among.some((other) => other !== plain && fold(other) === fold(plain));
  if (next !== undefined && change !== "drop")
    next = added(next, field, { text: plain, exact }, change === "exclude");
  return next !== undefined && parsed(next).ok ? next.trim() : undefined;
}

/** The query without any term that lists values of the field. */
export function withoutField(text: string, field: string): string | undefined {
  let next = text;
  for (const { start, end } of termsOf(text, field).toReversed())
    next = removeWord(next, start, end);
  return parsed(next).ok ? next : undefined;
}

/** The query narrowed by a filter of its own, at the end of its filter. */
export function withFilter(text: string, filter: string): string | undefined {
  const before = parsed(text);
  if (!before.ok) return undefined;
  const end = filterEnd(text, before.query);
  const typed = text.slice(0, end).trimEnd();
  const rest = text.slice(end);
  const isBare = before.query.filter.kind === "or" && !isGroup(typed.trim());
  const whole = isBare ? `(${typed.trim()})` : typed;
  const parts = [whole, filter, rest.trimStart()].filter((part) => part.trim() !== "");
  const next = parts.join(" ");
  return parsed(next).ok ? next : undefined;
}

/** Whether parentheses stand around all of it: those of `(a) OR (b)` do not. */
function isGroup(filter: string): boolean {
  return filter.startsWith("(") && filter.endsWith(")") && parsed(filter.slice(1, -1)).ok;
}

/** The filter alone, as typed. */
export function filterText(text: string): string {
  const before = parsed(text);
  return before.ok ? text.slice(0, filterEnd(text, before.query)).trim() : text;
}

/** Where the filter ends: before the first `|`. */
function filterEnd(text: string, { pipes }: Query): number {
  const [first] = pipes;
  return first === undefined ? text.length : text.lastIndexOf("|", first.at.start);
}

function withoutValue(text: string, field: string, value: string): string | undefined {
  let next = text;
  for (const term of termsOf(text, field).toReversed()) {
    const kept = term.values.filter((one) => !isMeant(one, value));
    if (kept.length === term.values.length) continue;
    next =
      kept.length === 0
        ? removeWord(next, term.start, term.end)
        : splice(next, term.start, term.end, printed(field, term.sign, kept));
  }
  return next;
}

function added(text: string, field: string, value: Value, negated: boolean): string | undefined {
  const term = termsOf(text, field).find((one) => one.negated === negated);
  if (term !== undefined)
    return splice(text, term.start, term.end, printed(field, term.sign, [...term.values, value]));
  return withFilter(text, printed(field, negated ? "-" : "", [value]));
}

function printed(field: string, sign: string, values: readonly Value[]): string {
  const name = printedName(field);
  const [only] = values;
  if (only !== undefined && values.length === 1)
    return `${sign}${name}:${printedValue(name, only, false)}`;
  return `${sign}${name}:(${values.map((value) => printedValue(name, value, true)).join(" ")})`;
}

/** `user id` is quoted; `@level` says that the attribute is meant. */
export function printedName(field: string): string {
  const name = field.startsWith("@") ? field.slice(1) : field;
  return `${field.startsWith("@") ? "@" : ""}${isBareName(name) ? name : quote(name)}`;
}

/** Bare where it reads back as the same text. */
function printedValue(name: string, { text, exact }: Value, inList: boolean): string {
  const sign = exact ? "=" : "";
  const bare = inList ? `${name}:(${text})` : `${name}:${text}`;
  const back = parsed(bare);
  const isSame =
    /^[^\s(),|"'“*=<>[\]{}]+$/.test(text) &&
    back.ok &&
    back.query.filter.kind === "field" &&
    valuesOf(back.query.filter.test)?.length === 1 &&
    valuesOf(back.query.filter.test)?.[0]?.text === text;
  return sign + (isSame ? text : quote(text));
}

/** A term that says something of a field. */
interface FieldTerm {
  /** Without its sign. */
  readonly at: Span;
  readonly negated: boolean;
  readonly field: FieldRef;
  readonly test: FieldTest;
}

/** Those that stand beside the others, in their order; those in groups with OR are not among them. */
export function fieldTerms(text: string): readonly FieldTerm[] {
  const result = parsed(text);
  if (!result.ok) return [];
  const { filter } = result.query;
  const parts = filter.kind === "and" ? filter.parts : [filter];
  return parts.flatMap((part) => {
    const negated = part.kind === "not";
    const inner = negated ? part.part : part;
    return inner.kind === "field" ? [{ ...inner, negated }] : [];
  });
}

/** Those of the field that only list values. */
function termsOf(text: string, field: string): readonly Term[] {
  return fieldTerms(text)
    .filter((term) => fieldKey(term.field) === keyOf(field))
    .flatMap((term) => termOf(text, term) ?? []);
}

function termOf(text: string, { at, negated, test }: FieldTerm): Term | undefined {
  const values = valuesOf(test);
  if (values === undefined) return undefined;
  const { start, end } = at;
  // `f!=x` is negated without a sign, and `-f!=x` by two that cancel out: neither is told apart here, and both are left.
  const [sign = ""] = /(?:[-!]|NOT\s+)$/.exec(text.slice(0, start)) ?? [];
  if (negated !== (sign !== "")) return undefined;
  return { start: start - sign.length, end, sign, negated, values };
}

/** What a test lists; undefined where it is another one. */
export function valuesOf(test: FieldTest): readonly Value[] | undefined {
  switch (test.kind) {
    case "words":
      return [{ text: test.text, exact: false }];
    case "exact":
      return [{ text: test.text, exact: true }];
    case "level":
      return test.written.op === ":" ? [{ text: test.written.text, exact: false }] : undefined;
    case "anyOf": {
      const all = test.items.map(valuesOf);
      return all.every((values) => values !== undefined) ? all.flat() : undefined;
    }
    default:
      return undefined;
  }
}

/** One text for each field, whichever way it is written. */
export function fieldKey(field: FieldRef): string {
  if (field.kind === "builtin") return field.name;
  return keyOf(builtinNamed(field.name) === undefined ? field.name : `@${field.name}`);
}

export function keyOf(field: string): string {
  if (!field.startsWith("@")) return builtinNamed(field) ?? field;
  return builtinNamed(field.slice(1)) === undefined ? field.slice(1) : field;
}

function fold(text: string): string {
  return text.toLowerCase();
}
