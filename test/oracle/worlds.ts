/**
 * Stores for the oracle's questions: each world holds one run's entries.
 * Invariant: a world is empty; on a store that is shared it is an application of its own.
 */
import { type AppId, parseAppId } from "../../src/domain/ids.ts";
import { type Entry } from "../../src/domain/entry.ts";
import { bucketOfMs, msOf } from "../../src/domain/time-range.ts";
import type { LogStore } from "../../src/storage/log-store.ts";
import { openSqliteStore } from "../../src/storage/sqlite/open-store.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { entryRows, mergeBucket } from "../support/stored-entries.ts";

export interface OracleWorld extends AsyncDisposable {
  readonly logs: LogStore;
  readonly app: AppId;
  /** Numbers of segments, which no other world of the store has. */
  readonly nextSegment: () => number;
  /** So that all rows there are may be merged. */
  readonly closeEpochs: () => Promise<void>;
}

export type OpenWorld = () => Promise<OracleWorld>;

export const inMemory: OpenWorld = async () => {
  const opened = await openSqliteStore({ folder: ":memory:", clock: new FakeClock() });
  let segments = 0;
  return {
    logs: opened.logs,
    app: parseAppId("019a0000-0000-7000-8000-0000000000aa"),
    nextSegment: () => segments++,
    closeEpochs: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
};

/** Each batch is one commit; the first ones are merged hour by hour. */
export async function fill(
  { logs, app, nextSegment, closeEpochs }: OracleWorld,
  entries: readonly Entry[],
  merged: number,
): Promise<void> {
  const batches = [...Map.groupBy(entries, (entry) => entry.id.batch).values()];
  const buckets = new Set(entries.map((entry) => bucketOfMs(msOf(entry.timeNanos))));
  for (const [i, held] of batches.entries()) {
    await logs.commit(entryRows(app, held));
    // Two merges make two segments of each hour.
    if (i + 1 !== merged && i + 3 !== merged) continue;
    await closeEpochs();
    for (const bucket of buckets) await mergeBucket(logs, app, bucket, nextSegment());
  }
}
