/**
 * The contract of `src/storage/log-store.ts` as a suite. A backend gives a fresh, empty store for each test.
 * Every await is of the store's own: nothing here waits for time to pass but through `advance`.
 */
import { describe, expect, test } from "vitest";

import type { BatchId } from "../../src/domain/ids.ts";
import { createLogSamples, HOUR, mergeAll } from "./log-samples.ts";
import { describeNamedDuplicates } from "./log-store-duplicates.ts";
import { describeBlobs, describeEnds } from "./log-store-ends.ts";
import { describeMerges } from "./log-store-merges.ts";
import {
  GRACE_MS,
  hour,
  l0Of,
  LARGE,
  type LogStoreBackend,
  only,
  unitKey,
} from "./log-store-under-test.ts";

export function describeLogStore(backend: LogStoreBackend): void {
  describe(`log store: ${backend.name}`, () => {
    describeCommits(backend);
    if (backend.namesDuplicates) describeNamedDuplicates(backend);
    describePlans(backend);
    describeMerges(backend);
    describeBlobs(backend);
    describeEnds(backend);
  });
}

function describeCommits(backend: LogStoreBackend): void {
  test("a commit is read back as it was written, by the next plan", async () => {
    await using store = await backend.open();
    const { logs } = store;
    const s = createLogSamples();
    const [app, other] = [s.app(), s.app()];
    const batches = [s.batch(), s.batch(), s.batch()];
    const rows = [
      s.write(app, HOUR, batches),
      s.write(app, hour(-1), batches.slice(0, 1), LARGE),
      s.write(other, HOUR, [s.batch()], 0),
    ];
    const given = structuredClone(rows);
    expect(await logs.commit(rows)).toEqual({ duplicates: [] });

    for (const [i, want] of given.entries()) {
      const row = only(await l0Of(logs, want.app, want.bucket));
      const { app: gotApp, bucket, batches: gotBatches, meta } = row;
      expect({ app: gotApp, bucket, batches: gotBatches, meta }).toEqual({
        app: want.app,
        bucket: want.bucket,
        batches: want.batches,
        meta: want.meta,
      });
      expect(await logs.readL0(row.id), `row ${i}`).toEqual(want.bytes);
    }
  });

  test("a commit of nothing stores nothing", async () => {
    await using store = await backend.open();
    expect(await store.logs.commit([])).toEqual({ duplicates: [] });
    expect(await store.logs.mergeWork(10)).toEqual([]);
  });

  test("what was committed is there after a restart, and its ids are not given again", async () => {
    await using store = await backend.open();
    if (store.reopen === undefined) return;
    const s = createLogSamples();
    const app = s.app();
    const batch = s.batch();
    await store.logs.commit([s.write(app, HOUR, [batch])]);
    const before = await store.logs.plan(app, HOUR, HOUR);
    const closed = await store.logs.closedEpoch();

    const logs = await store.reopen();
    expect(await logs.plan(app, HOUR, HOUR)).toEqual(before);
    await logs.commit([s.write(app, HOUR, [s.batch()])]);
    const [first, second] = await l0Of(logs, app);
    expect(second?.epoch).toBeGreaterThanOrEqual(first?.epoch ?? Infinity);
    expect(second?.id).not.toBe(first?.id);
    expect(await logs.closedEpoch()).toBeGreaterThanOrEqual(closed);
    if (backend.namesDuplicates)
      expect(await logs.known([{ app, batch }])).toEqual([{ app, batch }]);
  });
}

