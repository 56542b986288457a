/**
 * Other queries that may be meant by one: each changes one term that stands alone at the top of the filter.
 * Invariant: pure; a candidate differs from the query and parses. What it finds is counted elsewhere.
 */
import { levelNamed, severityOf } from "../../domain/level.ts";
import { foldText } from "../../domain/text.ts";
import type { FieldRef, FieldTest, Filter, Query, WordsTest } from "../../query/ast.ts";
import { wildTest, wordsTest } from "../../query/atoms.ts";
import { slipsAllowed, slipsBetween } from "../../query/names.ts";
import { printField } from "../../query/print-names.ts";
import { printQuery } from "../../query/print.ts";
import type { Learned } from "./learn.ts";

const NOWHERE = { start: 0, end: 0 };
/** Near values, and fields of a word, that are tried for one term. */
const TRIED = 2;

/** In the order of how likely it is what was meant. */
export const KINDS = [
  "near_field",
  "near_value",
  "any_case",
  "fix",
  "words_apart",
  "as_field",
  "wildcard",
  "wider_range",
  "drop_term",
  "as_text",
] as const;
export type SuggestionKind = (typeof KINDS)[number];

export interface Candidate {
  readonly kind: SuggestionKind;
  readonly query: Query;
  readonly text: string;
  readonly reason: string;
}

/** The terms of a query that stand alone at the top of its filter. */
export function termsOf({ filter }: Query): readonly Filter[] {
  if (filter.kind === "all") return [];
  return filter.kind === "and" ? filter.parts : [filter];
}

/** What `learn` is to look for. */
export function wantedOf(query: Query): { fields: FieldRef[]; words: WordsTest[] } {
  const fields = new Map<string, FieldRef>();
  const words: WordsTest[] = [];
  for (const term of termsOf(query)) {
    if (term.kind === "text" && term.test.kind === "words") words.push(term.test);
    if (term.kind === "field" && hasNearValues(term.field, term.test))
      fields.set(printField(term.field, "filter"), term.field);
  }
  return { fields: [...fields.values()], words };
}

/** @returns candidates, those of one term after those of the one before. */
export function candidatesOf(query: Query, learned: Learned): Candidate[] {
  const terms = termsOf(query);
  const made = terms.flatMap((term, i) => {
    const replaced = (kind: SuggestionKind, by: Filter | undefined, reason: string): Candidate => {
      const next = { ...query, filter: withTerm(terms, i, by) };
      return { kind, query: next, text: printQuery(next), reason };
    };
    const dropped = replaced("drop_term", undefined, `Without \`${printTerm(term)}\``);
    if (term.kind === "text") return [...ofText(term, learned, replaced), dropped];
    if (term.kind === "field") return [...ofField(term, learned, replaced), dropped];
    return [dropped];
  });
  const own = printQuery(query);
  return made.filter(({ text }, i) => {
    return text !== own && made.findIndex((other) => other.text === text) === i;
  });
}

type Replaced = (kind: SuggestionKind, by: Filter | undefined, reason: string) => Candidate;

function withTerm(terms: readonly Filter[], at: number, by: Filter | undefined): Filter {
  const parts = terms.flatMap((term, i) => {
    if (i !== at) return [term];
    if (by === undefined) return [];
    return by.kind === "and" ? by.parts : [by];
  });
  const [only] = parts;
  if (only === undefined) return { kind: "all" };
  return parts.length === 1 ? only : { kind: "and", parts };
}

function printTerm(filter: Filter): string {
  return printQuery({ filter, pipes: [], columns: null });
}

function ofText(
  { test }: Extract<Filter, { kind: "text" }>,
  learned: Learned,
  replaced: Replaced,
): Candidate[] {
  if (test.kind === "regex") return ofRegex(test, (own) => text(own), replaced);
  if (test.kind !== "words") return [];
  const made = [
    ...apart(test, (own) => text(own), replaced),
    ...wild(test, (own) => text(own), "Words", replaced),
  ];
  const level = levelNamed(test.text);
  if (level !== undefined) {
    const min = severityOf(level);
    const levels: Filter = {
      kind: "field",
      field: { kind: "builtin", name: "level", at: NOWHERE },
      test: { kind: "level", min, max: min + 3, written: { op: ":", text: level } },
      at: NOWHERE,
    };
    made.push(replaced("as_field", levels, `\`${test.text}\` is a level`));
  }
  const holders = [...(learned.holders.get(test.folded) ?? [])].toSorted(
    ([a, x], [b, y]) => y.count - x.count || (a < b ? -1 : 1),
  );
  for (const [name, { field }] of holders.slice(0, TRIED)) {
    const by: Filter = { kind: "field", field, test, at: NOWHERE };
    made.push(replaced("as_field", by, `\`${test.text}\` is a value of \`${name}\``));
  }
  return made;
}

