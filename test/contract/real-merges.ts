/**
 * Real entries and the real merges over a backend's store, for those parts of the suite where blocks are opened.
 * Invariant: ids and nonces are counted; nothing here waits for time to pass.
 */
import { type Entry, entryIdText } from "../../src/domain/entry.ts";
import type { BatchId } from "../../src/domain/ids.ts";
import { type Bucket, bucketOfMs, msOf } from "../../src/domain/time-range.ts";
import type { LogStore } from "../../src/storage/log-store.ts";
import type { MergeDeps } from "../../src/upkeep/merge-l0.ts";
import { mergeL0 } from "../../src/upkeep/merge-l0.ts";
import { mergeLevels } from "../../src/upkeep/merge-levels.ts";
import { entryRows } from "../support/stored-entries.ts";
import { APP, BUCKET, entriesOf, START_MS, visible } from "../support/upkeep-world.ts";
import type { LogSamples } from "./log-samples.ts";
import { GRACE_MS, type LogStoreUnderTest } from "./log-store-under-test.ts";

const HOUR_MS = 3_600_000;
export const HOURS = [0, 1, 2].map((hours) => (BUCKET + hours) as Bucket);

/** Entries of batch `n` in three hours, four an hour; under another name when one is given. */
export function threeHours(n: number, batch?: BatchId): Entry[] {
  return [0, 1, 2].flatMap((hours) =>
    entriesOf(n, 4, START_MS + hours * HOUR_MS + (n % 7) * 3).map((entry, i) => ({
      ...entry,
      id: { ...entry.id, index: hours * 4 + i, batch: batch ?? entry.id.batch },
    })),
  );
}

/**
 * One commit of all of it, as ingest makes it: what the store says it has is taken out, and the rest sent again.
 * @param unfinished batches of which other hours are refused for now.
 */
export async function sendOnce(
  logs: LogStore,
  entries: readonly Entry[],
  unfinished: readonly BatchId[] = [],
): Promise<void> {
  let left = entries;
  for (let tries = 0; left.length > 0 && tries < 3; tries++) {
    const rows = entryRows(APP, left).map((row) => ({ ...row, unfinished }));
    const { duplicates } = await logs.commit(rows);
    if (duplicates.length === 0) return;
    const held = new Set(duplicates.map(({ batch, bucket }) => `${batch} ${bucket}`));
    left = left.filter(
      ({ id, timeNanos }) => !held.has(`${id.batch} ${bucketOfMs(msOf(timeNanos))}`),
    );
  }
  if (left.length > 0) throw new Error("the store names other duplicates each time");
}

export function mergeDeps(logs: LogStore, samples: LogSamples): MergeDeps {
  return { store: logs, newBlobId: () => samples.blob(), newNonce: () => samples.nonce() };
}

export const unitOf = (bucket: Bucket): { app: typeof APP; bucket: Bucket; shard: number } => ({
  app: APP,
  bucket,
  shard: 0,
});

/** All rows that are there, then segments as long as two are of one level. */
export async function mergeAllThere(store: LogStoreUnderTest, deps: MergeDeps): Promise<void> {
  await store.closeEpochs();
  for (const bucket of HOURS) {
    let result = await mergeL0(unitOf(bucket), deps);
    while (result === "more") result = await mergeL0(unitOf(bucket), deps);
    while ((await mergeLevels(unitOf(bucket), deps, 2)) === "merged");
  }
}

/** Merges all and deletes what that replaced: the hardest that can happen to a plan. */
export async function mergeAway(
  store: LogStoreUnderTest,
  logs: LogStore,
  deps: MergeDeps,
): Promise<void> {
  await mergeAllThere(store, deps);
  await store.advance(GRACE_MS);
  await logs.collectGarbage();
}

/** Ids of all that is visible in the three hours, ascending as texts; one that comes twice is there twice. */
export async function visibleHours(logs: LogStore): Promise<string[]> {
  const found: string[] = [];
  for (const bucket of HOURS) found.push(...(await visible(logs, unitOf(bucket))));
  return found.toSorted();
}

/** The same of entries, those of buckets below `floor` left out. */
export function idsFrom(entries: readonly Entry[], floor = 0): string[] {
  return entries
    .filter(({ timeNanos }) => bucketOfMs(msOf(timeNanos)) >= floor)
    .map(({ id }) => entryIdText(id))
    .toSorted();
}
