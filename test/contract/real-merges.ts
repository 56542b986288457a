/**
 * Real entries and the real merges over a backend's store, for those parts of the suite where blocks are opened.
 * Invariant: ids and nonces are counted; nothing here waits for time to pass.
 */
import { type Entry, entryIdText } from "../../src/domain/entry.ts";
import type { BatchId } from "../../src/domain/ids.ts";
import { type Bucket, bucketOfMs, msOf } from "../../src/domain/time-range.ts";
import type { LogStore, UnitKey } from "../../src/storage/log-store.ts";
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

export interface RealMergeDeps extends MergeDeps {
  readonly store: LogStore;
}

export function mergeDeps(logs: LogStore, samples: LogSamples): RealMergeDeps {
  return { store: logs, newBlobId: () => samples.blob(), newNonce: () => samples.nonce() };
}

export const unitOf = (bucket: Bucket): { app: typeof APP; bucket: Bucket; shard: number } => ({
  app: APP,
  bucket,
  shard: 0,
});

/** Whatever has something in the three hours, in all shards. */
export async function unitsThere(logs: Pick<LogStore, "plan">): Promise<UnitKey[]> {
  const [first, last] = [BUCKET, (BUCKET + HOURS.length - 1) as Bucket];
  const units = await logs.plan(APP, first, last);
  return units.map(({ manifest: { app, bucket, shard } }) => ({ app, bucket, shard }));
}

/** All rows that are there, then segments as long as two are of one level. */
export async function mergeAllThere(
  store: Pick<LogStoreUnderTest, "closeEpochs">,
  deps: RealMergeDeps,
): Promise<void> {
  await store.closeEpochs();
  for (const unit of await unitsThere(deps.store)) {
    let result = await mergeL0(unit, deps);
    while (result === "more") result = await mergeL0(unit, deps);
    while ((await mergeLevels(unit, deps, 2)) === "merged");
  }
}

/** Merges all and deletes what that replaced: the hardest that can happen to a plan. */
export async function mergeAway(
  store: LogStoreUnderTest,
  logs: LogStore,
  deps: RealMergeDeps,
): Promise<void> {
  await mergeAllThere(store, deps);
  await store.advance(GRACE_MS);
  await logs.collectGarbage();
}

/** Ids of all that is visible in the three hours, ascending as texts; one that comes twice is there twice. */
export async function visibleHours(logs: LogStore): Promise<string[]> {
  const found: string[] = [];
  for (const unit of await unitsThere(logs)) found.push(...(await visible(logs, unit)));
  return found.toSorted();
}

/** The same of entries, those of buckets below `floor` left out. */
export function idsFrom(entries: readonly Entry[], floor = 0): string[] {
  return entries
    .filter(({ timeNanos }) => bucketOfMs(msOf(timeNanos)) >= floor)
    .map(({ id }) => entryIdText(id))
    .toSorted();
}
