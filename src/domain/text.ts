/**
 * Cuts text into the tokens that the query language and the blocks' filters agree on.
 * Invariant: a token is a longest run of letters, marks, numbers and `_`, folded; a character of a
 * script written without spaces is a token by itself; all else, and an ANSI sequence as a whole,
 * separates. Tokens of a text are the same whether it is folded before or after.
 * Pure, and free of `node:`: pages run it too. What a word is: docs/language.md, section 1.
 */

import { foldText, isAscii } from "./text-fold.ts";

export { foldText } from "./text-fold.ts";

/** Scripts that are written without spaces between words; Script_Extensions, so `ー` is among them. */
const ALONE = String.raw`[[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmr}\p{scx=Mymr}]&&[[\p{L}\p{M}\p{N}]--\p{Nd}]]`;
const JOINED = String.raw`[[\p{L}\p{M}\p{N}_]--${ALONE}]`;
const ANSI = String.raw`\x1b\[[\x20-\x3f]*[\x40-\x7e]`;

const ESCAPE = "\u001b";
const TOKEN_OR_ANSI = new RegExp(`${ANSI}|${JOINED}+|${ALONE}`, "gv");
const ONE_ALONE = new RegExp(`^${ALONE}$`, "v");
const ONE_TOKEN_CHARACTER = /^[\p{L}\p{M}\p{N}_]$/v;

/** Where one token stands, in UTF-16 units of the text; `end` is exclusive. */
export type TokenSpan = { readonly start: number; readonly end: number };

/** True for `0-9 A-Z _ a-z`, the ASCII units that tokens are made of. */
function isAsciiToken(unit: number): boolean {
  return (
    (unit >= 0x61 && unit <= 0x7a) ||
    (unit >= 0x30 && unit <= 0x39) ||
    (unit >= 0x41 && unit <= 0x5a) ||
    unit === 0x5f
  );
}

/** The places of the tokens of `text`, ascending and apart. */
export function tokenSpans(text: string): TokenSpan[] {
  const spans: TokenSpan[] = [];
  if (isAscii(text) && !text.includes(ESCAPE)) {
    for (let i = 0; i < text.length;) {
      if (!isAsciiToken(text.charCodeAt(i))) {
        i++;
        continue;
      }
      const start = i;
      while (i < text.length && isAsciiToken(text.charCodeAt(i))) i++;
      spans.push({ start, end: i });
    }
    return spans;
  }
  for (const match of text.matchAll(TOKEN_OR_ANSI)) {
    if (match[0].startsWith(ESCAPE)) continue;
    spans.push({ start: match.index, end: match.index + match[0].length });
  }
  return spans;
}

/**
 * The folded tokens of `text`, in order, repeated ones too.
 * `10.0.0.1` has four, `user_id` one, `连接超时` four, `=>` none.
 */
export function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  const folded = foldText(text);
  if (isAscii(folded) && !folded.includes(ESCAPE)) {
    for (let i = 0; i < folded.length;) {
      if (!isAsciiToken(folded.charCodeAt(i))) {
        i++;
        continue;
      }
      const start = i;
      while (i < folded.length && isAsciiToken(folded.charCodeAt(i))) i++;
      tokens.push(folded.slice(start, i));
    }
    return tokens;
  }
  for (const match of folded.matchAll(TOKEN_OR_ANSI)) {
    if (!match[0].startsWith(ESCAPE)) tokens.push(match[0]);
  }
  return tokens;
}

/**
 * True when the tokens of `text` hold `wanted` in a row, whatever separates them.
 * @param folded the text, already folded: a scan folds each text once for all its tests.
 * @param wanted folded tokens, as tokensOf gives them; none is in every text.
 */
export function hasTokensInRow(folded: string, wanted: readonly string[]): boolean {
  const [first] = wanted;
  if (first === undefined) return true;
  // A substring search costs a hundredth of cutting tokens, and most texts fail it.
  if (!folded.includes(first)) return false;
  const spans = tokenSpans(folded);
  for (let at = 0; at + wanted.length <= spans.length; at++) {
    if (wanted.every((token, i) => isToken(folded, spans[at + i], token))) return true;
  }
  return false;
}

function isToken(folded: string, span: TokenSpan | undefined, token: string): boolean {
  return (
    span !== undefined &&
    span.end - span.start === token.length &&
    folded.startsWith(token, span.start)
  );
}

/** True when a token begins exactly at the unit `at` of `text`. */
export function startsToken(text: string, at: number): boolean {
  if (text.includes(ESCAPE)) return tokenSpans(text).some((span) => span.start === at);
  const here = codePointText(text, at);
  if (!ONE_TOKEN_CHARACTER.test(here)) return false;
  const before = codePointTextBefore(text, at);
  return !ONE_TOKEN_CHARACTER.test(before) || ONE_ALONE.test(here) || ONE_ALONE.test(before);
}

/** True when a token ends exactly before the unit `at` of `text`. */
export function endsToken(text: string, at: number): boolean {
  if (text.includes(ESCAPE)) return tokenSpans(text).some((span) => span.end === at);
  const before = codePointTextBefore(text, at);
  if (!ONE_TOKEN_CHARACTER.test(before)) return false;
  const here = codePointText(text, at);
  return !ONE_TOKEN_CHARACTER.test(here) || ONE_ALONE.test(here) || ONE_ALONE.test(before);
}

/** True when the first character of `text` may belong to a token. */
export function beginsWithTokenCharacter(text: string): boolean {
  return ONE_TOKEN_CHARACTER.test(codePointText(text, 0));
}

/** True when the last character of `text` may belong to a token. */
export function endsWithTokenCharacter(text: string): boolean {
  return ONE_TOKEN_CHARACTER.test(codePointTextBefore(text, text.length));
}

function codePointText(text: string, at: number): string {
  const codePoint = text.codePointAt(at);
  return codePoint === undefined ? "" : String.fromCodePoint(codePoint);
}

function codePointTextBefore(text: string, at: number): string {
  if (at <= 0) return "";
  const unit = text.charCodeAt(at - 1);
  const low = unit >= 0xdc00 && unit <= 0xdfff && at >= 2;
  const start = low && (text.codePointAt(at - 2) ?? 0) > 0xffff ? at - 2 : at - 1;
  return text.slice(start, at);
}
