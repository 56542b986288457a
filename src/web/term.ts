/**
 * Writes a term into a query. Invariant: the text before is kept as typed; only one with pipes is
 * written anew, because where its first pipe stands is for the parser to say. Pure.
 */
import { parseQuery, type ParseResult } from "../query/parse.ts";
import { printQuery } from "../query/print.ts";
import { quote } from "../query/problem.ts";
import { isBareName } from "../query/words.ts";
import { loadRegexes, regexesReady } from "./query/linear-regex.ts";

/** Parses as the server would: times without a zone are the reader's. */
export function parsed(text: string): ParseResult {
  // Whoever shows what this found is drawn again when patterns can be judged, too.
  if (!regexesReady.value && text.includes("/")) loadRegexes();
  return parseQuery(text, {
    nowNanos: BigInt(Date.now()) * 1_000_000n,
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  });
}

/** @returns the query narrowed to entries with the value (or without it); undefined when no term can say that. */
export function withTerm(
  query: string,
  field: string,
  value: unknown,
  without = false,
): string | undefined {
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean")
    return undefined;
  const before = parsed(query);
  if (!before.ok) return undefined;
  const text = String(value);
  const name = isBareName(field) ? field : quote(field);
  const term = `${without ? "-" : ""}${name}:${/^[\w.-]+$/.test(text) ? text : quote(text)}`;
  const { filter, pipes } = before.query;
  const whole = printQuery(before.query);
  const typed =
    filter.kind === "all"
      ? ""
      : pipes.length === 0
        ? query.trim()
        : printQuery({ ...before.query, pipes: [] });
  const rest = pipes.length === 0 ? "" : whole.slice(typed.length).trimStart();
  const kept = filter.kind === "or" ? `(${typed})` : typed;
  const next = [kept, term, rest].filter((part) => part !== "").join(" ");
  return parsed(next).ok ? next : undefined;
}
