/**
 * How many rows an export will have. Invariant: a number that is called exact was counted to the end; where only
 * running the pipes tells, there is none.
 */
import type { Table } from "../../../generated/client/argus/v1/log_service.ts";
import { parsed } from "../query/parsed.ts";
import type { Asked } from "../search.ts";
import { api } from "../session.ts";
import { type Range, timestamp } from "../time-range.ts";

export interface RowCount {
  readonly rows: number;
  readonly isExact: boolean;
}

/** Their tables are answered whole. */
const WHOLE: ReadonlySet<string> = new Set(["stats", "timechart", "top", "rare", "patterns"]);

/** @param table of the answer that is shown. */
export async function countRows(
  asked: Asked,
  range: Range,
  table: { readonly rows: Table["rows"]; readonly isPartial: boolean } | undefined,
  signal: AbortSignal,
): Promise<RowCount | undefined> {
  const query = parsed(asked.query);
  if (!query.ok) return undefined;
  const { pipes } = query.query;
  if (pipes.length > 0) {
    const isWhole = pipes.length === 1 && WHOLE.has(pipes[0]?.kind ?? "");
    if (!isWhole || table === undefined) return undefined;
    return { rows: table.rows.length, isExact: !table.isPartial };
  }
  const { stats } = await api.with({ signal }).logs.GetHistogram({
    applicationId: asked.applicationId,
    query: asked.query,
    startTime: timestamp(range.startMs),
    endTime: timestamp(range.endMs),
    maxBuckets: 1,
    timeZone: asked.zone,
    budget: undefined,
  });
  return { rows: Number(stats?.matched ?? 0n), isExact: stats?.matchedExact === true };
}
