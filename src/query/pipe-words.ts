/**
 * Reads what pipes are made of: their words, numbers, widths, names and lists of fields.
 * Invariant: each reader skips white space first and stops with the code that section 8 of the query
 * language gives to what it misses.
 */

import type { FieldRef, Span, Width } from "./ast.ts";
import { parseDuration } from "./literals.ts";
import { splice, stop } from "./problem.ts";
import { peek, readField, resolveField, type State } from "./state.ts";
import { endsWord, skipSpace } from "./words.ts";

/** A run up to white space, a parenthesis, `|` or a comma; it may be empty. */
export type PipeWord = Span & { readonly text: string };

export function peekWord(state: State): PipeWord {
  peek(state);
  const { text, pos } = state;
  let end = pos;
  while (!endsWord(text, end) && text[end] !== ",") end++;
  return { text: text.slice(pos, end), start: pos, end };
}

/** Passes `keyword`, in any case, when it stands next. */
export function takeKeyword(state: State, keyword: string): Span | null {
  const word = peekWord(state);
  if (word.text.toLowerCase() !== keyword) return null;
  state.pos = word.end;
  return word;
}

export function takeChar(state: State, char: string): boolean {
  if (peek(state) !== char) return false;
  state.pos++;
  return true;
}

/** True when the pipe has come to its end. */
export function atPipeEnd(state: State): boolean {
  const char = peek(state);
  return char === "" || char === "|";
}

/** A whole number from `low` to `high`; null for anything else. */
export function wholeNumber(text: string, low: number, high: number): number | null {
  if (!/^\d{1,9}$/.test(text)) return null;
  const value = Number(text);
  return value >= low && value <= high ? value : null;
}

/** Reads a number that `pipe` needs; `meant` is put in its place by the fix. */
export function takeCount(
  state: State,
  pipe: PipeWord,
  low: number,
  high: number,
  meant: number,
): number {
  const word = peekWord(state);
  const value = wholeNumber(word.text, low, high);
  if (value !== null) {
    state.pos = word.end;
    return value;
  }
  const expected = `a whole number from ${low} to ${high}`;
  const at = word.text === "" ? pipe : word;
  const put = word.text === "" ? `${pipe.text} ${meant}` : String(meant);
  return stop(
    "count_value",
    [at.start, at.end],
    expected,
    `\`${pipe.text.toLowerCase()}\` takes ${expected}`,
    [splice(state.text, at.start, at.end, put)],
  );
}

/** Reads a number if a word that begins like one stands next, else answers `otherwise`. */
export function takeOptionalCount(
  state: State,
  pipe: PipeWord,
  high: number,
  otherwise: number,
): number {
  return /^[-\d]/.test(peekWord(state).text)
    ? takeCount(state, pipe, 1, high, otherwise)
    : otherwise;
}

/** @returns null for what is no duration, or not above zero. */
export function widthOf(text: string): Width | null {
  const whole = /^([1-9]\d{0,5})([dw])$/.exec(text);
  if (whole !== null)
    return { kind: whole[2] === "d" ? "days" : "weeks", count: Number(whole[1]), text };
  const nanos = parseDuration(text);
  if (nanos === null || nanos < 1) return null;
  return { kind: "fixed", nanos: BigInt(Math.round(nanos)), text };
}

/** Reads a field; `owner` (a pipe or function) needs one. */
export function takeField(state: State, owner: PipeWord): FieldRef {
  peek(state);
  const field = readField(state, state.pos);
  if (field === null) {
    const word = peekWord(state);
    const at = word.text === "" ? owner : word;
    const name = owner.text.toLowerCase();
    return stop(
      "missing_name",
      [at.start, at.end],
      "a field name",
      `\`${name}\` needs a field`,
      /^[^\s"*]+$/.test(word.text)
        ? [splice(state.text, word.start, word.end, `"${word.text}"`)]
        : [],
    );
  }
  const { text } = state;
  if (text[field.at.end] === "(") callHere(state, field.at);
  const ends = endsWord(text, field.at.end) || text[field.at.end] === ",";
  if (!ends) {
    state.pos = field.at.end;
    const word = peekWord(state);
    stop(
      "unexpected",
      [word.start, word.end],
      "the end of the field name",
      "A field name ends here; others need quotes",
      [
        splice(text, word.start, word.end, ""),
        splice(text, field.at.start, word.end, `"${text.slice(field.at.start, word.end)}"`),
      ],
    );
  }
  state.pos = field.at.end;
  return resolveField(state, field);
}

/** Stops at a function where a column is named: its column's name is the fix. */
function callHere(state: State, name: Span): never {
  const { text } = state;
  const close = text.indexOf(")", name.end);
  const end = close < 0 ? text.length : close + 1;
  const inner = text.slice(name.end + 1, close < 0 ? end : close).trim();
  const fn = text.slice(name.start, name.end).toLowerCase();
  const column = inner === "" ? fn : `${fn}_${inner}`;
  stop(
    "call_here",
    [name.start, end],
    "a column name",
    `A column is named here, no function: \`${column}\``,
    [splice(text, name.start, end, column)],
  );
}

/** Fields with commas between them, at most `limit`. */
export function takeFields(state: State, owner: PipeWord, limit: number): FieldRef[] {
  const fields: FieldRef[] = [];
  do {
    fields.push(takeField(state, owner));
    if (fields.length > limit) tooMany(state, owner, limit, "fields");
  } while (takeChar(state, ","));
  return fields;
}

export function tooMany(state: State, owner: Span, limit: number, what: string): never {
  return stop(
    "too_many_terms",
    [owner.start, state.pos],
    `at most ${limit} ${what}`,
    `At most ${limit} ${what} here`,
  );
}

/** Reads `as name` if it stands next. */
export function takeAs(state: State): { readonly name: string; readonly end: number } | null {
  const as = takeKeyword(state, "as");
  if (as === null) return null;
  const at = skipSpace(state.text, state.pos);
  const field = readField(state, at);
  if (field === null || field.attribute || field.below || field.name === "") {
    return stop("missing_name", [as.start, as.end], "a name", "Expected a name after `as`");
  }
  state.pos = field.at.end;
  return { name: field.name, end: field.at.end };
}

/** Stops when two of the names are one; `spans` are where they are written. */
export function refuseTakenNames(
  columns: readonly { readonly name: string; readonly at: Span }[],
): void {
  const taken = new Set<string>();
  for (const { name, at } of columns) {
    if (taken.has(name)) nameTaken(name, at);
    taken.add(name);
  }
}

export function nameTaken(name: string, at: Span): never {
  const message = `Two columns are named \`${name}\`: give one a name with \`as\``;
  return stop("name_taken", [at.start, at.end], "another name", message);
}

/** The name of a field's column. */
export function fieldName(field: FieldRef): string {
  return field.kind === "below" ? `${field.name}.*` : field.name;
}
