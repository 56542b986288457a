/**
 * Buckets of several shards: each batch lies in one of them, the number is fixed for each bucket, and all of it together is
 * what a store of one shard holds.
 */
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

import { compareEntryIds, type Entry, entryIdText } from "../../src/domain/entry.ts";
import type { BlobId } from "../../src/domain/ids.ts";
import { type Bucket, nanosOf } from "../../src/domain/time-range.ts";
import { engineOpener } from "../../src/search/engine-opener.ts";
import { createSearch } from "../../src/search/search.ts";
import { CATALOGUE_STATEMENTS } from "../../src/storage/cassandra/log-catalogue.ts";
import { shardOf } from "../../src/storage/cassandra/log-shards.ts";
import type { CassandraStore } from "../../src/storage/cassandra/open-store.ts";
import { intOf } from "../../src/storage/cassandra/row.ts";
import type { LogStore } from "../../src/storage/log-store.ts";
import { mergeL0 } from "../../src/upkeep/merge-l0.ts";
import { mergeLevels } from "../../src/upkeep/merge-levels.ts";
import { newKeyspace, openToEmpty } from "../support/cassandra/keyspace.ts";
import { emptyLogs, type LogWorld, logWorld } from "../support/cassandra/log-world.ts";
import { FakeClock } from "../support/fake-clock.ts";
import {
  absorbed,
  APP,
  BUCKET,
  countSegments,
  countsIn,
  START_MS,
} from "../support/upkeep-world.ts";
import { createLogSamples, HOUR, mergeAll } from "./log-samples.ts";
import { hour, unitKey } from "./log-store-under-test.ts";
import {
  HOURS,
  idsFrom,
  mergeAllThere,
  mergeDeps,
  sendOnce,
  threeHours,
  unitsThere,
  visibleHours,
} from "./real-merges.ts";

const found = inject("cassandra");
const SHARDS = 4;
const HOUR_MS = 3_600_000;

