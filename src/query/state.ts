/**
 * Where a parser stands in its query, and the columns that its fields may name there.
 * Invariant: `pos` only grows; `columns` is null while rows are entries.
 */

import type { Column, FieldRef, Span } from "./ast.ts";
import { builtinNamed, nearest } from "./names.ts";
import { type QueryWarning, splice, stop } from "./problem.ts";
import type { TimeContext } from "./time-literal.ts";
import { closingQuote, readName, readQuoted, skipSpace, utf8Length } from "./words.ts";

export const MAX_DEPTH = 64;
export const MAX_TERMS = 500;
const MAX_NAME_BYTES = 256;

export type State = {
  readonly text: string;
  readonly time: TimeContext;
  /** Fixes of a warning are candidates until parse.ts has tried them. */
  readonly warnings: QueryWarning[];
  pos: number;
  depth: number;
  terms: number;
  /** Sizes of the regexes so far, by their offsets. */
  readonly regexSteps: Map<number, number>;
  columns: readonly Column[] | null;
};

export function newState(text: string, time: TimeContext): State {
  return {
    text,
    time,
    warnings: [],
    pos: 0,
    depth: 0,
    terms: 0,
    regexSteps: new Map(),
    columns: null,
  };
}

/** Moves to the next character that is no white space and answers it; "" at the end. */
export function peek(state: State): string {
  state.pos = skipSpace(state.text, state.pos);
  return state.text[state.pos] ?? "";
}

export function warn(
  state: State,
  code: string,
  at: Span,
  message: string,
  fixes: readonly string[],
): void {
  state.warnings.push({ code, start: at.start, end: at.end, message, fixes });
}

/** A field as written: `@` asks for the attribute, `below` for every attribute below. */
export type WrittenField = {
  readonly name: string;
  readonly attribute: boolean;
  readonly below: boolean;
  readonly quoted: boolean;
  readonly at: Span;
};

/**
 * Reads a field name at `at`, bare or quoted, with or without `@`.
 * @returns null when none stands there; a name that may not be one stops the parser.
 */
export function readField(state: State, at: number): WrittenField | null {
  const { text } = state;
  const attribute = text[at] === "@";
  const from = attribute ? at + 1 : at;
  const close = closingQuote(text[from]);
  if (close !== undefined) {
    const quoted = readQuoted(text, from);
    if (!quoted.closed) openQuote(state, from);
    const field = {
      name: quoted.text,
      attribute,
      below: false,
      quoted: true,
      at: { start: at, end: quoted.end },
    };
    return field;
  }
  const read = readName(text, from);
  if (read === null || (attribute && read.below)) return null;
  return {
    name: read.name,
    attribute,
    below: read.below,
    quoted: false,
    at: { start: at, end: read.end },
  };
}

/** What the field means here; stops at a name that is none, or at a column that the table has not. */
export function resolveField(state: State, field: WrittenField): FieldRef {
  const { at } = field;
  if (field.name === "")
    stop("missing_name", [at.start, at.end], "a field name", "A field name is not empty");
  if (utf8Length(field.name) > MAX_NAME_BYTES) {
    const expected = `at most ${MAX_NAME_BYTES} bytes`;
    stop(
      "name_long",
      [at.start, at.end],
      expected,
      `A field name has at most ${MAX_NAME_BYTES} bytes`,
    );
  }
  if (state.columns !== null) return columnNamed(state, state.columns, field);
  if (field.below) return { kind: "below", name: field.name, at };
  const builtin = field.attribute ? undefined : builtinNamed(field.name);
  return builtin === undefined
    ? { kind: "attribute", name: field.name, at }
    : { kind: "builtin", name: builtin, at };
}

function columnNamed(state: State, columns: readonly Column[], field: WrittenField): FieldRef {
  const name = field.below ? `${field.name}.*` : field.name;
  const alias = field.attribute || field.below ? undefined : builtinNamed(name);
  const column = columns.find((c) => c.name === name) ?? columns.find((c) => c.name === alias);
  if (column !== undefined)
    return { kind: "column", name: column.name, type: column.type, at: field.at };
  const names = columns.map((c) => c.name);
  const near = nearest(name, names);
  return stop(
    "unknown_column",
    [field.at.start, field.at.end],
    `one of ${names.join(", ")}`,
    `The table has no column \`${name}\``,
    near === undefined ? [] : [splice(state.text, field.at.start, field.at.end, near)],
  );
}

/** Stops at the quote that opens at `at` and is not closed. */
export function openQuote(state: State, at: number): never {
  const { text } = state;
  const close = closingQuote(text[at]) ?? '"';
  const [word = ""] = /^\S*/.exec(text.slice(at + 1)) ?? [];
  stop("quote_open", [at, at + 1], close, "Quote opened here is not closed", [
    text + close,
    splice(text, at + 1 + word.length, at + 1 + word.length, close),
    splice(text, at, at + 1, ""),
  ]);
}
