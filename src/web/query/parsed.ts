/**
 * A query as the server would read it.
 */
import { parseQuery, type ParseResult } from "../../query/parse.ts";
import { languageReady } from "./language-later.ts";
import { loadRegexes, regexesReady } from "./linear-regex.ts";

let last:
  | { readonly text: string; readonly ready: number; readonly result: ParseResult }
  | undefined;

/** Times without a zone are the reader's. The newest answer is kept: a text is asked about by many, one after the other. */
export function parsed(text: string): ParseResult {
  // Whoever shows what this found is drawn again when the query, and then patterns, can be judged.
  const ready = Number(languageReady.value) + Number(regexesReady.value);
  if (!regexesReady.value && text.includes("/")) loadRegexes();
  if (last?.text === text && last.ready === ready) return last.result;
  const result = parseQuery(text, {
    nowNanos: BigInt(Date.now()) * 1_000_000n,
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  });
  last = { text, ready, result };
  return result;
}
