/**
 * A query as the server would read it.
 */
import { parseQuery, type ParseResult } from "../../query/parse.ts";
import { loadRegexes, regexesReady } from "./linear-regex.ts";

let last:
  | { readonly text: string; readonly ready: boolean; readonly result: ParseResult }
  | undefined;

/** Times without a zone are the reader's. The newest answer is kept: a text is asked about by many, one after the other. */
export function parsed(text: string): ParseResult {
  // Whoever shows what this found is drawn again when patterns can be judged, too.
  const ready = regexesReady.value;
  if (!ready && text.includes("/")) loadRegexes();
  if (last?.text === text && last.ready === ready) return last.result;
  const result = parseQuery(text, {
    nowNanos: BigInt(Date.now()) * 1_000_000n,
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  });
  last = { text, ready, result };
  return result;
}
