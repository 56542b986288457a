/**
 * Turns what is drawn back into entries: the query that counts them beside the figures, and the one that finds them.
 * Invariant: what is found is what was counted: the same filter, the same keys, the same span. Pure.
 */
import type { Pipe } from "../../query/ast.ts";
import { parsed } from "../query/parsed.ts";
import { filterText, printedName, withFilter, withoutField, withValue } from "../query/terms.ts";
import { makerOf, type Reading } from "./reading.ts";
import type { Series } from "./series.ts";

/** A query that answers the same rows with a column of how many entries each is made of. */
export interface Counting {
  /** undefined: the query itself counts them. */
  readonly query: string | undefined;
  readonly column: string;
}

/** Nobody's own name. */
const COLUMN = "counted_entries";

export function countingOf(query: string): Counting | undefined {
  const maker = makerOf(query);
  const result = parsed(query);
  if (maker === undefined || maker.kind === "patterns" || !result.ok) return undefined;
  const { pipes, columns } = result.query;
  if (maker.kind !== "stats" && maker.kind !== "timechart")
    return { query: undefined, column: "count" };
  const own = maker.functions.find(({ fn }) => fn === "count");
  if (own?.field === null && columns?.some(({ name }) => name === own.name) === true)
    return { query: undefined, column: own.name };
  const last = maker.functions.at(-1);
  if (last === undefined) return undefined;
  const rest = query.slice(last.at.end, endOf(query, pipes, maker));
  const text = `${query.slice(0, last.at.end)}, count() as ${COLUMN}${rest}`.trim();
  return parsed(text).ok ? { query: text, column: COLUMN } : undefined;
}

/**
 * @param of the keys of what is shown; of several, any of them.
 * @returns the filter that finds its entries; undefined where none can say it.
 */
export function entriesQuery(
  query: string,
  of: readonly Pick<Series, "keys">[],
): string | undefined {
  const filter = narrowed(query);
  const [first] = of;
  if (filter === undefined || first === undefined || first.keys.length === 0) return filter;
  return of.length === 1 ? ofOne(filter, first.keys) : ofSeveral(filter, of);
}

function ofOne(filter: string, keys: Series["keys"]): string | undefined {
  let next: string | undefined = filter;
  for (const { key, value } of keys) {
    if (next === undefined || key.field === undefined) return undefined;
    if (key.step !== undefined && typeof value === "number") {
      const name = printedName(key.field);
      next = withFilter(next, `${name}:>=${value} ${name}:<${endOfBin(value, key.step)}`);
      continue;
    }
    if (value !== null && value !== undefined) next = withValue(next, key.field, value, "only");
    else {
      const without = withoutField(next, key.field);
      next =
        without === undefined ? undefined : withFilter(without, `-${printedName(key.field)}:*`);
    }
  }
  return next;
}

/** Values of one field are one list; of several fields they cannot be said in one term. */
function ofSeveral(filter: string, of: readonly Pick<Series, "keys">[]): string | undefined {
  let next: string | undefined;
  for (const { keys } of of) {
    const [one] = keys;
    if (one?.key.field === undefined || keys.length > 1) return undefined;
    next = withValue(
      next ?? withoutField(filter, one.key.field) ?? filter,
      one.key.field,
      one.value,
      "include",
    );
    if (next === undefined) return undefined;
  }
  return next;
}

/** The filter, and the `where` steps right behind it, which narrow entries too. */
function narrowed(query: string): string | undefined {
  const result = parsed(query);
  if (!result.ok) return undefined;
  const { pipes } = result.query;
  let filter: string | undefined = filterText(query);
  for (const pipe of pipes) {
    if (pipe.kind !== "where" || filter === undefined) break;
    const text = query.slice(pipe.at.end, endOf(query, pipes, pipe)).trim();
    filter = withFilter(filter, pipe.filter.kind === "or" ? `(${text})` : text);
  }
  return filter;
}

/** Where a pipe ends: before the `|` of the next one. */
function endOf(query: string, pipes: readonly Pipe[], pipe: Pipe): number {
  const next = pipes[pipes.indexOf(pipe) + 1];
  return next === undefined ? query.length : query.lastIndexOf("|", next.at.start);
}

/** Sums of fractions carry digits that nobody wrote. */
export function endOfBin(low: number, step: number): number {
  return Number((low + step).toPrecision(12));
}

/** Rows by what tells them apart, for looking counts up. */
export function rowKey({ time, keys }: Reading, row: readonly unknown[]): string {
  return JSON.stringify([
    time === undefined ? 0 : Date.parse(String(row[time])),
    ...keys.map(({ at }) => row[at] ?? null),
  ]);
}
