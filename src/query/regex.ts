/**
 * Tells a regex from a path and checks it with the linear engine.
 * Invariant: a user's pattern is compiled by re2js only, never by the engine's RegExp; what has the
 * signs of a pattern is a regex or an error, never silently a path. No pattern is compiled whose program is too large.
 * See docs/language.md, section 1.
 */

import { RE2JS, RE2JSSyntaxException } from "re2js";

import type { RegexTest } from "./ast.ts";
import { quote, splice, stop } from "./problem.ts";
import { roughSteps } from "./regex-size.ts";
import { beginsFieldTest, isSpace } from "./words.ts";

const MAX_PATTERN = 1000;
/** Of one regex, and of all of a query: compiling and running them costs in proportion. */
export const MAX_PROGRAM = 10_000;
/**
 * What is compiled to see how large it is: the text alone counts what alternatives begin with once for each, the engine
 * once, so `(error1|error2|error3){500}` is a third of what it looks like. Costs a tenth to half a second at most.
 */
const MAX_ROUGH = 3 * MAX_PROGRAM;

/** Where a regex stands: the query, the offset of its `/`, the test it is in, and whether in a list. */
export type RegexPlace = {
  readonly text: string;
  readonly at: number;
  readonly testStart: number;
  readonly inList: boolean;
};

export type ReadRegex = {
  readonly test: RegexTest;
  readonly end: number;
  /** Steps of its program. */
  readonly steps: number;
};

/** @returns the regex and the offset behind it, or null when the run is a path. */
export function readRegex(place: RegexPlace): ReadRegex | null {
  const { text, at } = place;
  const run = runOf(text, at);
  const close = closeOf(text, at);
  if (close === null) {
    if (hasPatternSign(run)) openError(place, run);
    return null;
  }
  const [letters = ""] = /^[a-zA-Z]*/.exec(text.slice(close + 1)) ?? [];
  const end = close + 1 + letters.length;
  const clear = hasPatternSign(run) || hasPatternSign(text.slice(at, close + 1));
  if (close === at + 1) return null;
  if (!isBoundary(text, end, place.inList)) {
    if (clear) slashError(place, close, run);
    return null;
  }
  if (/[^ims]/.test(letters)) {
    if (clear) flagError(place, close, end, letters);
    return null;
  }
  const source = withoutEscapedSlashes(text.slice(at + 1, close));
  const steps = check(place, source, close, end);
  const flags = [...new Set(letters)].toSorted().join("");
  return { test: { kind: "regex", source, flags }, end, steps };
}

/** The compiled form of a valid test: the one way to run a user's pattern. */
export function compileRegex(test: RegexTest): RE2JS {
  let flags = 0;
  if (test.flags.includes("i")) flags |= RE2JS.CASE_INSENSITIVE;
  if (test.flags.includes("m")) flags |= RE2JS.MULTILINE;
  if (test.flags.includes("s")) flags |= RE2JS.DOTALL;
  return RE2JS.compile(test.source, flags);
}

/** `/source/flags` with the slashes of the source escaped, so that it reads back the same. */
export function printRegex(test: RegexTest): string {
  return `/${mapSlashes(test.source, () => "\\/")}/${test.flags}`;
}

function isBoundary(text: string, at: number, inList: boolean): boolean {
  const char = text[at];
  return (
    char === undefined || char === ")" || char === "|" || isSpace(char) || (inList && char === ",")
  );
}

/** What a reader takes for one piece: up to white space, `|`, or a `)` that closes a group around it. */
function runOf(text: string, at: number): string {
  let depth = 0;
  let i = at;
  for (; i < text.length && !isSpace(text[i]) && text[i] !== "|"; i++) {
    if (text[i] === "(") depth++;
    if (text[i] === ")" && --depth < 0) break;
  }
  return text.slice(at, i);
}