describe.skipIf("missing" in found)("shards on Cassandra", () => {
  let opened: CassandraStore;
  let world: LogWorld;
  /** Of buckets that are made from now on. */
  let shards = SHARDS;
  beforeAll(async () => {
    opened = await openToEmpty(newKeyspace(found));
  });
  afterAll(() => opened[Symbol.asyncDispose]());

  const store = (): LogStore => world.store({ chooseShards: async () => shards });
  async function fresh(n = SHARDS): Promise<LogStore> {
    shards = n;
    samples = createLogSamples();
    // Each test has the application of the entries for itself.
    await emptyLogs(opened.session);
    world = logWorld(opened.session);
    return store();
  }
  const entriesOfBatches = (numbers: readonly number[]): Entry[] =>
    numbers.flatMap((n) => threeHours(n));
  /** In one commit: one row an hour. */
  async function sendTogether(logs: LogStore, numbers: readonly number[]): Promise<Entry[]> {
    const entries = entriesOfBatches(numbers);
    await sendOnce(logs, entries);
    return entries;
  }
  let samples = createLogSamples();
  const deps = (logs: LogStore) => mergeDeps(logs, samples);
  const upTo = (count: number, from = 1): number[] =>
    Array.from({ length: count }, (_, i) => from + i);

  test("a row holds batches of all shards, and each unit takes its own of them", async () => {
    const logs = await fresh();
    const entries = await sendTogether(logs, upTo(20));
    const units = await logs.plan(APP, BUCKET, (BUCKET + 2) as Bucket);
    expect(units.map(({ manifest: { bucket, shard } }) => [bucket, shard])).toEqual(
      HOURS.toReversed().flatMap((bucket) => [0, 1, 2, 3].map((shard) => [bucket, shard])),
    );
    for (const { l0, manifest } of units)
      for (const row of l0) {
        expect(row.batches.map((batch) => shardOf(batch, SHARDS))).toEqual(
          row.batches.map(() => manifest.shard),
        );
        expect(row.share).toBe(row.batches.length / 20);
      }
    expect(new Set(units.flatMap(({ l0 }) => l0.map(({ id }) => id))).size).toBe(HOURS.length);
    expect(await visibleHours(logs)).toEqual(idsFrom(entries));
    expect((await logs.usage(APP)).rows).toBe(entries.length);
    const tail = await logs.l0After(APP, -1, 10);
    expect(tail.rows.map(({ batches, share }) => [batches.length, share])).toEqual(
      HOURS.map(() => [20, undefined]),
    );
  });

  test("shards are merged each by itself, in any order, and what another has not merged stays", async () => {
    const logs = await fresh();
    const sent = await sendTogether(logs, upTo(20));
    await world.closeEpochs();
    sent.push(...(await sendTogether(logs, upTo(5, 21))));
    await world.closeEpochs();
    const work = (await logs.mergeWork(100)).filter(({ app }) => app === APP);
    expect(work.length).toBe(HOURS.length * SHARDS);
    const bytes = work.reduce((sum, { l0Bytes }) => sum + l0Bytes, 0);
    const stored = (await logs.usage(APP)).sizeBytes;
    expect(Math.abs(bytes - stored)).toBeLessThan(work.length);
    for (const unit of work.toSorted((a, b) => b.shard - a.shard)) {
      expect(await mergeL0(unit, deps(logs))).toBe("merged");
      expect(await visibleHours(logs)).toEqual(idsFrom(sent));
      const { manifest } = await logs.planUnit(unit);
      expect(countsIn(manifest)).toEqual(await countSegments(logs, manifest));
      const held = await absorbed(logs, unit);
      expect(held.map((batch) => shardOf(batch, SHARDS))).toEqual(held.map(() => unit.shard));
      // Nobody deletes a row that one of its shards still needs.
      await world.passGrace(logs);
    }
    expect((await logs.usage(APP)).rows).toBe(sent.length);
    await world.clock.advance(30_000);
    expect((await logs.mergeWork(100)).filter(({ app }) => app === APP)).toEqual([]);
    await world.passGrace(logs);
    expect(await logs.l0After(APP, -1, 10)).toEqual({ rows: [], complete: false });
    expect(await visibleHours(store())).toEqual(idsFrom(sent));
  });

  test("rows that shards share are counted once over all of them", async () => {
    const logs = await fresh();
    const s = createLogSamples();
    const app = world.app();
    const rows = 24;
    for (let i = 0; i < rows; i++)
      await logs.commit([
        s.write(
          app,
          HOUR,
          Array.from({ length: 12 }, () => s.batch()),
        ),
      ]);
    await world.closeEpochs();
    const work = await logs.mergeWork(100);
    expect(work.length).toBe(SHARDS);
    const counted = work.reduce((sum, { l0Rows }) => sum + l0Rows, 0);
    expect(Math.abs(counted - rows)).toBeLessThanOrEqual(SHARDS / 2);
  });

  test.each(["in its row", "in a segment", "after a level merge and its garbage"] as const)(
    "a batch that comes again after growth is stored once, when its copy is %s",
    async (when) => {
      const logs = await fresh(2);
      // The last hour is made after the growth, by the rest of the batches.
      const early = (n: number): Entry[] =>
        threeHours(n).filter(({ timeNanos }) => timeNanos < nanosOf(START_MS + 2 * HOUR_MS, 0));
      await sendOnce(logs, upTo(10).flatMap(early));
      if (when !== "in its row") await mergeAllThere(world, deps(logs));
      if (when === "after a level merge and its garbage") {
        await sendOnce(logs, upTo(10, 11).flatMap(early));
        await mergeAllThere(world, deps(logs));
        await world.passGrace(logs);
      }
      shards = 8;
      const other = store();
      const all = upTo(when === "after a level merge and its garbage" ? 20 : 10);
      const sent = await sendTogether(other, all);
      for (const reader of [logs, other, store()])
        expect(await visibleHours(reader)).toEqual(idsFrom(sent));
      await mergeAllThere(world, deps(other));
      await sendTogether(store(), all);
      expect(await visibleHours(store())).toEqual(idsFrom(sent));
      const made = await world.session.read(CATALOGUE_STATEMENTS.range, [APP, BUCKET, BUCKET + 2]);
      expect(made.map((row) => intOf(row, "shards"))).toEqual([2, 2, 8]);
    },
  );

  test("queries and their pages see what a naive scan sees, whatever was merged", async () => {
    const logs = await fresh();
    const sent = await sendTogether(logs, upTo(12));
    // Half a dozen come again in another row.
    await sendTogether(logs, upTo(6));
    const query = async (text: string, limit = 1000, cursor = "") => {
      const clock = new FakeClock(START_MS + 3 * HOUR_MS);
      const search = createSearch({ store: store(), opener: engineOpener, clock });
      return search.query({
        app: APP,
        startNanos: nanosOf(START_MS - HOUR_MS, 0),
        endNanos: nanosOf(START_MS + 5 * HOUR_MS, 0),
        query: text,
        limit,
        cursor,
      });
    };
    const newestFirst = sent.toSorted((a, b) => compareEntryIds(b.id, a.id));
    const want = newestFirst.map(({ id }) => entryIdText(id));
    const pages = async (limit: number): Promise<string[]> => {
      const ids: string[] = [];
      let cursor = "";
      do {
        const page = await query("", limit, cursor);
        expect(page.partial).toBe(false);
        ids.push(...page.entries.map(({ id }) => entryIdText(id)));
        cursor = page.nextCursor;
      } while (cursor !== "");
      return ids;
    };
    const check = async (): Promise<void> => {
      expect(await pages(50)).toEqual(want);
      const { table } = await query("| stats count() as n by service | sort service");
      const byService = Map.groupBy(sent, ({ service }) => service);
      expect(table?.rows).toEqual(
        ["db", "web"].map((service) => [service, byService.get(service)?.length]),
      );
    };
    await check();
    await world.closeEpochs();
    const units = await unitsThere(logs);
    for (const unit of units.filter(({ shard }) => shard % 2 === 1))
      await mergeL0(unit, deps(logs));
    await check();
    await sendTogether(logs, upTo(12));
    await mergeAllThere(world, deps(logs));
    await world.passGrace(logs);
    await check();
  });

  test("trash of every shard is deleted, and below the floor nothing of any of them stays", async () => {
    const logs = await fresh();
    const sent = await sendTogether(logs, upTo(12));
    await mergeAllThere(world, deps(logs));
    sent.push(...(await sendTogether(logs, upTo(12, 13))));
    await world.closeEpochs();
    const units = await unitsThere(logs);
    const blobs: { bucket: Bucket; id: BlobId }[] = [];
    const gone = async (of: typeof blobs): Promise<boolean[]> =>
      Promise.all(
        of.map(async ({ bucket, id }) => {
          const bytes = await logs.readBlob(APP, bucket, id, 0, 1);
          return bytes === undefined;
        }),
      );
    for (const unit of units) {
      await mergeL0(unit, deps(logs));
      const { manifest } = await logs.planUnit(unit);
      blobs.push(...manifest.segments.map(({ id }) => ({ bucket: unit.bucket, id })));
      expect(await mergeLevels(unit, deps(logs), 2)).toBe("merged");
    }
    expect(blobs.length).toBe(2 * units.length);
    await world.passGrace(logs);
    expect(await gone(blobs)).toEqual(blobs.map(() => true));
    expect(await visibleHours(logs)).toEqual(idsFrom(sent));
    const left: typeof blobs = [];
    for (const unit of units) {
      const { manifest } = await logs.planUnit(unit);
      expect(manifest.trash).toEqual([]);
      left.push(...manifest.segments.map(({ id }) => ({ bucket: unit.bucket, id })));
    }
    await logs.raiseFloor(APP, (BUCKET + 1) as Bucket);
    expect(await visibleHours(logs)).toEqual(idsFrom(sent, BUCKET + 1));
    await world.passGrace(logs);
    expect(await gone(left)).toEqual(left.map(({ bucket }) => bucket === BUCKET));
    const rows = await world.session.read(CATALOGUE_STATEMENTS.range, [APP, 0, BUCKET]);
    expect(rows).toEqual([]);
  });

  test("a shard that a bucket does not have is empty, and takes no manifest", async () => {
    const logs = await fresh(2);
    await sendTogether(logs, [1]);
    await world.closeEpochs();
    const key = { ...unitKey(APP, BUCKET), shard: 2 };
    const unit = await logs.planUnit(key);
    expect([unit.l0, unit.manifest.version]).toEqual([[], 0]);
    const next = { ...unit.manifest, version: 1, nonce: "n" };
    await expect(logs.compareAndSetManifest(unit.manifest, next)).rejects.toThrow("no shard 2");
  });

  test.each([
    { aSecond: 100, want: 1 },
    { aSecond: 124_000, want: 1 },
    { aSecond: 400_000, want: 4 },
  ])("after $aSecond entries a second an hour gets $want shards", async ({ aSecond, want }) => {
    world = logWorld(opened.session);
    const s = createLogSamples();
    const app = world.app();
    // As the store runs: by what was merged of the hour before.
    const logs = world.store();
    const minutes = 10;
    const write = s.write(app, HOUR, [s.batch()]);
    const rows = aSecond * 60 * minutes;
    await logs.commit([{ ...write, meta: { ...write.meta, rows } }]);
    await world.closeEpochs();
    await mergeAll(logs, { ...s, blob: world.blob }, unitKey(app));
    await world.clock.advance(START_MS + minutes * 60_000 - world.clock.nowMs());
    await world
      .store()
      .commit([s.write(app, hour(1), [s.batch()]), s.write(app, hour(3), [s.batch()])]);
    const made = await world.session.read(CATALOGUE_STATEMENTS.range, [app, HOUR, hour(3)]);
    expect(made.map((row) => intOf(row, "shards"))).toEqual([1, want, 1]);
  });
});
