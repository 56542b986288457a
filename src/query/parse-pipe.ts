/**
 * Reads the `parse` pipe: json, logfmt or a pattern of texts and gaps.
 * Invariant: a pattern names at least one gap, and text stands between two gaps.
 */

import type { FieldRef, ParseHow, PatternPiece, Pipe, Span } from "./ast.ts";
import { nameTaken, peekWord, takeAs, takeField, takeKeyword } from "./pipe-words.ts";
import { splice, stop } from "./problem.ts";
import { openQuote, peek, type State } from "./state.ts";
import { closingQuote, isBareName, isSpace, readQuoted } from "./words.ts";

const MAX_GAPS = 32;

export function parseParse(state: State, at: Span): Pipe {
  const how = takeHow(state, at);
  const fromWord = peekWord(state);
  const message: FieldRef = { kind: "builtin", name: "message", at };
  const from = takeKeyword(state, "from") === null ? message : takeField(state, fromWord);
  const as = takeAs(state);
  return { kind: "parse", how, from, as: as?.name ?? null, at };
}

function takeHow(state: State, pipe: Span): ParseHow {
  const { text } = state;
  if (closingQuote(peek(state)) !== undefined) {
    const quoted = readQuoted(text, state.pos);
    if (!quoted.closed) openQuote(state, quoted.start);
    state.pos = quoted.end;
    return { kind: "pattern", source: quoted.text, pieces: piecesOf(quoted.text, quoted) };
  }
  const word = peekWord(state);
  const kind = word.text.toLowerCase();
  if (kind === "json" || kind === "logfmt") {
    state.pos = word.end;
    return { kind };
  }
  let { end } = word;
  while (
    end < text.length &&
    !isSpace(text[end]) &&
    (text[end] !== "|" || text[word.start] === "/")
  )
    end++;
  const puts = word.text.startsWith("/") ? ['"<value>"'] : ["json", "logfmt"];
  const space = word.start === pipe.end ? " " : "";
  return stop(
    "parse_kind",
    [word.start, end],
    'json, logfmt or a pattern such as "user=<user> "',
    "`parse` takes json, logfmt or a quoted pattern",
    puts.map((put) => splice(text, word.start, end, space + put)),
  );
}

function piecesOf(source: string, at: Span): PatternPiece[] {
  const pieces: PatternPiece[] = [];
  const names = new Set<string>();
  let copied = 0;
  for (const match of source.matchAll(/<([^<>]*)>/g)) {
    const name = match[1] ?? "";
    if (name !== "_" && !isBareName(name)) continue;
    if (match.index > copied)
      pieces.push({ kind: "text", text: source.slice(copied, match.index) });
    else if (copied > 0) {
      stop(
        "pattern_gap",
        [at.start, at.end],
        "text between two gaps",
        "Two gaps side by side: which text belongs to which?",
      );
    }
    if (name !== "_" && names.has(name)) nameTaken(name, at);
    names.add(name);
    pieces.push({ kind: "gap", name: name === "_" ? null : name });
    copied = match.index + match[0].length;
  }
  if (copied < source.length) pieces.push({ kind: "text", text: source.slice(copied) });
  const gaps = pieces.filter((piece) => piece.kind === "gap");
  if (gaps.length > MAX_GAPS) {
    stop(
      "pattern_gap",
      [at.start, at.end],
      `at most ${MAX_GAPS} gaps`,
      `A pattern has at most ${MAX_GAPS} gaps`,
    );
  }
  if (gaps.every((gap) => gap.name === null)) {
    const message = "The pattern names no field: write the varying part as <name>";
    stop("pattern_empty", [at.start, at.end], "a named gap such as <user>", message);
  }
  return pieces;
}
