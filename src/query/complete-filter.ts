/**
 * Completes in a filter: terms, values, numbers of comparisons and ranges.
 * Invariant: passes exactly what the filter parser would, as far as the text is valid; behind an error
 * it goes on with the next word.
 */

import type { Completion } from "./completion.ts";
import { atCursor, here, passWord, type Scan, skipToCursor } from "./complete-scan.ts";
import { ParseStop } from "./problem.ts";
import { readRegex } from "./regex.ts";
import {
  closingQuote,
  isSign,
  readName,
  readOperator,
  readQuoted,
  readSpacedOperator,
  readWord,
} from "./words.ts";

/** Passes a filter up to `|` or a `)` that it did not open; null when it ends before the cursor. */
export function completeFilter(scan: Scan): Completion | null {
  let depth = 0;
  for (;;) {
    if (skipToCursor(scan)) return here(scan, "term", scan.at);
    const char = scan.text[scan.at];
    if (char === "|" || (char === ")" && depth === 0)) return null;
    if (char === "(" || char === ")") {
      depth += char === "(" ? 1 : -1;
      scan.at++;
      continue;
    }
    const lone = (char === "-" || char === "!") && scan.at + 1 === scan.text.length;
    if (lone || isSign(scan.text, scan.at)) {
      scan.at++;
      continue;
    }
    const completion = passTerm(scan);
    if (completion !== null) return completion;
  }
}

function passTerm(scan: Scan): Completion | null {
  const { text, at: start } = scan;
  const field = passField(scan);
  if (field !== null) return passValue(scan, field);
  const quoteAt = text[start] === "*" ? start + 1 : start;
  if (closingQuote(text[quoteAt]) !== undefined) {
    const quoted = readQuoted(text, quoteAt);
    if (!quoted.closed) return here(scan, "text", quoteAt + 1);
    scan.at = text[quoted.end] === "*" ? quoted.end + 1 : quoted.end;
    return atCursor(scan) ? here(scan, "none", scan.at) : passGlued(scan);
  }
  const end = regexEnd(scan, start, false);
  if (end !== null) {
    scan.at = end;
    return atCursor(scan) ? here(scan, "none", scan.at) : null;
  }
  const word = readWord(text, start);
  scan.at = word.end;
  return atCursor(scan) ? here(scan, "term", start) : null;
}

/** What stands behind a closing quote without a space is an error; it is passed. */
function passGlued(scan: Scan): null {
  scan.at = readWord(scan.text, scan.at).end;
  return null;
}

function regexEnd(scan: Scan, at: number, inList: boolean): number | null {
  if (scan.text[at] !== "/") return null;
  try {
    return readRegex({ text: scan.text, at, testStart: at, inList })?.end ?? null;
  } catch (error) {
    if (error instanceof ParseStop) return null;
    throw error;
  }
}

type OpenField = { readonly name: string; readonly compares: boolean };

/** Passes a field and its operator; null, with the scan where it was, when there is none. */
function passField(scan: Scan): OpenField | null {
  const { text, at: start } = scan;
  const from = text[start] === "@" ? start + 1 : start;
  const quoted = closingQuote(text[from]) === undefined ? null : readQuoted(text, from);
  if (quoted !== null && !quoted.closed) return null;
  const bare = quoted === null ? readName(text, from) : null;
  const end = quoted?.end ?? bare?.end;
  if (end === undefined) return null;
  const written = quoted?.text ?? text.slice(from, end);
  const operator =
    readOperator(text, end, end - start) ??
    (quoted === null ? readSpacedOperator(text, end) : null);
  if (operator === null) return null;
  scan.at = operator.end;
  const name = text.slice(start, from) + written;
  return { name, compares: operator.op !== null && /[<>]/.test(operator.op) };
}

function passValue(scan: Scan, field: OpenField): Completion | null {
  if (field.compares) return passScalar(scan, field.name, "");
  const char = scan.text[scan.at];
  if (char === "(") return passList(scan, field.name);
  return passItem(scan, field.name, "");
}

/** A value, or with a comparison's sign a number. */
function passItem(scan: Scan, name: string, stops: string): Completion | null {
  const { text, at: start } = scan;
  if (text[start] === "[" || text[start] === "{") return passRange(scan, name);
  const [sign] = stops === "" ? [] : (/^[<>]=?/.exec(text.slice(start)) ?? []);
  if (sign !== undefined) {
    scan.at += sign.length;
    return passScalar(scan, name, stops);
  }
  const quoteAt = text[start] === "*" ? start + 1 : start;
  if (closingQuote(text[quoteAt]) !== undefined) {
    const quoted = readQuoted(text, quoteAt);
    if (!quoted.closed) return here(scan, "value", quoteAt + 1, { field: name, quoted: true });
    scan.at = readWord(text, quoted.end, stops).end;
    return atCursor(scan) ? here(scan, "none", scan.at) : null;
  }
  const end = regexEnd(scan, start, stops !== "");
  scan.at = end ?? readWord(text, start, stops).end;
  if (!atCursor(scan)) return null;
  return end === null ? here(scan, "value", start, { field: name }) : here(scan, "none", scan.at);
}

/** What a comparison or an end of a range takes; a level is named, not counted. */
function passScalar(scan: Scan, name: string, stops: string): Completion | null {
  const kind = name === "level" ? "value" : "number";
  if (skipToCursor(scan)) return here(scan, kind, scan.at, { field: name });
  const { text, at: start } = scan;
  if (closingQuote(text[start]) !== undefined) {
    const quoted = readQuoted(text, start);
    if (!quoted.closed) return here(scan, kind, start + 1, { field: name, quoted: true });
    scan.at = quoted.end;
    return null;
  }
  scan.at = readWord(text, start, stops).end;
  if (atCursor(scan)) return here(scan, kind, start, { field: name });
  return null;
}

function passList(scan: Scan, name: string): Completion | null {
  scan.at++;
  for (;;) {
    if (skipToCursor(scan)) return here(scan, "value", scan.at, { field: name });
    const char = scan.text[scan.at];
    if (char === "|") return null;
    if (char === ")") {
      scan.at++;
      return null;
    }
    if (char === "," || char === "(") {
      scan.at++;
      continue;
    }
    const completion = passItem(scan, name, ",");
    if (completion !== null) return completion;
  }
}

function passRange(scan: Scan, name: string): Completion | null {
  scan.at++;
  const low = passScalar(scan, name, "]}");
  if (low !== null) return low;
  if (skipToCursor(scan)) return here(scan, "keyword", scan.at, { words: ["TO"] });
  const to = passWord(scan);
  if (atCursor(scan) && !/[\]}]$/.test(to.text))
    return here(scan, "keyword", to.start, { words: ["TO"] });
  if (to.text.toLowerCase() !== "to") return null;
  const high = passScalar(scan, name, "]}");
  if (high !== null) return high;
  if (skipToCursor(scan)) return here(scan, "keyword", scan.at, { words: ["]"] });
  if (scan.text[scan.at] === "]" || scan.text[scan.at] === "}") scan.at++;
  return null;
}
