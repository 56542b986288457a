/**
 * What may be meant by a query that finds nothing, or little.
 * Invariant: a suggestion was counted and finds more than the query; all of it together stays within one budget, and a
 * count that the budget cut short is marked.
 */
import type { AppId } from "../../domain/ids.ts";
import { HOUR_MS, NANOS_PER_MS, type TimeRange, bucketsOf } from "../../domain/time-range.ts";
import { pipelineOf } from "../../engine/pipe/pipeline.ts";
import type { Filter, Query } from "../../query/ast.ts";
import { parseQuery } from "../../query/parse.ts";
import { printQuery } from "../../query/print.ts";
import { fieldWarnings } from "../field-warnings.ts";
import { END_OF_TIME, type Prepared, narrow } from "../prepare-query.ts";
import type { QueryWarning, Suggestion, SuggestionsResult } from "../results.ts";
import type { RunDeps } from "../run-deps.ts";
import type { Spending } from "../spending.ts";
import { type Candidate, KINDS, candidatesOf, wantedOf } from "./candidates.ts";
import { countFilters, isSummarised, reachOf } from "./count-filters.ts";
import { learn } from "./learn.ts";

/** A query that finds so many is left alone. */
const LITTLE = 10;
const MOST = 8;
/** Candidates beyond so many are not counted. */
const MOST_COUNTED = 24;
const DAY = 24n * BigInt(HOUR_MS) * NANOS_PER_MS;
const WEEK = 7n * DAY;

export async function suggestQueries(
  app: AppId,
  prepared: Prepared,
  deps: RunDeps,
): Promise<SuggestionsResult> {
  const { query, range } = prepared;
  const reasons = new Set<string>();
  const candidates = await madeOf(app, prepared, deps);
  const counted = await countAll(app, range, query, candidates, deps, reasons);
  const answer = { newestNanos: undefined, suggestions: [] as Suggestion[] };
  const found =
    counted.own >= LITTLE ? answer : await withRanges(app, prepared, counted, deps, reasons);
  return {
    count: Math.min(counted.own, LITTLE),
    suggestions: chosen(found.suggestions),
    newestNanos: found.newestNanos,
    partial: reasons.size > 0,
    partialReason: [...reasons].join("; "),
    stats: { ...deps.spending.stats(counted.exact), matched: counted.own },
  };
}

/** Runs a step within a share of what is left of the budget. */
async function within<T>(
  deps: RunDeps,
  share: number,
  step: (own: RunDeps) => Promise<T>,
): Promise<T> {
  const spending: Spending = deps.spending.step(share);
  const answer = await step({ ...deps, spending });
  deps.spending.add(spending);
  return answer;
}

async function madeOf(app: AppId, prepared: Prepared, deps: RunDeps): Promise<Candidate[]> {
  const { query, range } = prepared;
  const { fields, words } = wantedOf(query);
  const learned = await within(deps, 0.2, (own) => learn(app, range, fields, words, own));
  const warnings = await within(deps, 0.2, async (own) => {
    const narrowed = narrow(range, pipelineOf(query).filter);
    const hours = bucketsOf(narrowed);
    const units = hours === undefined ? [] : await own.store.plan(app, hours.first, hours.last);
    return fieldWarnings(query, prepared.written, narrowed, units, own);
  });
  const made = [
    ...[...prepared.warnings, ...warnings].flatMap((warning) => fixesOf(warning, prepared)),
    ...candidatesOf(query, learned),
  ];
  const texts = new Set([printQuery(query)]);
  return KINDS.flatMap((kind) => made.filter((own) => own.kind === kind))
    .filter((own) => {
      const isNew = !texts.has(own.text);
      texts.add(own.text);
      return isNew;
    })
    .slice(0, MOST_COUNTED);
}

/** What a warning offers. */
function fixesOf(warning: QueryWarning, { query, written }: Prepared): Candidate[] {
  if (written === null) return [];
  return warning.fixes.flatMap((fix) => {
    const parsed = parseQuery(fix, written.context);
    if (!parsed.ok) return [];
    const asText = testsOf(parsed.query.filter) < testsOf(query.filter);
    const kind =
      warning.code === "unknown_field" ? (asText ? "as_text" : "near_field") : ("fix" as const);
    const text = printQuery(parsed.query);
    return [{ kind, query: parsed.query, text, reason: warning.message }];
  });
}

/** How many tests of fields a filter has. */
function testsOf(filter: Filter): number {
  if (filter.kind === "and" || filter.kind === "or")
    return filter.parts.reduce((sum, part) => sum + testsOf(part), 0);
  if (filter.kind === "not") return testsOf(filter.part);
  return filter.kind === "field" ? 1 : 0;
}

interface Counted {
  /** What the query itself finds; more may be there when it is LITTLE or more. */
  readonly own: number;
  readonly exact: boolean;
  readonly suggestions: readonly Suggestion[];
}

