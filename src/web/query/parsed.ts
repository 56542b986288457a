/**
 * A query as the server would read it.
 */
import { parseQuery, type ParseResult } from "../../query/parse.ts";
import { ownZone } from "../time/wall-clock.ts";
import { languageReady } from "./language-later.ts";
import { loadRegexes, regexesReady } from "./linear-regex.ts";

/** The query, what is typed, and what each value of an open entry would make of them. */
const MOST_KEPT = 64;
const kept = new Map<string, ParseResult>();
let keptReady = 0;

/** Times without a zone are the reader's. The newest answers are kept: a text is asked about by many, one after the other. */
export function parsed(text: string): ParseResult {
  // Whoever shows what this found is drawn again when the query, and then patterns, can be judged.
  const ready = Number(languageReady.value) + Number(regexesReady.value);
  if (!regexesReady.value && text.includes("/")) loadRegexes();
  if (keptReady !== ready || kept.size >= MOST_KEPT) kept.clear();
  keptReady = ready;
  const known = kept.get(text);
  if (known !== undefined) return known;
  const result = parseQuery(text, {
    nowNanos: BigInt(Date.now()) * 1_000_000n,
    timeZone: ownZone(),
  });
  kept.set(text, result);
  return result;
}