/** The first `/` that is neither escaped nor in a class, before a line break or another field's test. */
function closeOf(text: string, at: number): number | null {
  let inClass = false;
  for (let i = at + 1; i < text.length; i++) {
    const char = text[i];
    if (char === "\n" || char === "\r") return null;
    if (char === "\\") i++;
    else if (inClass) inClass = char !== "]";
    else if (char === "[") inClass = true;
    else if (char === "/") return i;
    else if (isSpace(char) && !isSpace(text[i + 1]) && beginsFieldTest(text, i + 1)) return null;
  }
  return null;
}

function hasPatternSign(run: string): boolean {
  return /\\|\.[*+]|\[\^|[\])][*+?{]|^\/\^|\$\/?$|\(/.test(run);
}

function openError(place: RegexPlace, run: string): never {
  const { text, at, testStart } = place;
  stop("regex_open", [at, at + 1], "`/`", "Regex is not closed: add `/`", [
    splice(text, testStart, at + run.length, quote(text.slice(testStart, at + run.length))),
    splice(text, at + run.length, at + run.length, "/"),
  ]);
}

function slashError(place: RegexPlace, close: number, run: string): never {
  const { text, at } = place;
  const body = run.slice(1).replace(/\/$/, "");
  stop("regex_slash", [close, close + 1], "`\\/`", "A slash inside a regex is written `\\/`", [
    splice(
      text,
      at,
      at + run.length,
      `/${body.replaceAll(/\\[^]|\//g, (piece) => (piece === "/" ? "\\/" : piece))}/`,
    ),
  ]);
}

function flagError(place: RegexPlace, close: number, end: number, letters: string): never {
  const bad = letters.split("").find((letter) => !"ims".includes(letter)) ?? "";
  const from = close + 1 + letters.indexOf(bad);
  stop("regex_flag", [from, end], "i, m or s", `Unknown regex flag \`${bad}\`; flags are i, m, s`, [
    splice(place.text, close + 1, end, ""),
  ]);
}

/** @returns the steps of its program. */
function check(place: RegexPlace, source: string, close: number, end: number): number {
  const { text, at, testStart } = place;
  const span = [at + 1, close] as const;
  if (source.length > MAX_PATTERN) {
    stop(
      "regex_long",
      span,
      `at most ${MAX_PATTERN} characters`,
      `A regex has at most ${MAX_PATTERN} characters`,
    );
  }
  const raw = text.slice(at + 1, close);
  const unsupported = /\(\?(?:=|!|<=|<!)|\\[1-9]|\\k</.exec(raw.replaceAll(/\\[^1-9k]/g, "  "));
  if (unsupported !== null) {
    const from = at + 1 + unsupported.index;
    stop(
      "regex_unsupported",
      [from, from + unsupported[0].length],
      `a pattern without ${unsupported[0]}`,
      "Look-around and back-references are not supported: patterns run in linear time",
    );
  }
  try {
    const rough = roughSteps(source);
    const steps = rough > MAX_ROUGH ? rough : RE2JS.compile(source).programSize();
    if (steps > MAX_PROGRAM) {
      stop(
        "regex_long",
        span,
        `a pattern of at most ${MAX_PROGRAM} steps`,
        "This regex is too large",
      );
    }
    return steps;
  } catch (error) {
    if (!(error instanceof RE2JSSyntaxException)) throw error;
    stop(
      "regex_bad",
      span,
      "a valid regex",
      `Regex is not valid: ${error.getDescription()}: \`${error.getPattern() ?? source}\``,
      [splice(text, testStart, end, quote(text.slice(testStart, at) + source))],
    );
  }
}

/** `\/` is a slash; every other escape belongs to the pattern. */
function withoutEscapedSlashes(raw: string): string {
  return raw.replaceAll(/\\[^]/g, (pair) => (pair === "\\/" ? "/" : pair));
}

/** Puts something in place of each unescaped slash outside of a class. */
function mapSlashes(source: string, put: () => string): string {
  let out = "";
  let inClass = false;
  for (let i = 0; i < source.length; i++) {
    const char = source[i] ?? "";
    if (char === "\\") {
      out += char + (source[++i] ?? "");
      continue;
    }
    if (inClass) inClass = char !== "]";
    else if (char === "[") inClass = true;
    out += char === "/" && !inClass ? put() : char;
  }
  return out;
}
