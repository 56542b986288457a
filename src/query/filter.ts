/**
 * Reads a filter: terms, AND, OR, NOT, groups, tests of fields.
 * Invariant: AND binds closer than OR; groups of one kind are flattened and a double negation is
 * removed, so that two filters of one canonical form have one tree. See docs/language.md, section 4.
 */

import type { Filter, Span } from "./ast.ts";
import { type Atom, readAtom, warnOfQuotedStar, wordsTest } from "./atoms.ts";
import { quote, removeWord, splice, stop } from "./problem.ts";
import type { OpenTest } from "./scalars.ts";
import {
  MAX_DEPTH,
  MAX_TERMS,
  peek,
  readField,
  resolveField,
  type State,
  warn,
  type WrittenField,
} from "./state.ts";
import { type Term, warnOfTerms } from "./term-warnings.ts";
import { parseValue } from "./values.ts";
import {
  closingQuote,
  endsWord,
  isSign,
  isSpace,
  isWordAt,
  readName,
  readOperator,
  readSpacedOperator,
  readWord,
  skipSpace,
} from "./words.ts";

/**
 * Reads a filter up to `)`, `|` or the end.
 * @returns null when there is none.
 */
export function parseFilter(state: State): Filter | null {
  const start = skipSpace(state.text, state.pos);
  const parts: Filter[] = [];
  let mixed = false;
  for (;;) {
    const terms = parseAnd(state);
    if (terms.length === 0) {
      if (parts.length > 0) missingAfter(state, "OR", lastWord(state));
      return null;
    }
    warnOfTerms(state, terms);
    mixed ||= terms.some((term, i) => i > 0 && !term.joined);
    parts.push(
      joined(
        "and",
        terms.map((term) => term.filter),
      ),
    );
    const at = state.pos;
    if (symbolOr(state)) continue;
    if (!isWordAt(state.text, at, "OR")) break;
    state.pos += 2;
    if (!beginsTerm(state)) missingAfter(state, "OR", { start: at, end: at + 2 });
  }
  if (mixed && parts.length > 1) {
    // parse.ts puts the canonical form in place of the fix.
    const end = state.text.slice(0, state.pos).trimEnd().length;
    warn(state, "mixed_or", { start, end }, "Terms side by side bind closer than OR", []);
  }
  return joined("or", parts);
}

function symbolOr(state: State): boolean {
  const { text, pos } = state;
  if (!text.startsWith("||", pos)) return false;
  return stop("symbol_or", [pos, pos + 2], "`OR`", "`||` is written OR", [
    splice(text, pos, pos + 2, "OR"),
  ]);
}

/** Terms up to OR, `)`, `|` or the end. */
function parseAnd(state: State): Term[] {
  const { text } = state;
  const terms: Term[] = [];
  for (;;) {
    peek(state);
    const at = state.pos;
    const keyword = ["AND", "OR", "&&"].find((word) => isWordAt(text, at, word));
    if (keyword === undefined && !beginsTerm(state)) return terms;
    if (keyword === undefined) {
      terms.push(parseTerm(state, false));
      continue;
    }
    if (terms.length === 0 && keyword !== "&&") missingBefore(state, keyword);
    if (keyword === "OR") return terms;
    if (keyword === "&&") {
      stop("symbol_and", [at, at + 2], "`AND`", "`&&` is written AND, or left out", [
        splice(text, at, at + 2, "AND"),
      ]);
    }
    state.pos = at + keyword.length;
    peek(state);
    if (!beginsTerm(state) || isWordAt(text, state.pos, "AND") || isWordAt(text, state.pos, "OR")) {
      missingAfter(state, keyword, { start: at, end: at + keyword.length });
    }
    terms.push(parseTerm(state, true));
  }
}

function beginsTerm(state: State): boolean {
  const char = peek(state);
  return char !== "" && char !== ")" && char !== "|";
}

function missingBefore(state: State, keyword: string): never {
  const { text, pos } = state;
  const end = pos + keyword.length;
  stop(
    "missing_term",
    [pos, end],
    `a term before ${keyword}`,
    `Expected a term before \`${keyword}\``,
    [removeWord(text, pos, end), splice(text, pos, end, quote(keyword))],
  );
}

function missingAfter(state: State, keyword: string, at: Span): never {
  stop(
    "missing_term",
    [at.start, at.end],
    `a term after ${keyword}`,
    `Expected a term after \`${keyword}\``,
    [
      removeWord(state.text, at.start, at.end),
      splice(state.text, at.start, at.end, quote(keyword)),
    ],
  );
}

