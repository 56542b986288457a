/**
 * How many statements the log store sends. A number that grows is a cost at every commit or query of every process.
 */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

import { type BatchId, parseBatchId } from "../../src/domain/ids.ts";
import { rangesOf } from "../../src/engine/segment/segment.ts";
import { createEpochCloser } from "../../src/storage/cassandra/log-epochs.ts";
import type { CassandraStore } from "../../src/storage/cassandra/open-store.ts";
import { statement } from "../../src/storage/cassandra/statement.ts";
import type { LogStore, SegmentRef } from "../../src/storage/log-store.ts";
import { newKeyspace, openForTests } from "../support/cassandra/keyspace.ts";
import { type LogWorld, logWorld, watched } from "../support/cassandra/log-world.ts";
import { createLogSamples, HOUR, mergeAll, nextManifest, segmentOf } from "./log-samples.ts";
import { hour, unitKey } from "./log-store-under-test.ts";

const found = inject("cassandra");
/** Else a look for work meets what the tests before left. */
const EMPTY_LISTS = statement("define", "empty log_dirty", "TRUNCATE ks.log_dirty");

describe.skipIf("missing" in found)("statements of the log store on Cassandra", () => {
  let opened: CassandraStore;
  let world: LogWorld;
  beforeAll(async () => {
    opened = await openForTests(newKeyspace(found));
    world = logWorld(opened.session);
  });
  afterAll(() => opened[Symbol.asyncDispose]());

  /** A store, and what `act` makes it send, by name. */
  function counting(): {
    logs: LogStore;
    sentBy: (act: () => Promise<unknown>) => Promise<Record<string, number>>;
  } {
    let sent: Record<string, number> = {};
    const session = watched(opened.session, ({ name }) => {
      sent[name] = (sent[name] ?? 0) + 1;
    });
    // As in production: these commits share a chunk.
    const logs = world.store({ session, epochsAChunk: 32 });
    return {
      logs,
      sentBy: async (act) => {
        sent = {};
        await act();
        return sent;
      },
    };
  }

  test("a commit into known buckets is one insert a row, and the parts of what is large", async () => {
    const { logs, sentBy } = counting();
    const s = createLogSamples();
    const app = world.app();
    const first = await sentBy(() => logs.commit([s.write(app, HOUR, [s.batch()])]));
    expect(first).toMatchObject({
      insert_tail: 1,
      insert_dirty: 1,
      // The bucket, and the one before it, which says how many shards this one needs.
      read_bucket: 2,
      insert_bucket: 1,
      insert_l0: 1,
    });
    expect(await sentBy(() => logs.commit([s.write(app, hour(1), [s.batch()])]))).toEqual({
      read_bucket: 1,
      read_manifest_usage: 1,
      insert_bucket: 1,
      insert_l0: 1,
    });
    const small = [s.write(app, HOUR, [s.batch()]), s.write(app, hour(1), [s.batch()])];
    expect(await sentBy(() => logs.commit(small))).toEqual({ insert_l0: 2 });
    const large = [s.write(app, HOUR, [s.batch()], 300_000)];
    expect(await sentBy(() => logs.commit(large))).toEqual({ insert_blob: 2, insert_l0: 1 });
  });

  test("a plan reads the tail, the catalogue, the live chunk, a manifest a bucket, and the floor", async () => {
    const { logs, sentBy } = counting();
    const s = createLogSamples();
    const app = world.app();
    for (let i = 0; i < 10; i++)
      await logs.commit([0, 1, 2].map((at) => s.write(app, hour(at), [s.batch()])));
    const plan = { read_tail: 1, list_buckets: 1, list_l0: 1, read_manifest: 3, read_floor: 1 };
    expect(await sentBy(() => logs.plan(app, hour(0), hour(2)))).toEqual(plan);
    expect(await sentBy(() => logs.planUnit(unitKey(app)))).toEqual({ ...plan, read_manifest: 1 });
    expect(await sentBy(() => logs.plan(app, hour(5), hour(9)))).toEqual({
      read_tail: 1,
      list_buckets: 1,
    });
  });

  test("a merge changes its manifest by one compare-and-set, and no other", async () => {
    const { logs, sentBy } = counting();
    const s = createLogSamples();
    const app = world.app();
    await logs.commit([s.write(app, HOUR, [s.batch()])]);
    await world.closeEpochs();
    expect(await sentBy(() => mergeAll(logs, s, unitKey(app)))).toEqual({
      read_epoch: 1,
      read_tail: 1,
      list_buckets: 1,
      list_l0: 1,
      read_manifest: 1,
      insert_blob: 1,
      read_floor: 2,
      insert_manifest: 1,
    });
  });

  test("what a level merge replaced is deleted by part, and taken out by one compare-and-set", async () => {
    const { logs, sentBy } = counting();
    const s = createLogSamples();
    const app = world.app();
    const ids = [];
    for (let i = 0; i < 2; i++) {
      await logs.commit([s.write(app, HOUR, [s.batch()])]);
      await world.closeEpochs();
      ids.push((await mergeAll(logs, s, unitKey(app), 300_000)).id);
    }
    const unit = await logs.planUnit(unitKey(app));
    const next = nextManifest(unit, { nonce: s.nonce(), segments: [], trash: ids });
    expect(await sentBy(() => logs.compareAndSetManifest(unit.manifest, next))).toEqual({
      read_floor: 1,
      update_manifest: 1,
    });
    await world.clock.advance(3_600_000);
    expect(await sentBy(() => logs.collectGarbage("seen"))).toEqual({
      size_of_blob: 2,
      delete_blob: 4,
      read_manifest: 1,
      update_manifest: 1,
    });
    expect(await sentBy(() => logs.collectGarbage("seen"))).toEqual({});
  });

  test("the manifest of an hour of full load stays small, and reads back as it was written", async () => {
    const sizes: number[] = [];
    const session = watched(opened.session, ({ name }, values) => {
      if (name !== "insert_manifest") return;
      sizes.push(
        values.reduce<number>((sum, v) => sum + (v instanceof Uint8Array ? v.length : 8), 0),
      );
    });
    const logs = world.store({ session });
    const s = { ...createLogSamples(), blob: world.blob };
    const app = world.app();
    await logs.commit([s.write(app, HOUR, [s.batch()])]);
    await world.closeEpochs();
    const unit = await logs.planUnit(unitKey(app));
    // Of 125,000 entries a second, in segments of 256 Ki entries, whose batches are eight clusters in two seconds each.
    const startMs = HOUR * 3_600_000;
    const batchAt = (ms: number): BatchId => {
      const time = Math.round(ms).toString(16).padStart(12, "0");
      return parseBatchId(`${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`);
    };
    const segments = Array.from({ length: 1_700 }, (_, n): SegmentRef => {
      const batches = Array.from({ length: 64 }, (_id, i) => batchAt(startMs + n * 2_100 + i * 33));
      return { ...segmentOf(s.blob(), unit.l0, 9_000_000 + n), batchRanges: rangesOf(batches) };
    });
    const next = nextManifest(unit, { nonce: s.nonce(), segments });
    expect(await logs.compareAndSetManifest(unit.manifest, next)).toBe(true);
    expect(sizes).toHaveLength(1);
    expect(sizes[0]).toBeLessThan(200_000);
    expect((await world.store().planUnit(unitKey(app))).manifest).toEqual(next);
  });

  test("an idle process reads its lists, and nothing else", async () => {
    let sent: Record<string, number> = {};
    const session = watched(opened.session, ({ name }) => {
      sent[name] = (sent[name] ?? 0) + 1;
    });
    const { clock } = world;
    // As in production, and with the pace of upkeep: a look a second, what it met itself once a minute.
    const logs = world.store({ session, epochsAChunk: 32, workLists: 64 });
    await world.closeEpochs();
    await opened.session.define(EMPTY_LISTS);
    await logs.mergeWork(10);
    sent = {};
    const minutes = 2;
    for (let second = 1; second <= minutes * 60; second++) {
      await clock.advance(1_000);
      expect(await logs.mergeWork(10)).toEqual([]);
      if (second % 60 === 0) await logs.collectGarbage("seen");
    }
    const { list_dirty = 0, ...others } = sent;
    expect(others).toEqual({ read_epoch: 3 * minutes });
    // One chunk, or two for the half minute until all of its epochs are closed.
    expect(list_dirty).toBeGreaterThanOrEqual(64 * 3 * minutes);
    expect(list_dirty).toBeLessThanOrEqual(2 * 64 * 3 * minutes);
  });

  test("epochs cost each process a read a step, and all together a change for each opening and closing", async () => {
    let sent: Record<string, number> = {};
    const session = watched(opened.session, ({ name }) => {
      sent[name] = (sent[name] ?? 0) + 1;
    });
    const closers = [1, 2, 3].map(() =>
      createEpochCloser({ session, clock: world.clock, newNonce: randomUUID }),
    );
    await world.closeEpochs();
    const seconds = 120;
    for (let ms = 0; ms < seconds * 1000; ms += 1_500) {
      for (const closer of closers) await closer.step();
      await world.clock.advance(1_500);
    }
    expect(sent["read_epoch"]).toBe(3 * (seconds / 1.5));
    // Twelve epochs at most, each opened once and closed once; none of the three is in another's way here.
    expect(sent["move_epoch"]).toBeLessThanOrEqual((2 * seconds) / 10);
    expect(sent["move_epoch"]).toBeGreaterThan(seconds / 10 / 2);
  });

  test("a look at an application with rows is five reads, and one more for each hour and shard", async () => {
    await opened.session.define(EMPTY_LISTS);
    const { logs, sentBy } = counting();
    const s = createLogSamples();
    const app = world.app();
    const shards = 4;
    const writer = world.store({ epochsAChunk: 32, chooseShards: async () => shards });
    const batches = Array.from({ length: 40 }, () => s.batch());
    await writer.commit([0, 1].map((at) => s.write(app, hour(at), batches)));
    await world.closeEpochs();
    const sent = await sentBy(async () => {
      expect((await logs.mergeWork(100)).length).toBe(2 * shards);
    });
    const { list_dirty: _lists, read_dirty_low: _low, write_low: _moved, ...look } = sent;
    expect(look).toEqual({
      read_epoch: 1,
      read_tail: 1,
      list_l0_work: 1,
      list_buckets: 1,
      read_floor: 1,
      read_through: 2 * shards,
    });
  });

  test("a poll of a quiet tail asks for nothing of what was absorbed", async () => {
    const { logs, sentBy } = counting();
    const s = createLogSamples();
    const app = world.app();
    await logs.commit([s.write(app, HOUR, [s.batch()])]);
    await world.closeEpochs();
    const closed = await logs.closedEpoch();
    expect(await sentBy(() => logs.l0After(app, closed, 100))).toEqual({
      read_floor: 1,
      read_tail: 1,
      list_l0: 1,
    });
  });
});
