/**
 * A page of a query's answer, and what all ways to make one share.
 * Invariant: pages together are the answer, each row once; a page has a row where there is one.
 */
import type { Entry } from "../domain/entry.ts";
import type { AppId } from "../domain/ids.ts";
import { ANSWER_BYTES } from "../domain/limits.ts";
import { entryBytes, rowBytes } from "../engine/pipe/held.ts";
import { applyPipe } from "../engine/pipe/pipeline.ts";
import { type PipeEnv, type Rows, batchOf, rowCount } from "../engine/pipe/rows.ts";
import type { Pipe } from "../query/ast.ts";
import type { BlockWalk } from "./block-walk.ts";
import { type Hit, readHit } from "./entry-merge.ts";
import type { RunWatch } from "./explain/run-watch.ts";
import { MAX_LIMIT, type PageStart, skipCursor } from "./prepare-query.ts";
import type { QueryResult } from "./results.ts";
import { testedRows } from "./rows-in-turns.ts";
import type { Spending } from "./spending.ts";

export interface Page {
  readonly app: AppId;
  readonly limit: number;
  readonly start: PageStart;
  readonly ascending: boolean;
  /** Rows of a table in one answer; as many as of entries at most when absent. */
  readonly tableRows?: number;
  /** Of the rows in one answer, as they are counted in memory; as of all answers when absent. */
  readonly bytes?: number;
}

export interface Answer {
  readonly rows: Pick<QueryResult, "entries" | "table">;
  readonly nextCursor: string;
  /** Every match was looked at. */
  readonly complete: boolean;
  /** Where a bound of a pipe ended it, as of the walk. */
  readonly coveredStart?: bigint | undefined;
}

/** Reads the row of a hit. @returns undefined for what turns out unreadable: the walk says so. */
export function readOf(hit: Hit, walk: BlockWalk, watch: RunWatch): Entry | undefined {
  try {
    return watch.entry(() => readHit(hit));
  } catch (error) {
    walk.miss(error);
    return undefined;
  }
}

export async function applied(
  rows: Rows,
  pipe: Pipe,
  env: PipeEnv,
  spending: Spending,
  watch: RunWatch,
): Promise<Rows> {
  const batch = await testedRows(batchOf(rows), pipe, env, spending, watch);
  return watch.pipe(pipe, rowCount(rows), () => applyPipe(rows, pipe, env, batch), rowCount);
}

export function plain(rows: Rows): Answer["rows"] {
  return rows.kind === "entries"
    ? { entries: rows.entries, table: undefined }
    : { entries: [], table: rows.table };
}

/** What of the rows is in this answer; at least one where there is any. */
export function cut(rows: Rows, page: Page, complete: boolean): Answer {
  const skip = page.start.kind === "skip" ? page.start.rows : 0;
  const { bytes = ANSWER_BYTES } = page;
  if (rows.kind === "entries") {
    const entries = firstOf(rows.entries, skip, page.limit, bytes, entryBytes);
    return {
      rows: { entries, table: undefined },
      nextCursor: cursorBehind(skip + entries.length, rows.entries.length),
      complete,
    };
  }
  // A chart or a table of groups is wanted whole: only entries go by the page's size.
  const { table } = rows;
  const own = firstOf(table.rows, skip, page.tableRows ?? MAX_LIMIT, bytes, rowBytes);
  return {
    rows: { entries: [], table: { ...table, rows: own } },
    nextCursor: cursorBehind(skip + own.length, table.rows.length),
    complete,
  };
}

function firstOf<T>(
  all: readonly T[],
  from: number,
  count: number,
  bytes: number,
  bytesOf: (one: T) => number,
): readonly T[] {
  let end = from;
  for (let held = 0; end < all.length && end - from < count && held < bytes; end++)
    held += bytesOf(all[end] as T);
  return all.slice(from, end);
}

function cursorBehind(taken: number, all: number): string {
  return taken < all ? skipCursor(taken) : "";
}
