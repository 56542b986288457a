/**
 * Cuts a query into coloured pieces, also while it is being typed.
 * Invariants: pieces ascend, never overlap and lie within the text; any text has pieces, valid or not. What is a field,
 * an operator or a regex is asked of the parser's own readers, so that colours and meaning agree.
 */

import type { Span } from "./ast.ts";
import { ParseStop } from "./problem.ts";
import { readRegex } from "./regex.ts";
import {
  closingQuote,
  endsWord,
  isSign,
  isSpace,
  isWordAt,
  readName,
  readOperator,
  readQuoted,
  readSpacedOperator,
  readWord,
} from "./words.ts";

export type PieceKind = "field" | "negation" | "operator" | "number" | "text" | "pipe" | "function";

export type Piece = Span & { readonly kind: PieceKind };

const NUMBER = /^-?(\d+(\.\d+)?|\.\d+)(e[+-]?\d+)?([a-zµ]{1,3}(\d+[a-zµ]{1,3})*)?$/i;
const PIPE_WORDS = /^(by|as|asc|desc|from|limit|offset|to|json|logfmt)$/i;

type Pen = { readonly text: string; at: number; readonly pieces: Piece[] };

export function highlight(text: string): readonly Piece[] {
  const pen: Pen = { text, at: 0, pieces: [] };
  passFilter(pen);
  while (pen.at < text.length) passPipe(pen);
  return pen.pieces;
}

function put(pen: Pen, kind: PieceKind, end: number): void {
  if (end > pen.at) pen.pieces.push({ kind, start: pen.at, end });
  pen.at = end;
}

/** Passes a filter up to `|` or the end. */
function passFilter(pen: Pen): void {
  const { text } = pen;
  while (pen.at < text.length && text[pen.at] !== "|") {
    const char = text[pen.at];
    if (isSpace(char)) pen.at++;
    else if (char === "(" || char === ")") put(pen, "operator", pen.at + 1);
    else if (isSign(text, pen.at)) put(pen, "negation", pen.at + 1);
    else if (isWordAt(text, pen.at, "NOT")) put(pen, "negation", pen.at + 3);
    else if (isWordAt(text, pen.at, "AND")) put(pen, "operator", pen.at + 3);
    else if (isWordAt(text, pen.at, "OR")) put(pen, "operator", pen.at + 2);
    else if (!passTest(pen)) passValue(pen, "");
  }
}

/** Passes a field, its operator and its value; false, with the pen where it was, when there is none. */
function passTest(pen: Pen): boolean {
  const { text, at } = pen;
  const from = text[at] === "@" ? at + 1 : at;
  const quoted = closingQuote(text[from]) === undefined ? null : readQuoted(text, from);
  const end = quoted === null ? readName(text, from)?.end : quoted.end;
  if (end === undefined || quoted?.closed === false) return false;
  const operator =
    readOperator(text, end, end - at) ?? (quoted === null ? readSpacedOperator(text, end) : null);
  if (operator === null) return false;
  put(pen, "field", end);
  pen.at = operator.start;
  put(pen, "operator", operator.end);
  while (operator.op !== ":" && isSpace(text[pen.at])) pen.at++;
  const opens = text[pen.at] ?? "";
  if (opens === "(") passList(pen, ")", ",");
  else if (opens === "[" || opens === "{") passList(pen, "]}", "]}");
  else if (opens !== "" && !isSpace(opens)) passValue(pen, "");
  return true;
}

/** A list of values, or a range: up to what closes it, a pipe or the end. */
function passList(pen: Pen, closes: string, stops: string): void {
  const { text } = pen;
  put(pen, "operator", pen.at + 1);
  while (pen.at < text.length && text[pen.at] !== "|") {
    const char = text[pen.at] ?? "";
    if (isSpace(char)) pen.at++;
    else if (closes.includes(char)) {
      put(pen, "operator", pen.at + 1);
      return;
    } else if ("(),".includes(char)) put(pen, "operator", pen.at + 1);
    else if (isWordAt(text, pen.at, "TO")) put(pen, "operator", pen.at + 2);
    else if (isWordAt(text, pen.at, "OR")) put(pen, "operator", pen.at + 2);
    else passValue(pen, stops);
  }
}

function passValue(pen: Pen, stops: string): void {
  const { text, at } = pen;
  const [sign = ""] = /^[<>]?=?/.exec(text.slice(at, at + 2)) ?? [];
  if (sign !== "") put(pen, "operator", at + sign.length);
  const star = text[pen.at] === "*" && closingQuote(text[pen.at + 1]) !== undefined ? 1 : 0;
  if (closingQuote(text[pen.at + star]) !== undefined) {
    const { end } = readQuoted(text, pen.at + star);
    put(pen, "text", text[end] === "*" ? end + 1 : end);
    return;
  }
  const regex = regexEnd(text, pen.at, stops !== "");
  const end = regex ?? readWord(text, pen.at, stops).end;
  const word = text.slice(pen.at, end);
  // What no reader passes is passed here, so that every step goes on.
  put(pen, NUMBER.test(word) ? "number" : "text", Math.max(end, pen.at + (sign === "" ? 1 : 0)));
}

function regexEnd(text: string, at: number, inList: boolean): number | undefined {
  if (text[at] !== "/") return undefined;
  try {
    return readRegex({ text, at, testStart: at, inList })?.end;
  } catch (error) {
    if (error instanceof ParseStop) return undefined;
    throw error;
  }
}

/** Passes `|`, the pipe's word and what belongs to it. */
function passPipe(pen: Pen): void {
  const { text } = pen;
  put(pen, "pipe", pen.at + 1);
  while (isSpace(text[pen.at])) pen.at++;
  const name = readWord(text, pen.at).end;
  const isWhere = text.slice(pen.at, name).toLowerCase() === "where";
  put(pen, "pipe", name);
  if (isWhere) passFilter(pen);
  while (pen.at < text.length && text[pen.at] !== "|") {
    const char = text[pen.at] ?? "";
    if (isSpace(char)) pen.at++;
    else if ("(),".includes(char)) put(pen, "operator", pen.at + 1);
    else if (closingQuote(char) !== undefined) put(pen, "text", readQuoted(text, pen.at).end);
    else passPipeWord(pen);
  }
}

function passPipeWord(pen: Pen): void {
  const { text } = pen;
  let end = pen.at;
  while (!endsWord(text, end) && text[end] !== ",") end++;
  const word = text.slice(pen.at, end);
  if (text[end] === "(") put(pen, "function", end);
  else if (PIPE_WORDS.test(word)) put(pen, "operator", end);
  else put(pen, NUMBER.test(word) ? "number" : "field", end);
}