/** The keyword that the parser has just passed. */
function lastWord(state: State): Span {
  const end = state.text.slice(0, state.pos).trimEnd().length;
  return { start: end - 2, end };
}

function parseTerm(state: State, isJoined: boolean): Term {
  const start = state.pos;
  const before = state.terms;
  const { filter, kind } = parseNot(state);
  const raw = state.text.slice(start, state.pos);
  if (state.terms > before && state.terms > MAX_TERMS) {
    stop(
      "too_many_terms",
      [start, state.pos],
      `at most ${MAX_TERMS} terms`,
      `A query has at most ${MAX_TERMS} terms`,
    );
  }
  return { filter, kind, raw, start, end: state.pos, joined: isJoined };
}

type Read = { readonly filter: Filter; readonly kind: Term["kind"] };

function parseNot(state: State): Read {
  const { text, pos } = state;
  if (++state.depth > MAX_DEPTH) {
    stop(
      "too_deep",
      [pos, pos + 1],
      `at most ${MAX_DEPTH} levels`,
      `Groups and negations nest at most ${MAX_DEPTH} deep`,
    );
  }
  let read: Read;
  if (isWordAt(text, pos, "NOT")) {
    state.pos += 3;
    const isTerm =
      beginsTerm(state) && !isWordAt(text, state.pos, "AND") && !isWordAt(text, state.pos, "OR");
    if (!isTerm) missingAfter(state, "NOT", { start: pos, end: pos + 3 });
    read = negated(parseNot(state));
  } else if (isSign(text, pos)) {
    state.pos++;
    read = negated(parseNot(state));
  } else {
    read = parsePrimary(state);
  }
  state.depth--;
  return read;
}

function negated(read: Read): Read {
  return { filter: negate(read.filter), kind: read.kind === "word" ? "negated" : read.kind };
}

/** The complement; a double negation is removed. */
export function negate(filter: Filter): Filter {
  return filter.kind === "not" ? filter.part : { kind: "not", part: filter };
}

function joined(kind: "and" | "or", filters: readonly Filter[]): Filter {
  const parts = filters.flatMap((filter) => (filter.kind === kind ? filter.parts : [filter]));
  const [first] = parts;
  return parts.length === 1 && first !== undefined ? first : { kind, parts };
}

function parsePrimary(state: State): Read {
  const { text, pos } = state;
  const char = text[pos] ?? "";
  if (char === "(") return { filter: parseGroup(state), kind: "group" };
  state.terms++;
  if (char === "<" || char === ">") missingField(state);
  if (text.startsWith("*:", pos)) {
    const fix = splice(text, pos, pos + 2, "");
    stop("star_field", [pos, pos + 2], "a word", "Text without a field already looks everywhere", [
      fix,
    ]);
  }
  const test = parseTest(state);
  if (test !== null) return { filter: test, kind: "test" };
  const atom = readAtom(state, pos, { testStart: pos, stops: "", regex: true });
  if (atom === null) return stop("unexpected", [pos, pos + 1], "a term", "Expected a term");
  state.pos = atom.end;
  warnOfQuotedStar(state, atom);
  return {
    filter: textFilter(atom),
    kind: atom.kind === "words" && !atom.quoted ? "word" : "text",
  };
}

function textFilter(atom: Atom): Filter {
  const at = { start: atom.start, end: atom.end };
  if (atom.kind === "star") return { kind: "all" };
  if (atom.kind === "words") return { kind: "text", test: wordsTest(atom.text, false), at };
  return { kind: "text", test: atom.test, at };
}

function parseGroup(state: State): Filter {
  const { text, pos: open } = state;
  state.pos++;
  const filter = parseFilter(state);
  if (peek(state) !== ")") {
    const end = text.slice(0, state.pos).trimEnd().length;
    stop("missing_paren", [open, open + 1], "`)`", "This `(` is not closed", [
      splice(text, end, end, ")"),
    ]);
  }
  state.pos++;
  if (filter !== null) return filter;
  const [word = ""] = /[^\s()|]*$/.exec(text.slice(0, open)) ?? [];
  const start = open - word.length;
  const fixes = word === "" ? [] : [quote(text.slice(start, state.pos)), word];
  return stop(
    "empty_group",
    [open, state.pos],
    "a term",
    "Nothing between the parentheses",
    fixes.map((put) => splice(text, start, state.pos, put)),
  );
}

