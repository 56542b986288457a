/**
 * Reads the functions and keys of `stats` and `timechart`, and names their columns.
 * Invariant: names of columns differ; a default name is the function and field joined by `_`, with
 * `_2` and on when it is taken. See docs/language.md, section 7.
 */

import type {
  Aggregate,
  AggregateCall,
  Column,
  ColumnType,
  FieldFunction,
  FieldRef,
  GroupKey,
  Span,
} from "./ast.ts";
import { parseFilter } from "./filter.ts";
import { parseNumber } from "./literals.ts";
import { FUNCTIONS_LISTED, nearest, OTHER_FUNCTIONS } from "./names.ts";
import {
  atPipeEnd,
  fieldName,
  nameTaken,
  peekWord,
  type PipeWord,
  takeAs,
  takeChar,
  takeField,
  takeKeyword,
  tooMany,
  widthOf,
} from "./pipe-words.ts";
import { splice, stop } from "./problem.ts";
import { peek, type State } from "./state.ts";

const MAX_FUNCTIONS = 32;
const MAX_KEYS = 8;

const FIELD_FUNCTIONS: ReadonlySet<string> = new Set<FieldFunction>([
  "uniq",
  "sum",
  "avg",
  "min",
  "max",
  "first",
  "last",
  "values",
]);
const KNOWN = [
  "count",
  "count_if",
  ...FIELD_FUNCTIONS,
  "percentile",
  "rate",
  "p50",
  "p90",
  "p95",
  "p99",
];

type Unnamed = { readonly call: AggregateCall; readonly as: string | null; readonly at: Span };

/** Reads functions with commas between them; none at all is an error of `pipe`. */
export function takeFunctions(state: State, pipe: PipeWord): Unnamed[] {
  const functions: Unnamed[] = [];
  do {
    const word = peekWord(state);
    if (word.text === "" || word.text.toLowerCase() === "by") missingFunction(state, pipe, word);
    const call = takeCall(state, word);
    const end = state.pos;
    const as = takeAs(state);
    functions.push({ call, as: as?.name ?? null, at: { start: word.start, end: as?.end ?? end } });
    if (functions.length > MAX_FUNCTIONS) tooMany(state, word, MAX_FUNCTIONS, "functions");
  } while (takeChar(state, ","));
  return functions;
}

function missingFunction(state: State, pipe: PipeWord, word: PipeWord): never {
  const at = word.text === "" ? pipe : word;
  const insertAt = word.text === "" ? pipe.end : word.start;
  const put = word.text === "" ? " count()" : "count() ";
  const name = pipe.text.toLowerCase();
  stop(
    "missing_function",
    [at.start, at.end],
    "a function such as count()",
    `\`${name}\` needs a function, for example \`count()\``,
    [splice(state.text, insertAt, insertAt, put)],
  );
}

function takeCall(state: State, word: PipeWord): AggregateCall {
  const name = word.text.toLowerCase();
  const percent = /^p(\d{1,3}(?:\.\d+)?)$/.exec(name)?.[1];
  const isPercentile = percent !== undefined && Number(percent) > 0 && Number(percent) <= 100;
  if (
    !isPercentile &&
    !FIELD_FUNCTIONS.has(name) &&
    !["count", "count_if", "percentile", "rate"].includes(name)
  ) {
    unknownFunction(state, word);
  }
  state.pos = word.end;
  const open = peek(state) === "(" ? state.pos : null;
  if (open === null) {
    state.pos = word.end;
    if (name === "count" || name === "rate") return { fn: name, field: null };
    return missingArgs(word, word.end);
  }
  state.pos++;
  const call = takeArguments(state, word, name, isPercentile ? Number(percent) : null, open);
  close(state, open);
  return call;
}