function describePlans(backend: LogStoreBackend): void {
  test("a plan lists units newest first, within the buckets asked for, of one application", async () => {
    await using store = await backend.open();
    const { logs } = store;
    const s = createLogSamples();
    const app = s.app();
    for (const offset of [3, -2, 0, 5, 1])
      await logs.commit([s.write(app, hour(offset), [s.batch()])]);
    await logs.commit([s.write(s.app(), HOUR, [s.batch()])]);
    await store.closeEpochs();
    await mergeAll(logs, s, unitKey(app, hour(1)));
    await mergeAll(logs, s, unitKey(app, hour(5)));

    const plan = await logs.plan(app, hour(-1), hour(5));
    expect(plan.map(({ manifest }) => manifest.bucket - HOUR)).toEqual([5, 3, 1, 0]);
    expect(plan.map(({ l0 }) => l0.length)).toEqual([0, 1, 0, 1]);
    expect(plan.every(({ manifest }) => manifest.app === app)).toBe(true);
    expect(await logs.plan(app, hour(6), hour(9))).toEqual([]);
    expect(await logs.plan(s.app(), hour(-9), hour(9))).toEqual([]);
  });

  test("a unit of a plan is the unit by itself; an unknown one is empty", async () => {
    await using store = await backend.open();
    const { logs } = store;
    const s = createLogSamples();
    const app = s.app();
    await logs.commit([s.write(app, HOUR, [s.batch()])]);
    await logs.commit([s.write(app, HOUR, [s.batch()])]);
    expect([await logs.planUnit(unitKey(app))]).toEqual(await logs.plan(app, HOUR, HOUR));
    const rows = await l0Of(logs, app);
    expect(rows.map(({ epoch }) => epoch)).toEqual(
      rows.map(({ epoch }) => epoch).toSorted((a, b) => a - b),
    );
    expect(await logs.planUnit(unitKey(app, hour(1)))).toEqual({
      manifest: {
        ...unitKey(app, hour(1)),
        version: 0,
        nonce: "",
        through: -1,
        totals: new Uint8Array(0),
        segments: [],
        trash: [],
      },
      l0: [],
    });
  });

  test("rows after an epoch come in order, within the limit, and say when some are gone", async () => {
    await using store = await backend.open();
    const { logs } = store;
    const s = createLogSamples();
    const app = s.app();
    const sent: BatchId[] = [];
    for (let i = 0; i < 5; i++) {
      const batch = s.batch();
      sent.push(batch);
      await logs.commit([s.write(s.app(), HOUR, [s.batch()]), s.write(app, hour(i % 2), [batch])]);
      // So that each has an epoch of its own.
      await store.closeEpochs();
    }
    const all = await logs.l0After(app, -1, 100);
    expect(all.complete).toBe(true);
    expect(all.rows.map((row) => only(row.batches))).toEqual(sent);

    const third = all.rows[2]?.epoch ?? -1;
    expect((await logs.l0After(app, third, 100)).rows).toEqual(all.rows.slice(3));
    expect((await logs.l0After(app, -1, 2)).rows).toEqual(all.rows.slice(0, 2));

    await store.closeEpochs();
    await mergeAll(logs, s, unitKey(app, hour(0)));
    expect(await logs.l0After(app, -1, 100)).toEqual(all);

    await store.advance(GRACE_MS);
    await logs.collectGarbage();
    const later = await logs.l0After(app, -1, 100);
    expect(later.complete).toBe(false);
    // Rows may be deleted together with all that came before and about when they did, never one that is not absorbed.
    expect(all.rows).toEqual(expect.arrayContaining([...later.rows]));
    expect(later.rows.length).toBeLessThan(all.rows.length);
    expect(later.rows.filter(({ bucket }) => bucket === hour(1))).toEqual(
      all.rows.filter(({ bucket }) => bucket === hour(1)),
    );
    expect((await logs.l0After(app, all.rows[4]?.epoch ?? -1, 100)).complete).toBe(true);
  });

  test("rows of one commit after its epoch are none", async () => {
    await using store = await backend.open();
    const s = createLogSamples();
    const app = s.app();
    const batch = s.batch();
    await store.logs.commit([s.write(app, HOUR, [batch]), s.write(app, hour(1), [batch])]);
    const { rows } = await store.logs.l0After(app, -1, 100);
    expect(rows.length).toBe(2);
    expect(new Set(rows.map(({ epoch }) => epoch)).size).toBe(1);
    expect((await store.logs.l0After(app, rows[0]?.epoch ?? -1, 100)).rows).toEqual([]);
  });

  test("usage is the sum over what is visible, before and after merges", async () => {
    await using store = await backend.open();
    const { logs } = store;
    const s = createLogSamples();
    const app = s.app();
    expect(await logs.usage(app)).toEqual({
      rows: 0,
      sizeBytes: 0,
      minTimeNanos: undefined,
      maxTimeNanos: undefined,
    });
    const writes = [0, 0, 2, 4].map((offset) =>
      s.write(app, hour(offset), [s.batch(), s.batch()], 500),
    );
    const metas = writes.map(({ meta }) => meta);
    for (const write of writes) await logs.commit([write]);
    await logs.commit([s.write(s.app(), HOUR, [s.batch()])]);
    expect(await logs.usage(app)).toEqual({
      rows: 24,
      sizeBytes: 2000,
      minTimeNanos: metas[0]?.minTimeNanos,
      maxTimeNanos: metas[3]?.maxTimeNanos,
    });

    await store.closeEpochs();
    await mergeAll(logs, s, unitKey(app, HOUR), 300);
    expect(await logs.usage(app)).toMatchObject({ rows: 24, sizeBytes: 1300 });
    await logs.raiseFloor(app, hour(2));
    expect(await logs.usage(app)).toEqual({
      rows: 12,
      sizeBytes: 1000,
      minTimeNanos: metas[2]?.minTimeNanos,
      maxTimeNanos: metas[3]?.maxTimeNanos,
    });
  });

  test("merge work names units with rows that no merge has absorbed, most rows first", async () => {
    await using store = await backend.open();
    const { logs } = store;
    const s = createLogSamples();
    const [app, other] = [s.app(), s.app()];
    await logs.commit([s.write(other, HOUR, [s.batch()], 40)]);
    for (const size of [100, 200]) await logs.commit([s.write(app, HOUR, [s.batch()], size)]);
    await store.closeEpochs();
    const work = await logs.mergeWork(10);
    expect(
      work.map(({ app: a, bucket, shard, l0Rows, l0Bytes }) => ({
        a,
        bucket,
        shard,
        l0Rows,
        l0Bytes,
      })),
    ).toEqual([
      { a: app, bucket: HOUR, shard: 0, l0Rows: 2, l0Bytes: 300 },
      { a: other, bucket: HOUR, shard: 0, l0Rows: 1, l0Bytes: 40 },
    ]);
    expect((await logs.mergeWork(1)).length).toBe(1);

    await mergeAll(logs, s, unitKey(app));
    expect((await logs.mergeWork(10)).map((unit) => unit.app)).toEqual([other]);
    await logs.raiseFloor(other, hour(1));
    expect(await logs.mergeWork(10)).toEqual([]);
  });
}
