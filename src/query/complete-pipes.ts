/**
 * Completes in pipes.
 * Invariant: every shape of a pipe that the parser reads is walked here piece by piece; where the text
 * is not that shape, nothing is offered up to the next `|`.
 */

import type { Completion } from "./completion.ts";
import { completeFilter } from "./complete-filter.ts";
import {
  atCursor,
  here,
  keyword,
  passChar,
  passKeyword,
  passPiece,
  passWord,
  type Scan,
  skipToCursor,
} from "./complete-scan.ts";
import { closingQuote, readQuoted } from "./words.ts";

/** The scan stands at the first `|`, or at a `)` that closes nothing. */
export function completePipes(scan: Scan): Completion {
  for (;;) {
    passToBar(scan);
    if (atCursor(scan)) return here(scan, "none", scan.text.length);
    scan.at++;
    if (skipToCursor(scan)) return here(scan, "pipe", scan.at);
    const pipe = passWord(scan);
    if (atCursor(scan)) return here(scan, "pipe", pipe.start);
    const completion = completePipe(scan, pipe.text.toLowerCase());
    if (completion !== null) return completion;
  }
}

/** Passes what no pipe expects; a `|` in quotes is no bar. */
function passToBar(scan: Scan): void {
  while (!atCursor(scan) && scan.text[scan.at] !== "|") {
    const opens = closingQuote(scan.text[scan.at]) !== undefined;
    scan.at = opens ? readQuoted(scan.text, scan.at).end : scan.at + 1;
  }
}

function completePipe(scan: Scan, pipe: string): Completion | null {
  switch (pipe) {
    case "where":
      return completeFilter(scan);
    case "stats":
      return completeFunctions(scan) ?? completeKeys(scan);
    case "timechart":
      return completeTimechart(scan);
    case "sort":
      return completeSort(scan);
    case "fields":
      return completeFields(scan);
    case "dedup":
      return completeFieldList(scan);
    case "top":
    case "rare":
      return completeTop(scan);
    case "limit":
      return completeLimit(scan);
    case "sample":
    case "patterns":
    case "context":
      return passPiece(scan, "number") ?? keyword(scan, ["|"]);
    case "parse":
      return completeParse(scan);
    default:
      return null;
  }
}

function completeFunctions(scan: Scan): Completion | null {
  do {
    if (skipToCursor(scan)) return here(scan, "function", scan.at);
    const name = passWord(scan);
    if (atCursor(scan)) return here(scan, "function", name.start);
    const call = completeCall(scan, name.text.toLowerCase());
    if (call !== null) return call;
    const after = keyword(scan, ["by", "as", ",", "|"]) ?? completeAs(scan, ["by", ",", "|"]);
    if (after !== null) return after;
  } while (passChar(scan, ","));
  return null;
}

function completeCall(scan: Scan, name: string): Completion | null {
  if (!passChar(scan, "(")) return null;
  if (name === "count_if") {
    const filter = completeFilter(scan);
    if (filter !== null) return filter;
  } else if (!passChar(scan, ")")) {
    const field = passPiece(scan, "field");
    if (field !== null) return field;
    if (passChar(scan, ",")) {
      const number = passPiece(scan, "number");
      if (number !== null) return number;
    }
  } else {
    return null;
  }
  if (skipToCursor(scan)) return here(scan, "none", scan.at);
  passChar(scan, ")");
  return null;
}

/** `as name`, and what may follow it. */
function completeAs(scan: Scan, words: readonly string[]): Completion | null {
  if (!passKeyword(scan, "as")) return null;
  return passPiece(scan, "name") ?? keyword(scan, words);
}

function completeKeys(scan: Scan): Completion | null {
  if (!passKeyword(scan, "by")) return null;
  do {
    const key = completeKey(scan);
    if (key !== null) return key;
    const after = keyword(scan, ["as", ",", "|"]) ?? completeAs(scan, [",", "|"]);
    if (after !== null) return after;
  } while (passChar(scan, ","));
  return null;
}