/** Counts the query and the candidates; those that summaries answer for first. */
async function countAll(
  app: AppId,
  range: TimeRange,
  query: Query,
  candidates: readonly Candidate[],
  deps: RunDeps,
  reasons: Set<string>,
): Promise<Counted> {
  const all = [
    { filter: pipelineOf(query).filter, candidate: undefined },
    ...candidates.map((candidate) => ({
      filter: pipelineOf(candidate.query).filter,
      candidate,
    })),
  ];
  let own: { count: number; exact: boolean } = { count: 0, exact: false };
  const suggestions: Suggestion[] = [];
  const groups = [
    all.filter(({ filter }) => isSummarised(filter)),
    all.filter(({ filter }) => !isSummarised(filter)),
  ];
  for (const group of groups) {
    const at = group.findIndex(({ candidate }) => candidate === undefined);
    const filters = group.map(({ filter }) => filter);
    const { counts, exact, ...rest } = await within(deps, 0.7, (step) =>
      countFilters(app, range, filters, step, (sofar) => (sofar[at] ?? 0) >= LITTLE),
    );
    for (const reason of rest.reasons) reasons.add(reason);
    group.forEach(({ candidate }, i) => {
      const count = counts[i] ?? 0;
      if (candidate === undefined) own = { count, exact };
      else suggestions.push(suggestionOf(candidate, count, exact));
    });
    if (own.count >= LITTLE) break;
  }
  return { own: own.count, exact: own.exact, suggestions: better(suggestions, own.count) };
}

function suggestionOf(
  { kind, text, reason }: Candidate,
  count: number,
  exact: boolean,
): Suggestion {
  return { kind, query: text, range: undefined, reason, count, exact };
}

function better(suggestions: readonly Suggestion[], own: number): Suggestion[] {
  return suggestions.filter(({ count }) => count > own);
}

/** Adds the query itself over longer ranges, and where its newest match outside of the range lies. */
async function withRanges(
  app: AppId,
  prepared: Prepared,
  counted: Counted,
  deps: RunDeps,
  reasons: Set<string>,
): Promise<{ suggestions: Suggestion[]; newestNanos: bigint | undefined }> {
  const { filter } = pipelineOf(prepared.query);
  const { range, shown } = prepared;
  const query = printQuery(prepared.query);
  const suggestions = [...counted.suggestions];
  const add = (reason: string, over: Suggestion["range"], count: number, exact: boolean): void => {
    suggestions.push({ kind: "wider_range", query, range: over, reason, count, exact });
  };
  const open = range.endNanos === END_OF_TIME ? undefined : range.endNanos;
  const end = open ?? shown.endNanos;
  const since = [DAY, WEEK].map((length) => end - length);
  const furthest = since.at(-1) ?? 0n;

  const week = await within(deps, 0.6, (own) =>
    reachOf(app, { startNanos: furthest, endNanos: range.startNanos }, filter, since, own),
  );
  const later =
    open === undefined
      ? undefined
      : await within(deps, 0.5, (own) =>
          reachOf(app, { startNanos: open, endNanos: END_OF_TIME }, filter, [open], own),
        );
  let { newest } = week;
  const before = range.startNanos < furthest ? range.startNanos : furthest;
  if (newest === undefined && later?.newest === undefined) {
    const older = await within(deps, 1, (own) =>
      reachOf(app, { startNanos: 0n, endNanos: before }, filter, [], own),
    );
    newest = older.newest;
    for (const reason of older.reasons) reasons.add(reason);
  }
  for (const reason of [...week.reasons, ...(later?.reasons ?? [])]) reasons.add(reason);

  let most = counted.own;
  ["24 hours", "7 days"].forEach((name, i) => {
    const startNanos = since[i] ?? 0n;
    const count = counted.own + (week.counts[i] ?? 0);
    if (startNanos >= range.startNanos || count <= most) return;
    most = count;
    const reason = `The ${name} up to the end of the range`;
    add(reason, { startNanos, endNanos: open }, count, counted.exact && week.exact);
  });
  const ahead = later?.counts[0] ?? 0;
  if (ahead > 0)
    add(
      "The range ends before newer matches",
      { startNanos: range.startNanos, endNanos: undefined },
      counted.own + ahead,
      counted.exact && later?.exact === true,
    );
  if (newest !== undefined) {
    const length = shown.endNanos - shown.startNanos;
    const around = {
      startNanos: newest + 1n - (length < DAY ? length : DAY),
      endNanos: newest + 1n,
    };
    const near = await within(deps, 1, (own) => countFilters(app, around, [filter], own));
    for (const reason of near.reasons) reasons.add(reason);
    const count = near.counts[0] ?? 0;
    if (count > counted.own)
      add(`The newest match before the range is of ${isoOf(newest)}`, around, count, near.exact);
  }
  return { suggestions, newestNanos: later?.newest ?? newest };
}

function isoOf(nanos: bigint): string {
  return `${new Date(Number(nanos / NANOS_PER_MS)).toISOString().slice(0, 19)}Z`;
}

/** The best of each kind, then the next best, until there are enough; likely kinds first. */
function chosen(suggestions: readonly Suggestion[]): Suggestion[] {
  const byKind = KINDS.map((kind) => {
    const own = suggestions.filter((suggestion) => suggestion.kind === kind);
    // Ranges come from near to far; of other kinds more entries are more likely.
    return kind === "wider_range" ? own : own.toSorted((a, b) => b.count - a.count);
  });
  const taken = new Set<Suggestion>();
  for (let rank = 0; rank < suggestions.length && taken.size < MOST; rank++)
    for (const own of byKind) {
      const next = own[rank];
      if (next !== undefined && taken.size < MOST) taken.add(next);
    }
  return byKind.flat().filter((suggestion) => taken.has(suggestion));
}
