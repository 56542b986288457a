/**
 * What may be written at the cursor, best first.
 * Invariants: taking a suggestion puts a text in place of the word at the cursor, and of nothing else; what is offered
 * is the language's own, or a field or value that entries have. Pure: names and values are given.
 */
import { complete } from "../../query/complete.ts";
import type { Completion } from "../../query/completion.ts";
import { LEVELS } from "../../domain/level.ts";
import { PIPES } from "../../query/names.ts";
import { quote } from "../../query/problem.ts";
import { closingQuote, endsWord } from "../../query/words.ts";
import { shareText } from "../words.ts";
import { printedName } from "./terms.ts";

export interface Suggestion {
  /** What is shown, and what the typed beginning is part of. */
  readonly name: string;
  readonly kind: "field" | "value" | "pipe" | "function" | "keyword" | "recent";
  /** `number`, `pipe`. */
  readonly type: string;
  readonly detail: string;
  readonly count: string;
  /** The whole text when it is taken, and where the cursor stands then. */
  readonly text: string;
  readonly cursor: number;
  /** Of a field: its name, for what is shown below the list. */
  readonly field?: string;
}

export interface FieldName {
  readonly name: string;
  readonly type: string;
  readonly share: number;
}

export interface ValueCount {
  readonly value: string;
  readonly count: number;
}

export interface Known {
  readonly fields: readonly FieldName[];
  /** Of the field that is being typed; of those of a table, nothing. */
  readonly values: readonly ValueCount[];
}

const MOST_SHOWN = 8;

const PIPE_SHAPES: Readonly<Record<(typeof PIPES)[number], string>> = {
  where: "status:>=500",
  fields: "time, message as text",
  sort: "count desc",
  limit: "100",
  stats: "count(), avg(), p95() … by field",
  timechart: "5m count() by field",
  top: "10 field",
  rare: "10 field",
  dedup: "field",
  sample: "1/10",
  parse: 'json, logfmt or "user=<user>"',
  patterns: "20",
  context: "5",
};

const FUNCTION_SHAPES: readonly (readonly [name: string, shape: string])[] = [
  ["count", "count()"],
  ["count_if", "count_if(level:error)"],
  ["uniq", "uniq(field)"],
  ["avg", "avg(field)"],
  ["sum", "sum(field)"],
  ["min", "min(field)"],
  ["max", "max(field)"],
  ["p50", "p50(field)"],
  ["p95", "p95(field)"],
  ["p99", "p99(field)"],
  ["percentile", "percentile(field, 99.9)"],
  ["first", "first(field)"],
  ["last", "last(field)"],
  ["values", "values(field)"],
  ["rate", "rate()"],
];

const WIDTHS = ["1m", "5m", "15m", "1h", "1d"];

export function completionAt(text: string, cursor: number): Completion {
  return complete(text, cursor);
}

/** Whether names or values must be asked for. */
export function asksFor(completion: Completion): "fields" | "values" | undefined {
  if (completion.kind === "term" || completion.kind === "field") return "fields";
  if (completion.kind === "value" && completion.field !== "level") return "values";
  return undefined;
}

export function suggestionsFor(
  text: string,
  cursor: number,
  completion: Completion,
  known: Known,
): readonly Suggestion[] {
  const { prefix, from } = completion;
  const end = wordEnd(text, cursor, completion);
  const make = (
    put: string,
    rest: Omit<Suggestion, "text" | "cursor" | "count"> & { count?: string; back?: number },
  ): Suggestion => {
    const { back = 0, ...shown } = rest;
    return {
      count: "",
      ...shown,
      text: text.slice(0, from) + put + text.slice(end),
      cursor: from + put.length - back,
    };
  };
  const fields = (colon: boolean): readonly Suggestion[] =>
    fitting(known.fields, prefix, ({ name }) => name).map(({ name, type, share }) =>
      make(printedName(name) + (colon ? ":" : ""), {
        name: colon ? `${name}:` : name,
        kind: "field",
        type,
        detail: "",
        count: shareText(share),
        field: name,
      }),
    );
  switch (completion.kind) {
    case "term":
      return prefix === "" ? [] : fields(true).slice(0, MOST_SHOWN);
    case "field":
      return fields(false).slice(0, MOST_SHOWN);
    case "value":
      return valuesOf(completion, known, make).slice(0, MOST_SHOWN);
    case "pipe":
      return fitting(PIPES, prefix, (name) => name)
        .slice(0, MOST_SHOWN)
        .map((name) =>
          make(`${name} `, { name, kind: "pipe", type: "pipe", detail: PIPE_SHAPES[name] }),
        );
    case "function":
      return fitting(FUNCTION_SHAPES, prefix, ([name]) => name)
        .slice(0, MOST_SHOWN)
        .map(([name, shape]) => {
          const isClosed = shape.endsWith("()");
          return make(isClosed ? shape : `${name}()`, {
            name,
            kind: "function",
            type: "function",
            detail: shape,
            back: isClosed ? 0 : 1,
          });
        });
    case "width":
      return fitting(WIDTHS, prefix, (width) => width).map((width) =>
        make(`${width} `, { name: width, kind: "keyword", type: "width", detail: "" }),
      );
    case "keyword":
      return fitting(completion.words ?? [], prefix, (word) => word).map((word) =>
        make(`${word} `, { name: word, kind: "keyword", type: "", detail: "" }),
      );
    default:
      return [];
  }
}

function valuesOf(
  { field = "", prefix, quoted = false }: Completion,
  known: Known,
  make: (
    put: string,
    rest: Omit<Suggestion, "text" | "cursor" | "count"> & { count?: string },
  ) => Suggestion,
): readonly Suggestion[] {
  const values: readonly ValueCount[] =
    field === "level"
      ? LEVELS.toReversed().map((value) => ({
          value,
          count: known.values.find((one) => one.value === value)?.count ?? -1,
        }))
      : known.values;
  return fitting(values, prefix, ({ value }) => value).map(({ value, count }) => {
    const isBare = /^[\w.@-][\w.@/-]*$/.test(value);
    const inside = quote(value).slice(1);
    return make(quoted ? inside : `${isBare ? value : quote(value)} `, {
      name: value,
      kind: "value",
      type: "",
      detail: "",
      count: count < 0 ? "" : count.toLocaleString(),
    });
  });
}

/** Those that begin with the prefix first, then those that hold it. */
function fitting<T>(all: readonly T[], prefix: string, nameOf: (one: T) => string): readonly T[] {
  const wanted = prefix.toLowerCase();
  const names = all.map((one) => ({ one, name: nameOf(one).toLowerCase() }));
  return [
    ...names.filter(({ name }) => name.startsWith(wanted)),
    ...names.filter(({ name }) => !name.startsWith(wanted) && name.includes(wanted)),
  ].map(({ one }) => one);
}

/** The end of the word that the cursor stands in. */
function wordEnd(text: string, cursor: number, { quoted = false }: Completion): number {
  let end = cursor;
  if (quoted) {
    while (end < text.length && closingQuote(text[end]) === undefined && text[end] !== "”") end++;
    return Math.min(text.length, end + 1);
  }
  while (!endsWord(text, end) && text[end] !== "," && text[end] !== ":") end++;
  return text[end] === ":" ? end + 1 : end;
}