function takeArguments(
  state: State,
  word: PipeWord,
  name: string,
  percent: number | null,
  open: number,
): AggregateCall {
  const { text } = state;
  if (name === "count" || name === "rate") {
    const char = peek(state);
    if (char === "*") {
      const { pos } = state;
      const message =
        name === "count"
          ? "`count()` counts entries; no star is needed"
          : "`rate()` takes no field";
      stop("missing_args", [pos, pos + 1], "`)`", message, [splice(text, pos, pos + 1, "")]);
    }
    if (char === ")" || name === "rate") return { fn: name, field: null };
  }
  if (name === "count_if") {
    const filter = parseFilter(state);
    if (filter === null) {
      return stop(
        "missing_args",
        [word.start, Math.max(state.pos, open + 1)],
        "`(` and a filter",
        "`count_if` needs a filter: `count_if(filter)`",
      );
    }
    return { fn: "count_if", field: null, filter };
  }
  if (peek(state) === ")") return missingArgs(word, state.pos + 1);
  if (isUnclosed(state)) close(state, open);
  const field = takeField(state, word);
  if (percent !== null) return { fn: "percentile", field, percent };
  if (name === "percentile") return { fn: "percentile", field, percent: takePercent(state, open) };
  return { fn: name as FieldFunction, field };
}

/** A keyword or the end where an argument belongs: the parenthesis was forgotten. */
function isUnclosed(state: State): boolean {
  return atPipeEnd(state) || /^(?:by|as)$/i.test(peekWord(state).text);
}

function close(state: State, open: number): void {
  if (!takeChar(state, ")"))
    stop("missing_paren", [open, open + 1], "`)`", "This `(` is not closed");
}

function takePercent(state: State, open: number): number {
  const expected = "a percentage above 0, up to 100";
  const message = "`percentile` takes a percentage above 0, up to 100";
  if (!takeChar(state, ",")) {
    if (peek(state) !== ")") close(state, open);
    return stop("count_value", [open, state.pos + 1], expected, message, [
      splice(state.text, state.pos, state.pos, ", 95"),
    ]);
  }
  const word = peekWord(state);
  const percent = parseNumber(word.text)?.value ?? 0;
  if (!(percent > 0 && percent <= 100)) {
    return stop("count_value", [word.start, word.end], expected, message, [
      splice(state.text, word.start, word.end, "95"),
    ]);
  }
  state.pos = word.end;
  return percent;
}

function missingArgs(word: PipeWord, end: number): never {
  const name = word.text.toLowerCase();
  const wanted = name === "count_if" ? "filter" : "field";
  const shape = name === "percentile" ? "percentile(field, 95)" : `${name}(${wanted})`;
  return stop(
    "missing_args",
    [word.start, end],
    `\`(\` and a ${wanted}`,
    `\`${name}\` needs a ${wanted}: \`${shape}\``,
  );
}

function unknownFunction(state: State, word: PipeWord): never {
  const name = word.text.toLowerCase();
  const percent = /^(?:perc|percentile|pct|quantile)_?(\d{1,2})$/.exec(name)?.[1];
  const near =
    percent === undefined ? (OTHER_FUNCTIONS.get(name) ?? nearest(name, KNOWN)) : `p${percent}`;
  const hint = near === undefined ? "" : ` Did you mean \`${near}\`?`;
  stop(
    "unknown_function",
    [word.start, word.end],
    `one of ${FUNCTIONS_LISTED}`,
    `There is no function \`${word.text}\`.${hint}`,
    near === undefined ? [] : [splice(state.text, word.start, word.end, near)],
  );
}

type UnnamedKey = { readonly key: GroupKey; readonly at: Span };

/** Reads the keys behind `by`. */
export function takeKeys(state: State, by: PipeWord): UnnamedKey[] {
  const keys: UnnamedKey[] = [];
  do {
    peek(state);
    const start = state.pos;
    keys.push({ key: takeKey(state, by), at: { start, end: state.pos } });
    if (keys.length > MAX_KEYS) tooMany(state, by, MAX_KEYS, "keys");
  } while (takeChar(state, ","));
  return keys;
}

