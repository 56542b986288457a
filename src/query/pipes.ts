/**
 * Reads pipes and follows what they make of the rows.
 * Invariant: after a pipe that makes a table, `state.columns` are that table's columns in order; a
 * pipe that works on entries never stands behind one. The pipes: docs/language.md, section 6.
 */

import {
  columnTypeOf,
  functionColumn,
  keyColumn,
  nameFunctions,
  takeBy,
  takeFunctions,
  takeKeys,
} from "./aggregates.ts";
import type {
  Aggregate,
  Column,
  FieldRef,
  NamedField,
  Pipe,
  PipeKind,
  Span,
  SortKey,
} from "./ast.ts";
import { expectFilterEnd, parseFilter } from "./filter.ts";
import { nearest, OTHER_PIPES, PIPES } from "./names.ts";
import { parseParse } from "./parse-pipe.ts";
import {
  atPipeEnd,
  fieldName,
  peekWord,
  type PipeWord,
  refuseTakenNames,
  takeAs,
  takeChar,
  takeCount,
  takeField,
  takeFields,
  takeKeyword,
  takeOptionalCount,
  tooMany,
  wholeNumber,
  widthOf,
} from "./pipe-words.ts";
import { quote, removeWord, splice, stop } from "./problem.ts";
import type { State } from "./state.ts";

const MAX_PIPES = 32;
const MAX_COLUMNS = 100;
const MAX_LIMIT = 10_000;
const MAX_OFFSET = 1_000_000;
const MAX_FIELDS = 8;
const PIPES_LISTED = `a pipe: ${PIPES.join(", ")}`;
const ENTRIES_ONLY: ReadonlySet<PipeKind> = new Set([
  "timechart",
  "sample",
  "parse",
  "patterns",
  "context",
]);

/** Reads every pipe to the end of the query; the state stands at the first `|` or the end. */
export function parsePipes(state: State): Pipe[] {
  const pipes: Pipe[] = [];
  let tableOf: PipeKind | null = null;
  while (takeChar(state, "|")) {
    const bar = state.pos - 1;
    const word = peekWord(state);
    if (word.text === "") missingPipe(state, bar);
    const kind = word.text.toLowerCase();
    if (!isPipe(kind)) unknownPipe(state, word);
    if (tableOf !== null && ENTRIES_ONLY.has(kind)) {
      const message = `\`${kind}\` works on entries; after \`${tableOf}\` there is a table`;
      stop("needs_entries", [word.start, word.end], "a pipe for tables", message);
    }
    state.pos = word.end;
    const pipe = parsePipe(state, kind, { ...word, text: kind });
    expectPipeEnd(state, kind);
    pipes.push(pipe);
    const columns = columnsAfter(pipe);
    if (columns !== null) [state.columns, tableOf] = [columns, kind];
    if (pipes.length > MAX_PIPES) {
      stop(
        "too_many_pipes",
        [bar, state.pos],
        `at most ${MAX_PIPES} pipes`,
        `A query has at most ${MAX_PIPES} pipes`,
      );
    }
  }
  return pipes;
}

function isPipe(kind: string): kind is PipeKind {
  return (PIPES as readonly string[]).includes(kind);
}

function missingPipe(state: State, bar: number): never {
  const at = bar + 1;
  stop("missing_pipe", [at, at], PIPES_LISTED, "Expected a pipe after `|`", [
    removeWord(state.text, bar, at),
  ]);
}

function unknownPipe(state: State, word: PipeWord): never {
  const { text } = state;
  const near = OTHER_PIPES.get(word.text.toLowerCase()) ?? nearest(word.text, PIPES);
  const hint = near === undefined ? "" : ` Did you mean \`${near}\`?`;
  stop(
    "unknown_pipe",
    [word.start, word.end],
    PIPES_LISTED,
    `There is no pipe \`${word.text}\`.${hint}`,
    [...(near === undefined ? [] : [splice(text, word.start, word.end, near)]), quote(text.trim())],
  );
}

function expectPipeEnd(state: State, kind: PipeKind): void {
  if (atPipeEnd(state)) return;
  const { text } = state;
  const word = peekWord(state);
  const end = Math.max(word.end, word.start + 1);
  const next = text.indexOf("|", word.start);
  const rest = next < 0 ? text.length : next;
  stop(
    "unexpected",
    [word.start, end],
    "`|` or the end",
    `Expected \`|\` or the end after \`${kind}\``,
    [removeWord(text, word.start, rest), removeWord(text, word.start, end)],
  );
}