function missingField(state: State): never {
  const { text, pos } = state;
  const [op = ""] = /^[<>]=?/.exec(text.slice(pos)) ?? [];
  const word = readWord(text, pos);
  const before = text.slice(0, pos).trimEnd();
  const [name = ""] = /[^\s()|]+$/.exec(before) ?? [];
  const isName = readName(name, 0)?.end === name.length && name !== "" && before.length < pos;
  stop(
    "missing_field",
    [pos, pos + op.length],
    `a field name before ${op}`,
    `Expected a field name before \`${op}\``,
    [
      ...(isName ? [splice(text, before.length, pos, "")] : []),
      splice(text, pos, word.end, quote(text.slice(pos, word.end))),
    ],
  );
}

/** Reads a field, its operator and value; null, with the state where it was, when there is no test. */
function parseTest(state: State): Filter | null {
  const { text, pos: start } = state;
  const field = readTestField(state, start);
  if (field === null) return null;
  let operator = readOperator(text, field.at.end, field.at.end - start);
  if (operator === null && !field.quoted && isSpace(text[field.at.end])) {
    operator = readSpacedOperator(text, field.at.end);
  }
  if (operator === null) {
    // `@status` alone is no test; in `@a,b` or `@x*` the sign is text.
    if (field.attribute && endsWord(text, field.at.end)) loneAt(state, field);
    return null;
  }
  if (operator.op === null) wrongOperator(state, field, operator.start, operator.end);
  const test: OpenTest = {
    field: resolveField(state, field),
    start,
    nameEnd: field.at.end,
    op: operator.op,
    opEnd: operator.end,
  };
  state.pos = operator.end;
  const value = parseValue(state, test);
  const filter: Filter = {
    kind: "field",
    field: test.field,
    test: value,
    at: { start, end: state.pos },
  };
  return operator.op === "!=" ? negate(filter) : filter;
}

function readTestField(state: State, at: number): WrittenField | null {
  const { text } = state;
  const from = text[at] === "@" ? at + 1 : at;
  if (closingQuote(text[from]) === undefined) return readField(state, at);
  const field = readField(state, at);
  // A quoted text is a name only directly before an operator.
  if (field === null || field.attribute) return field;
  return readOperator(text, field.at.end, 2) === null ? null : field;
}

function loneAt(state: State, field: WrittenField): never {
  const { text } = state;
  const { start, end } = field.at;
  const message = "`@` begins a field name: expected `:` and a value";
  stop("missing_value", [start, end], "`:` after the field name", message, [
    splice(text, end, end, ":*"),
    splice(text, start, end, quote(text.slice(start, end))),
  ]);
}

function wrongOperator(state: State, field: WrittenField, start: number, end: number): never {
  const { text } = state;
  const op = text.slice(start, end);
  const valueStart = skipSpace(text, end);
  const quoted = closingQuote(text[valueStart]) !== undefined;
  const atom = readAtom(state, valueStart, { testStart: field.at.start, stops: "", regex: false });
  const valueEnd = atom?.end ?? valueStart;
  const raw = text.slice(valueStart, valueEnd);
  const name = text.slice(field.at.start, field.at.end);
  const pattern = quoted && atom?.kind === "words" ? atom.text : raw;
  const regex = `/${pattern.replaceAll("/", "\\/")}/`;
  const puts: Readonly<Record<string, string[]>> = {
    "==": [`${name}:${raw}`, `${name}:=${raw}`],
    "===": [`${name}:=${raw}`],
    "!==": [`-${name}:=${raw}`],
    "=~": [`${name}:${regex}`],
    "!~": [`-${name}:${regex}`],
    "<>": [`-${name}:${raw}`],
    "=>": [`${name}:>=${raw}`],
    "=<": [`${name}:<=${raw}`],
  };
  const text_ = quote(text.slice(field.at.start, valueEnd));
  stop("operator", [start, end], "one of : = != > >= < <=", `\`${op}\` is not an operator here`, [
    ...(puts[op] ?? []).map((put) => splice(text, field.at.start, valueEnd, put)),
    ...(op === "=>" || puts[op] === undefined
      ? [splice(text, field.at.start, valueEnd, text_)]
      : []),
  ]);
}

/** Stops at a `)` that closes nothing; the state stands where the filter ended. */
export function expectFilterEnd(state: State): void {
  if (peek(state) !== ")") return;
  const { text, pos } = state;
  stop("extra_paren", [pos, pos + 1], "the end of the filter", "This `)` closes nothing", [
    removeWord(text, pos, pos + 1),
  ]);
}
