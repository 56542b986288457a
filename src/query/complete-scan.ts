/**
 * Steps over a text that ends at the cursor.
 * Invariant: a step either passes a whole piece and answers null, or meets the cursor and answers
 * what may be completed there.
 */

import type { Completion, CompletionKind } from "./completion.ts";
import { closingQuote, endsWord, readQuoted, skipSpace } from "./words.ts";

/** `text` ends at the cursor. */
export type Scan = { readonly text: string; at: number };

/** The completion of what stands from `from` to the cursor. */
export function here(
  scan: Scan,
  kind: CompletionKind,
  from: number,
  more: Partial<Completion> = {},
): Completion {
  return { kind, from, prefix: scan.text.slice(from), ...more };
}

export function atCursor(scan: Scan): boolean {
  return scan.at >= scan.text.length;
}

/** Passes white space; true when the cursor stands behind it. */
export function skipToCursor(scan: Scan): boolean {
  scan.at = skipSpace(scan.text, scan.at);
  return atCursor(scan);
}

/** Passes a word of a pipe (it may be empty) and answers where it began. */
export function passWord(scan: Scan): { readonly text: string; readonly start: number } {
  const start = scan.at;
  while (!endsWord(scan.text, scan.at) && scan.text[scan.at] !== ",") scan.at++;
  return { text: scan.text.slice(start, scan.at), start };
}

/** Passes one of `kind` (a field, a name, a number): a word or a quoted text. */
export function passPiece(scan: Scan, kind: CompletionKind): Completion | null {
  if (skipToCursor(scan)) return here(scan, kind, scan.at);
  const quoteAt = scan.text[scan.at] === "@" ? scan.at + 1 : scan.at;
  if (closingQuote(scan.text[quoteAt]) !== undefined) {
    const quoted = readQuoted(scan.text, quoteAt);
    if (!quoted.closed) return here(scan, kind, quoteAt + 1, { quoted: true });
    scan.at = quoted.end;
    return null;
  }
  const word = passWord(scan);
  return atCursor(scan) ? here(scan, kind, word.start) : null;
}

/** Offers keywords where one may stand; null, with the scan before it, when one does already. */
export function keyword(scan: Scan, words: readonly string[]): Completion | null {
  if (skipToCursor(scan)) return here(scan, "keyword", scan.at, { words });
  const { at } = scan;
  passWord(scan);
  const met = atCursor(scan) && scan.at > at;
  scan.at = at;
  return met ? here(scan, "keyword", at, { words }) : null;
}

/** Passes `word`, in any case, when it stands next. */
export function passKeyword(scan: Scan, word: string): boolean {
  const { at } = scan;
  skipToCursor(scan);
  if (passWord(scan).text.toLowerCase() === word) return true;
  scan.at = at;
  return false;
}

export function passChar(scan: Scan, char: string): boolean {
  if (skipToCursor(scan) || scan.text[scan.at] !== char) return false;
  scan.at++;
  return true;
}