function parsePipe(state: State, kind: PipeKind, word: PipeWord): Pipe {
  const at: Span = { start: word.start, end: word.end };
  switch (kind) {
    case "where":
      return parseWhere(state, at);
    case "fields":
      return { kind, columns: takeNamedFields(state, word), at };
    case "dedup":
      return { kind, fields: takeFields(state, word, MAX_COLUMNS), at };
    case "sort":
      return { kind, keys: takeSortKeys(state, word), at };
    case "limit":
      return parseLimit(state, word, at);
    case "sample":
      return parseSample(state, word, at);
    case "stats":
      return parseStats(state, word, at);
    case "timechart":
      return parseTimechart(state, word, at);
    case "top":
    case "rare":
      return parseTop(state, kind, word, at);
    case "parse":
      return parseParse(state, at);
    case "patterns":
      return { kind, count: takeOptionalCount(state, word, MAX_LIMIT, 50), at };
    case "context":
      return { kind, count: takeOptionalCount(state, word, 100, 5), at };
    default:
      return kind satisfies never;
  }
}

function parseWhere(state: State, at: Span): Pipe {
  const filter = parseFilter(state);
  if (filter !== null) {
    expectFilterEnd(state);
    return { kind: "where", filter, at };
  }
  expectFilterEnd(state);
  const message = "`where` needs a filter, for example `where status:>=500`";
  return stop("missing_term", [at.start, at.end], "a filter", message);
}

function takeNamedFields(state: State, pipe: PipeWord): NamedField[] {
  const columns: (NamedField & { at: Span })[] = [];
  do {
    const field = takeField(state, pipe);
    const as = takeAs(state);
    const at = { start: field.at.start, end: as?.end ?? field.at.end };
    columns.push({ field, name: as?.name ?? fieldName(field), named: as !== null, at });
    if (columns.length > MAX_COLUMNS) tooMany(state, pipe, MAX_COLUMNS, "columns");
  } while (takeChar(state, ","));
  refuseTakenNames(columns);
  return columns.map(({ field, name, named }) => ({ field, name, named }));
}

function takeSortKeys(state: State, pipe: PipeWord): SortKey[] {
  takeKeyword(state, "by");
  const keys: SortKey[] = [];
  do {
    const minus = takeChar(state, "-");
    const field = takeField(state, pipe);
    const descending = takeKeyword(state, "desc") !== null;
    if (!descending && takeKeyword(state, "asc") !== null) keys.push({ field, descending: false });
    else keys.push({ field, descending: descending || minus });
    if (keys.length > MAX_COLUMNS) tooMany(state, pipe, MAX_COLUMNS, "fields");
  } while (takeChar(state, ","));
  return keys;
}

function parseLimit(state: State, word: PipeWord, at: Span): Pipe {
  const count = takeCount(state, word, 1, MAX_LIMIT, 10);
  const offset = takeKeyword(state, "offset");
  if (offset === null) return { kind: "limit", count, offset: 0, at };
  return {
    kind: "limit",
    count,
    offset: takeCount(state, { ...offset, text: "offset" }, 0, MAX_OFFSET, 0),
    at,
  };
}