function completeKey(scan: Scan): Completion | null {
  const field = passPiece(scan, "field");
  if (field !== null) return field;
  if (scan.text[scan.at] !== "(") return null;
  scan.at++;
  skipToCursor(scan);
  const first = scan.text[scan.at];
  const width = passPiece(scan, first === undefined || /[-.\d]/.test(first) ? "width" : "field");
  if (width !== null) return width;
  if (passChar(scan, ",")) {
    const step = passPiece(scan, "number");
    if (step !== null) return step;
  }
  if (skipToCursor(scan)) return here(scan, "none", scan.at);
  passChar(scan, ")");
  return null;
}

function completeTimechart(scan: Scan): Completion | null {
  if (skipToCursor(scan)) return here(scan, "width", scan.at);
  if (/[-.\d]/.test(scan.text[scan.at] ?? "")) {
    const width = passPiece(scan, "width");
    if (width !== null) return width;
  }
  // `timechart 5m by host` counts: the functions may be left out.
  if (!passKeyword(scan, "by")) {
    const functions = completeFunctions(scan);
    if (functions !== null) return functions;
    if (!passKeyword(scan, "by")) return null;
  }
  const field = passPiece(scan, "field") ?? keyword(scan, ["limit", "|"]);
  if (field !== null || !passKeyword(scan, "limit")) return field;
  return passPiece(scan, "number") ?? keyword(scan, ["|"]);
}

function completeSort(scan: Scan): Completion | null {
  passKeywordBefore(scan, "by");
  do {
    passChar(scan, "-");
    const field = passPiece(scan, "field") ?? keyword(scan, ["desc", "asc", ",", "|"]);
    if (field !== null) return field;
    if (passKeyword(scan, "desc") || passKeyword(scan, "asc")) {
      const after = keyword(scan, [",", "|"]);
      if (after !== null) return after;
    }
  } while (passChar(scan, ","));
  return null;
}

/** Passes `word` only when the cursor is behind it: until then it may become a field. */
function passKeywordBefore(scan: Scan, word: string): void {
  const { at } = scan;
  if (passKeyword(scan, word) && atCursor(scan)) scan.at = at;
}

function completeFields(scan: Scan): Completion | null {
  do {
    const field =
      passPiece(scan, "field") ?? keyword(scan, ["as", ",", "|"]) ?? completeAs(scan, [",", "|"]);
    if (field !== null) return field;
  } while (passChar(scan, ","));
  return null;
}

function completeFieldList(scan: Scan): Completion | null {
  do {
    const field = passPiece(scan, "field") ?? keyword(scan, [",", "|"]);
    if (field !== null) return field;
  } while (passChar(scan, ","));
  return null;
}

function completeTop(scan: Scan): Completion | null {
  if (!skipToCursor(scan) && /\d/.test(scan.text[scan.at] ?? "")) {
    const number = passPiece(scan, "number");
    if (number !== null) return number;
  }
  passKeywordBefore(scan, "by");
  return completeFieldList(scan);
}

function completeLimit(scan: Scan): Completion | null {
  const count = passPiece(scan, "number") ?? keyword(scan, ["offset", "|"]);
  if (count !== null || !passKeyword(scan, "offset")) return count;
  return passPiece(scan, "number") ?? keyword(scan, ["|"]);
}

function completeParse(scan: Scan): Completion | null {
  const words = ["json", "logfmt", '"pattern"'];
  if (skipToCursor(scan)) return here(scan, "keyword", scan.at, { words });
  if (closingQuote(scan.text[scan.at]) !== undefined) {
    const quoted = readQuoted(scan.text, scan.at);
    if (!quoted.closed) return here(scan, "text", scan.at + 1);
    scan.at = quoted.end;
  } else {
    const word = passWord(scan);
    if (atCursor(scan)) return here(scan, "keyword", word.start, { words });
  }
  const after = keyword(scan, ["from", "as", "|"]);
  if (after !== null) return after;
  if (passKeyword(scan, "from")) {
    const field = passPiece(scan, "field") ?? keyword(scan, ["as", "|"]);
    if (field !== null) return field;
  }
  return completeAs(scan, ["|"]);
}