function ofField(
  { field, test }: Extract<Filter, { kind: "field" }>,
  learned: Learned,
  replaced: Replaced,
): Candidate[] {
  const name = printField(field, "filter");
  const own = (other: FieldTest): Filter => ({ kind: "field", field, test: other, at: NOWHERE });
  const made: Candidate[] = [];
  if (hasNearValues(field, test)) {
    const known = learned.values.get(name) ?? new Map<string, number>();
    for (let rank = 0; rank < TRIED; rank++) {
      const near = nearTest(test, known, rank);
      if (near === undefined) continue;
      const values = near.changes.map(([from, to]) => `\`${to}\`, close to \`${from}\``);
      const reason = `\`${name}\` has the value ${values.join(", and ")}`;
      made.push(replaced("near_value", own(near.test), reason));
    }
  }
  if (field.kind === "builtin" && (field.name === "id" || field.name === "pattern")) return made;
  if (test.kind === "regex") made.push(...ofRegex(test, own, replaced));
  if (test.kind === "exact")
    made.push(
      replaced("any_case", own(wordsTest(test.text, true)), "`:=` minds case, `:` does not"),
    );
  if (test.kind === "words") {
    made.push(...apart(test, own, replaced));
    made.push(...wild(test, own, `Values of \`${name}\``, replaced));
  }
  if ((test.kind === "words" || test.kind === "exact") && test.text !== "") {
    const by = text(wordsTest(test.text, false));
    const reason = `\`${test.text}\` anywhere, not only in \`${name}\``;
    made.push(replaced("as_text", by, reason));
  }
  return made;
}

function text(test: Extract<Filter, { kind: "text" }>["test"]): Filter {
  return { kind: "text", test, at: NOWHERE };
}

function ofRegex(
  test: Extract<FieldTest, { kind: "regex" }>,
  own: (test: Extract<FieldTest, { kind: "regex" }>) => Filter,
  replaced: Replaced,
): Candidate[] {
  if (test.flags.includes("i")) return [];
  const flags = `${test.flags}i`.split("").toSorted().join("");
  return [replaced("any_case", own({ ...test, flags }), "A regex without `i` minds case")];
}

/** The words of a phrase, each by itself. */
function apart(test: WordsTest, own: (test: WordsTest) => Filter, replaced: Replaced): Candidate[] {
  const words = test.text.split(/\s+/).filter((word) => word !== "");
  if (words.length < 2) return [];
  const parts = words.map((word) => own(wordsTest(word, false)));
  return [replaced("words_apart", { kind: "and", parts }, "The words in any order, not in a row")];
}

function wild(
  test: WordsTest,
  own: (test: Extract<FieldTest, { kind: "wild" }>) => Filter,
  what: string,
  replaced: Replaced,
): Candidate[] {
  const { text: word } = test;
  // Below two characters nearly all is found; a text with white space is a phrase.
  if (word.length < 2 || /\s/.test(word)) return [];
  return [
    replaced("wildcard", own(wildTest([word, ""])), `${what} that begin with \`${word}\``),
    replaced("wildcard", own(wildTest(["", word, ""])), `${what} that hold \`${word}\``),
  ];
}

function hasNearValues(field: FieldRef, test: FieldTest): boolean {
  if (field.kind === "below" || field.kind === "column") return false;
  if (field.kind === "builtin" && field.name !== "service" && field.name !== "host") return false;
  if (test.kind === "anyOf") return test.items.some((item) => hasNearValues(field, item));
  return (test.kind === "words" && test.number === null) || test.kind === "exact";
}

/** The test with its values replaced by near ones; undefined when there is none. */
function nearTest(
  test: FieldTest,
  known: ReadonlyMap<string, number>,
  rank: number,
): { test: FieldTest; changes: (readonly [string, string])[] } | undefined {
  if (test.kind === "anyOf") {
    const near = test.items.map((item) => nearTest(item, known, rank));
    const changes = near.flatMap((own) => own?.changes ?? []);
    if (changes.length === 0) return undefined;
    const items = test.items.map((item, i) => near[i]?.test ?? item);
    return { test: { kind: "anyOf", items }, changes };
  }
  if (test.kind !== "words" && test.kind !== "exact") return undefined;
  const wanted = foldText(test.text);
  const cap = slipsAllowed(wanted) + 1;
  const near = [...known]
    .map(([value, count]) => ({ value, count, slips: slipsBetween(wanted, foldText(value), cap) }))
    .filter(({ value, slips }) => slips < cap && foldText(value) !== wanted)
    .toSorted((a, b) => a.slips - b.slips || b.count - a.count || (a.value < b.value ? -1 : 1));
  // A value that is there was meant.
  const found = known.has(test.text) ? undefined : near[rank];
  if (found === undefined) return undefined;
  return { test: wordsTest(found.value, false), changes: [[test.text, found.value]] };
}
