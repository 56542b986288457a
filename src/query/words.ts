/**
 * Reads the smallest pieces of a query: words, quoted texts, names, operators, and finds where a
 * regex ends. Invariant: pure functions of the text and an offset; none skips leading white space.
 * The rules: docs/language.md, sections 1 and 5.
 */

const SPACE = /\s/;
const ESCAPABLE = /[\\*"'“”„()|:/[\]{}<>=!,~\-\s]/;

export function isSpace(char: string | undefined): boolean {
  return char !== undefined && SPACE.test(char);
}

/** The offset of the next character that is no white space, or the end. */
export function skipSpace(text: string, at: number): number {
  let i = at;
  while (isSpace(text[i])) i++;
  return i;
}

/** True at white space, `(`, `)`, `|` and the end: what no bare word runs over. */
export function endsWord(text: string, at: number): boolean {
  const char = text[at];
  return char === undefined || char === "(" || char === ")" || char === "|" || SPACE.test(char);
}

/** True when `keyword` stands at `at` as a whole word. */
export function isWordAt(text: string, at: number, keyword: string): boolean {
  return text.startsWith(keyword, at) && endsWord(text, at + keyword.length);
}

/** `pieces` are the texts between unescaped stars, escapes resolved; one piece when there is no star. */
export type Word = {
  readonly pieces: readonly string[];
  readonly start: number;
  readonly end: number;
};

/**
 * Reads a word; it may be empty.
 * @param stops characters that end this word beside white space, parentheses and `|`: `,` in a list.
 */
export function readWord(text: string, at: number, stops = ""): Word {
  const pieces: string[] = [];
  let piece = "";
  let i = at;
  while (!endsWord(text, i) && !stops.includes(text[i] ?? "")) {
    const char = text[i] ?? "";
    const next = text[i + 1];
    if (char === "\\" && next !== undefined && ESCAPABLE.test(next)) {
      piece += next;
      i += 2;
    } else if (char === "*") {
      pieces.push(piece);
      piece = "";
      i++;
    } else {
      piece += char;
      i++;
    }
  }
  pieces.push(piece);
  return { pieces, start: at, end: i };
}

const CLOSING: Readonly<Record<string, string>> = { '"': '"', "'": "'", "“": "”" };

/** The quote that closes a text opened by `char`, undefined when `char` opens none. */
export function closingQuote(char: string | undefined): string | undefined {
  return char === undefined ? undefined : CLOSING[char];
}

/** `end` is after the closing quote, or the end of the text when `closed` is false. */
export type Quoted = {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly closed: boolean;
};

/** Reads the quoted text that opens at `at`. */
export function readQuoted(text: string, at: number): Quoted {
  const close = closingQuote(text[at]) ?? '"';
  let content = "";
  let i = at + 1;
  for (; i < text.length; i++) {
    const char = text[i] ?? "";
    const next = text[i + 1];
    if (char === close) return { text: content, start: at, end: i + 1, closed: true };
    if (char === "\\" && (next === close || next === "\\")) {
      content += next;
      i++;
    } else {
      content += char;
    }
  }
  return { text: content, start: at, end: i, closed: false };
}

const NAME = /[\p{L}_$][\p{L}\p{M}\p{Nd}_$.\-/]*/uy;

/** A bare field name; `below` says that it was written `name.*`. */
export type Name = { readonly name: string; readonly below: boolean; readonly end: number };

/** @returns null when no bare name stands at `at`. */
export function readName(text: string, at: number): Name | null {
  NAME.lastIndex = at;
  const [run] = NAME.exec(text) ?? [];
  if (run === undefined) return null;
  const end = at + run.length;
  if (run.endsWith(".") && text[end] === "*") {
    const name = run.slice(0, -1);
    return /[.\-/]$/.test(name) || name === "" ? null : { name, below: true, end: end + 1 };
  }
  return /[.\-/]$/.test(run) ? null : { name: run, below: false, end };
}

/** True when `name` may stand without quotes. */
export function isBareName(name: string): boolean {
  const read = readName(name, 0);
  return read !== null && !read.below && read.end === name.length;
}

export type Operator = ":" | "=" | ":=" | "!=" | ">" | ">=" | "<" | "<=";

/** `op` is null for a run of operator characters that is none: `==`, `=~`, `<>`. */
export type OperatorRead = {
  readonly op: Operator | null;
  readonly start: number;
  readonly end: number;
};

const SIGNS = /[=!<>~]+/y;

/**
 * Reads the operator directly behind a field name (and behind its colon).
 * @param nameLength a colon behind one letter and before `\` is no separator (`C:\x`).
 * @returns null when what stands there begins no operator.
 */
export function readOperator(text: string, at: number, nameLength: number): OperatorRead | null {
  if (text[at] !== ":") return readSigns(text, at, at);
  const next = text[at + 1];
  if (next === ":" || text.startsWith("//", at + 1) || (nameLength === 1 && next === "\\"))
    return null;
  const behind = readSigns(text, at + 1, at);
  // `f:!x` and `f:~x` are told apart by the value's own errors; `f:` alone is an operator.
  if (behind === null) return { op: ":", start: at, end: at + 1 };
  return behind.op === "=" ? { ...behind, op: ":=" } : behind;
}

function readSigns(text: string, at: number, start: number): OperatorRead | null {
  SIGNS.lastIndex = at;
  const [run] = SIGNS.exec(text) ?? [];
  if (run === undefined || run.startsWith("~")) return null;
  if (run.startsWith("!") && !/^!=$|^![=~]+$/.test(run)) return null;
  switch (run) {
    case "=":
    case "!=":
    case ">":
    case ">=":
    case "<":
    case "<=":
      return { op: run, start, end: at + run.length };
    default:
      return { op: null, start: at, end: at + run.length };
  }
}

/** An operator with white space on both sides, behind a bare name that ends at `at`. */
export function readSpacedOperator(text: string, at: number): OperatorRead | null {
  const start = skipSpace(text, at);
  if (start === at) return null;
  const read = readSigns(text, start, start);
  if (read === null || (read.end < text.length && !isSpace(text[read.end]))) return null;
  // `=>` and its like stand in prose; only other languages' operators are called wrong here.
  return read.op !== null || /^(?:===?|=~|!~|<>|!==)$/.test(text.slice(start, read.end))
    ? read
    : null;
}

/** True when `-` or `!` at `at` negates what follows: not doubled, no `!=` or `->`, not alone. */
export function isSign(text: string, at: number): boolean {
  const char = text[at];
  const next = text[at + 1];
  if (next === undefined || isSpace(next) || next === ")" || next === "|" || next === char)
    return false;
  return char === "-" ? next !== ">" : char === "!" && next !== "=";
}

/** True when a test of a field (`name:` or a comparison) begins at `at`, with or without a sign. */
export function beginsFieldTest(text: string, at: number): boolean {
  const from = isSign(text, at) ? at + 1 : at;
  const read = readName(text, text[from] === "@" ? from + 1 : from);
  return read !== null && readOperator(text, read.end, read.end - from) !== null;
}

/** Bytes of `text` as UTF-8. */
export function utf8Length(text: string): number {
  let bytes = 0;
  for (const char of text) {
    const codePoint = char.codePointAt(0) ?? 0;
    bytes += codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x1_0000 ? 3 : 4;
  }
  return bytes;
}
