/**
 * Parses a query: one meaning, or the first error with fixes.
 * Invariant: each fix, of an error or a warning, is a whole query that parses in the same context.
 * Pure; the instant and the zone of the request come from the caller. The language: docs/language.md.
 */

import type { Query } from "./ast.ts";
import { expectFilterEnd, parseFilter } from "./filter.ts";
import { refuseOtherLanguage } from "./other-language.ts";
import { parsePipes } from "./pipes.ts";
import { printQuery } from "./print.ts";
import { ParseStop, type QueryError, type QueryWarning, stop } from "./problem.ts";
import { newState, peek, type State } from "./state.ts";
import type { TimeContext } from "./time-literal.ts";
import { utf8Length } from "./words.ts";

export type { QueryError, QueryWarning } from "./problem.ts";

const MAX_BYTES = 8192;
const MAX_FIXES = 3;

export type ParseResult =
  | { readonly ok: true; readonly query: Query; readonly warnings: readonly QueryWarning[] }
  | { readonly ok: false; readonly error: QueryError };

/**
 * @param context the instant that `now` means and the zone of times without one; an unknown zone
 * throws RangeError when a time needs it.
 */
export function parseQuery(text: string, context: TimeContext): ParseResult {
  try {
    const { query, state } = parseWhole(text, context);
    return {
      ok: true,
      query,
      warnings: state.warnings.map((warning) => withFixes(warning, query, text, context)),
    };
  } catch (error) {
    if (!(error instanceof ParseStop)) throw error;
    return {
      ok: false,
      error: { ...error.error, fixes: validFixes(error.error.fixes, text, context) },
    };
  }
}

function parseWhole(text: string, context: TimeContext): { query: Query; state: State } {
  if (utf8Length(text) > MAX_BYTES) {
    stop(
      "too_long",
      [0, text.length],
      `at most ${MAX_BYTES} bytes`,
      `A query has at most ${MAX_BYTES} bytes`,
    );
  }
  const state = newState(text, context);
  peek(state);
  refuseOtherLanguage(text, state.pos);
  const filter = parseFilter(state) ?? { kind: "all" };
  expectFilterEnd(state);
  const pipes = parsePipes(state);
  return { query: { filter, pipes, columns: state.columns }, state };
}

function withFixes(
  warning: QueryWarning,
  query: Query,
  text: string,
  context: TimeContext,
): QueryWarning {
  const fixes = warning.code === "mixed_or" ? [printQuery(query)] : warning.fixes;
  return { ...warning, fixes: validFixes(fixes, text, context) };
}

function validFixes(candidates: readonly string[], text: string, context: TimeContext): string[] {
  const fixes = new Set<string>();
  for (const fix of candidates) {
    if (fixes.size < MAX_FIXES && fix !== text && isValid(fix, context)) fixes.add(fix);
  }
  return [...fixes];
}

function isValid(text: string, context: TimeContext): boolean {
  try {
    parseWhole(text, context);
    return true;
  } catch (error) {
    if (error instanceof ParseStop) return false;
    throw error;
  }
}