function parseSample(state: State, pipe: PipeWord, at: Span): Pipe {
  const word = peekWord(state);
  const of = wholeNumber(word.text.replace(/^1\//, ""), 1, 1_000_000);
  if (of !== null) {
    state.pos = word.end;
    return { kind: "sample", of, at };
  }
  const percent = /^(\d{1,2}(?:\.\d+)?)%$/.exec(word.text)?.[1];
  const meant =
    percent === undefined || Number(percent) === 0 ? 100 : Math.round(100 / Number(percent));
  const span = word.text === "" ? pipe : word;
  const put = word.text === "" ? `${pipe.text} 1/${meant}` : `1/${meant}`;
  return stop(
    "count_value",
    [span.start, span.end],
    "1/n",
    "`sample` takes 1/n, for example `sample 1/100`",
    [splice(state.text, span.start, span.end, put)],
  );
}

function parseStats(state: State, word: PipeWord, at: Span): Pipe {
  const functions = takeFunctions(state, word);
  const by = takeBy(state);
  const keys = by === null ? [] : takeKeys(state, by);
  const named = keys.map(({ key, at: span }) => ({ name: key.name, at: span }));
  refuseTakenNames(named);
  return {
    kind: "stats",
    functions: nameFunctions(functions, named),
    keys: keys.map(({ key }) => key),
    at,
  };
}

function parseTimechart(state: State, pipe: PipeWord, at: Span): Pipe {
  const { text } = state;
  const word = peekWord(state);
  let width = null;
  const named = /^[a-z_]+=(.*)$/i.exec(word.text);
  if (named !== null) {
    stop(
      "unexpected",
      [word.start, word.end],
      "a width such as 5m",
      "The width stands alone: `timechart 5m …`",
      [splice(text, word.start, word.end, named[1] ?? "")],
    );
  }
  if (/^[-.\d]/.test(word.text)) {
    width = widthOf(word.text);
    if (width === null) {
      const meant = /^[1-9]\d*$/.test(word.text) ? `${word.text}m` : "5m";
      const fix = splice(text, word.start, word.end, meant);
      stop(
        "duration",
        [word.start, word.end],
        "a width such as 30s, 5m or 1h",
        `\`${word.text}\` is not a width`,
        [fix],
      );
    }
    state.pos = word.end;
  }
  const isDefault = atPipeEnd(state) || peekWord(state).text.toLowerCase() === "by";
  const count = { call: { fn: "count", field: null }, as: null, at } as const;
  const functions = isDefault ? [count] : takeFunctions(state, pipe);
  const by = takeBy(state);
  const field = by === null ? null : takeField(state, by);
  const before = [
    { name: "time", at },
    ...(field === null ? [] : [{ name: fieldName(field), at: field.at }]),
  ];
  refuseTakenNames(before);
  const limit = field === null ? null : takeKeyword(state, "limit");
  const series = limit === null ? 10 : takeCount(state, { ...limit, text: "limit" }, 1, 1000, 10);
  return {
    kind: "timechart",
    width,
    functions: nameFunctions(functions, before),
    by: field,
    series,
    at,
  };
}

function parseTop(state: State, kind: "top" | "rare", pipe: PipeWord, at: Span): Pipe {
  const { text } = state;
  const word = peekWord(state);
  const named = /^limit=(.*)$/i.exec(word.text);
  if (named !== null) {
    stop(
      "unexpected",
      [word.start, word.end],
      "a whole number",
      `The number stands alone: \`${kind} 5 …\``,
      [splice(text, word.start, word.end, named[1] ?? "")],
    );
  }
  const count = takeOptionalCount(state, pipe, 1000, 10);
  takeKeyword(state, "by");
  const fields = takeFields(state, pipe, MAX_FIELDS);
  const names = fields.map((field) => ({ name: fieldName(field), at: field.at }));
  for (const column of names)
    refuseTakenNames([{ name: "count", at }, { name: "share", at }, column]);
  refuseTakenNames(names);
  return { kind, count, fields, at };
}

/** Columns of the table that `pipe` makes; null when it keeps what it gets. */
function columnsAfter(pipe: Pipe): Column[] | null {
  switch (pipe.kind) {
    case "fields":
      return pipe.columns.map(({ field, name }) => ({ name, type: columnTypeOf(field) }));
    case "stats":
      return [...pipe.keys.map(keyColumn), ...pipe.functions.map(functionColumn)];
    case "timechart":
      return [{ name: "time", type: "time" }, ...seriesColumns(pipe.by, pipe.functions)];
    case "top":
    case "rare":
      return [...pipe.fields.map(columnOf), value("count"), value("share")];
    case "patterns":
      return [
        ...["pattern", "count", "share"].map(value),
        { name: "first", type: "time" },
        { name: "last", type: "time" },
      ];
    case "where":
    case "dedup":
    case "sort":
    case "limit":
    case "sample":
    case "parse":
    case "context":
      return null;
    default:
      return pipe satisfies never;
  }
}

/** The series' column holds `(other)` too, so it is plain values even of `level`. */
function seriesColumns(by: FieldRef | null, functions: readonly Aggregate[]): Column[] {
  return [...(by === null ? [] : [value(fieldName(by))]), ...functions.map(functionColumn)];
}

function columnOf(field: FieldRef): Column {
  return { name: fieldName(field), type: columnTypeOf(field) };
}

function value(name: string): Column {
  return { name, type: "value" };
}