function takeKey(state: State, by: PipeWord): GroupKey {
  const word = peekWord(state);
  if (word.text.toLowerCase() !== "bin" || state.text[word.end] !== "(") {
    const field = takeField(state, by);
    const as = takeAs(state);
    return { kind: "field", field, name: as?.name ?? fieldName(field), named: as !== null };
  }
  const open = word.end;
  state.pos = open + 1;
  const first = peekWord(state);
  if (/^[-.\d]/.test(first.text) || first.text === "") {
    const width = widthOf(first.text);
    if (width === null) badWidth(state, first);
    state.pos = first.end;
    close(state, open);
    const time =
      state.columns === null
        ? null
        : state.columns.find((c) => c.name === "time" && c.type === "time");
    if (time === undefined) {
      const names = state.columns?.map((c) => c.name).join(", ") ?? "";
      stop(
        "unknown_column",
        [word.start, state.pos],
        `one of ${names}`,
        "The table has no column `time`",
      );
    }
    const as = takeAs(state);
    return { kind: "bin", width, name: as?.name ?? "time", named: as !== null };
  }
  const field = takeField(state, word);
  const step = takeChar(state, ",") ? takeStep(state) : badWidth(state, first);
  close(state, open);
  const as = takeAs(state);
  return { kind: "numberBin", field, step, name: as?.name ?? fieldName(field), named: as !== null };
}

function takeStep(state: State): number {
  const word = peekWord(state);
  const step = parseNumber(word.text)?.value ?? 0;
  if (step > 0) {
    state.pos = word.end;
    return step;
  }
  return stop(
    "count_value",
    [word.start, word.end],
    "a number above 0",
    "`bin` takes a field and a width above 0: `bin(duration_ms, 100)`",
  );
}

function badWidth(state: State, word: PipeWord): never {
  const isNumber = /^\d+$/.test(word.text) && Number(word.text) > 0;
  const message = "`bin` needs a width: `bin(5m)` or `bin(duration_ms, 100)`";
  return stop("duration", [word.start, word.end], "a width such as 5m", message, [
    splice(state.text, word.start, word.end, isNumber ? `${word.text}m` : "5m"),
    ...(word.text !== "" && !isNumber ? [splice(state.text, word.end, word.end, ", 100")] : []),
  ]);
}

/**
 * Names the functions: `as`, or a default that no other column has.
 * @param before columns that stand before them, with where they are written.
 */
export function nameFunctions(
  functions: readonly Unnamed[],
  before: readonly { name: string; at: Span }[],
): Aggregate[] {
  const taken = new Set(before.map((column) => column.name));
  for (const { as, at } of functions) {
    if (as === null) continue;
    if (taken.has(as)) nameTaken(as, at);
    taken.add(as);
  }
  return functions.map(({ call, as, at }) => {
    if (as !== null) return { ...call, name: as, named: true, at };
    const base = defaultName(call);
    let name = base;
    for (let n = 2; taken.has(name); n++) name = `${base}_${n}`;
    taken.add(name);
    return { ...call, name, named: false, at };
  });
}

function defaultName(call: AggregateCall): string {
  if (call.fn === "percentile") return `p${call.percent}_${fieldName(call.field)}`;
  return call.field === null ? call.fn : `${call.fn}_${fieldName(call.field)}`;
}

export function columnTypeOf(field: FieldRef): ColumnType {
  if (field.kind === "column") return field.type;
  return field.kind === "builtin" && (field.name === "time" || field.name === "level")
    ? field.name
    : "value";
}

export function functionColumn(aggregate: Aggregate): Column {
  const keeps =
    ["min", "max", "first", "last", "values"].includes(aggregate.fn) && aggregate.field !== null;
  return { name: aggregate.name, type: keeps ? columnTypeOf(aggregate.field) : "value" };
}

export function keyColumn(key: GroupKey): Column {
  if (key.kind === "bin") return { name: key.name, type: "time" };
  return { name: key.name, type: key.kind === "field" ? columnTypeOf(key.field) : "value" };
}

/** `by` behind the functions; a field without it is an error with both readings as fixes. */
export function takeBy(state: State): PipeWord | null {
  const word = peekWord(state);
  if (takeKeyword(state, "by") !== null) return word;
  if (atPipeEnd(state)) return null;
  const { text } = state;
  const at = word.text === "" ? { start: word.start, end: word.start + 1 } : word;
  return stop(
    "missing_by",
    [at.start, at.end],
    "`by`, `as`, `,` or the end",
    "Expected `by` before the fields to group by",
    [splice(text, at.start, at.start, "by "), splice(text, at.start, at.start, "as ")],
  );
}
