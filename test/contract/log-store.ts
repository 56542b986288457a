/**
 * The contract of `src/storage/log-store.ts` as a suite. A backend gives a fresh, empty store for each test.
 * Every await is of the store's own: nothing here waits for time to pass but through `advance`.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { isFault } from "../../src/domain/fault.ts";
import type { AppId, BatchId } from "../../src/domain/ids.ts";
import type { Bucket } from "../../src/domain/time-range.ts";
import { type L0Row, type LogStore, MAX_BUCKET } from "../../src/storage/log-store.ts";
import { createLogSamples, HOUR, mergeAll, nextManifest, segmentOf } from "./log-samples.ts";

export interface LogStoreUnderTest extends AsyncDisposable {
  readonly logs: LogStore;
  /** Ends the process and starts it again on the same store; undefined when the store ends with it. */
  readonly reopen: (() => Promise<LogStore>) | undefined;
  /** Moves the store's clock on, wall and monotonic. */
  advance(ms: number): Promise<void>;
  /** Closes every epoch that has rows, as time would. */
  closeEpochs(): Promise<void>;
}

export interface LogStoreBackend {
  readonly name: string;
  /** Whether a commit names batches it knows; otherwise readers take each fragment once. */
  readonly namesDuplicates: boolean;
  open(): Promise<LogStoreUnderTest>;
}

const DAY_MS = 86_400_000;
/** Longer than any grace of a backend. */
const GRACE_MS = 3_600_000;
const LARGE = 70_000;

function hour(offset: number): Bucket {
  return (HOUR + offset) as Bucket;
}

function unitKey(app: AppId, bucket: Bucket = HOUR): { app: AppId; bucket: Bucket; shard: number } {
  return { app, bucket, shard: 0 };
}

function only<T>(items: readonly T[]): T {
  const [item] = items;
  if (item === undefined || items.length !== 1) throw new Error(`${items.length} instead of one`);
  return item;
}

async function l0Of(logs: LogStore, app: AppId, bucket: Bucket = HOUR): Promise<readonly L0Row[]> {
  return (await logs.planUnit(unitKey(app, bucket))).l0;
}

export function describeLogStore(backend: LogStoreBackend): void {
  describe(`log store: ${backend.name}`, () => {
    describeCommits(backend);
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
    expect(second?.epoch).toBeGreaterThan(first?.epoch ?? Infinity);
    expect(await logs.closedEpoch()).toBeGreaterThanOrEqual(closed);
    if (backend.namesDuplicates)
      expect(await logs.known([{ app, batch }])).toEqual([{ app, batch }]);
  });

  test.skipIf(!backend.namesDuplicates)(
    "a retry is named and nothing of its commit is stored, before and after a merge",
    async () => {
      await using store = await backend.open();
      const { logs } = store;
      const s = createLogSamples();
      const app = s.app();
      const [known, fresh] = [s.batch(), s.batch()];
      await logs.commit([s.write(app, HOUR, [known]), s.write(app, hour(1), [known])]);
      const retry = () => [s.write(app, HOUR, [known, fresh]), s.write(app, hour(-3), [fresh])];

      const before = await logs.plan(app, hour(-9), hour(9));
      expect(await logs.commit(retry())).toEqual({ duplicates: [{ app, batch: known }] });
      expect(await logs.plan(app, hour(-9), hour(9))).toEqual(before);
      expect(
        await logs.known([
          { app, batch: known },
          { app, batch: fresh },
        ]),
      ).toEqual([{ app, batch: known }]);

      await mergeAll(logs, s, unitKey(app));
      expect(await logs.commit(retry())).toEqual({ duplicates: [{ app, batch: known }] });
      await store.advance(GRACE_MS);
      await logs.collectGarbage();
      expect(await logs.commit(retry())).toEqual({ duplicates: [{ app, batch: known }] });
      expect(await logs.commit([s.write(app, HOUR, [fresh])])).toEqual({ duplicates: [] });
    },
  );

  test.skipIf(!backend.namesDuplicates)("a batch id belongs to its application", async () => {
    await using store = await backend.open();
    const s = createLogSamples();
    const [app, other, batch] = [s.app(), s.app(), s.batch()];
    await store.logs.commit([s.write(app, HOUR, [batch])]);
    expect(await store.logs.commit([s.write(other, HOUR, [batch])])).toEqual({ duplicates: [] });
  });

  test.skipIf(!backend.namesDuplicates)(
    "of two commits of one batch in flight, one stores it",
    async () => {
      await using store = await backend.open();
      const s = createLogSamples();
      const [app, batch] = [s.app(), s.batch()];
      const outcomes = await Promise.all([
        store.logs.commit([s.write(app, HOUR, [batch]), s.write(app, hour(1), [s.batch()])]),
        store.logs.commit([s.write(app, HOUR, [batch]), s.write(app, hour(2), [s.batch()])]),
      ]);
      expect(outcomes.filter(({ duplicates }) => duplicates.length > 0).length).toBe(1);
      expect((await l0Of(store.logs, app)).length).toBe(1);
      expect((await store.logs.plan(app, hour(0), hour(3))).length).toBe(2);
    },
  );

  test.skipIf(!backend.namesDuplicates)(
    "batches are known for a day of the store's own clock, whatever time their ids hold",
    async () => {
      await using store = await backend.open();
      const { logs } = store;
      const s = createLogSamples();
      const app = s.app();
      const ids = ["00000000-0000-7000-8000-000000000001", "ffffffff-ffff-7fff-bfff-ffffffffffff"];
      const batches = ids.map((id) => ({ app, batch: id as BatchId }));
      await logs.commit([s.write(app, HOUR, ids as BatchId[])]);

      await store.advance(DAY_MS - 1);
      await logs.collectGarbage();
      expect(await logs.known(batches)).toEqual(batches);

      await store.advance(DAY_MS);
      expect(await logs.known(batches)).toEqual([]);
      await logs.collectGarbage();
      expect(await logs.commit([s.write(app, HOUR, ids as BatchId[])])).toEqual({ duplicates: [] });
    },
  );
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
    expect(later.rows).toEqual(all.rows.filter(({ bucket }) => bucket === hour(1)));
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

    await store.closeEpochs();
    await mergeAll(logs, s, unitKey(app));
    expect((await logs.mergeWork(10)).map((unit) => unit.app)).toEqual([other]);
    await logs.raiseFloor(other, hour(1));
    expect(await logs.mergeWork(10)).toEqual([]);
  });
}

function describeMerges(backend: LogStoreBackend): void {
  test("a manifest absorbs the rows through its epoch, and later ones stay", async () => {
    await using store = await backend.open();
    const { logs } = store;
    const s = createLogSamples();
    const app = s.app();
    await logs.commit([s.write(app, HOUR, [s.batch()])]);
    await store.closeEpochs();
    const closed = await logs.closedEpoch();
    const unit = await logs.planUnit(unitKey(app));
    const late = s.batch();
    await logs.commit([s.write(app, HOUR, [late])]);

    const id = s.blob();
    await logs.writeBlob(app, HOUR, id, s.bytes(300));
    const next = nextManifest(unit, {
      nonce: s.nonce(),
      through: closed,
      totals: s.bytes(40),
      segments: [segmentOf(id, unit.l0, 300)],
    });
    expect(await logs.compareAndSetManifest(unit.manifest, next)).toBe(true);

    const after = await logs.planUnit(unitKey(app));
    expect(after.manifest).toEqual(next);
    expect(after.l0.map((row) => only(row.batches))).toEqual([late]);
    expect(only(await logs.plan(app, HOUR, HOUR))).toEqual(after);
  });

  test("a lost update is refused and changes nothing", async () => {
    await using store = await backend.open();
    const { logs } = store;
    const s = createLogSamples();
    const app = s.app();
    await logs.commit([s.write(app, HOUR, [s.batch()])]);
    await store.closeEpochs();
    const none = await logs.planUnit(unitKey(app));
    const first = nextManifest(none, { nonce: s.nonce(), totals: s.bytes(5) });
    expect(
      await logs.compareAndSetManifest({ version: 1, nonce: "" }, { ...first, version: 2 }),
    ).toBe(false);
    expect(await logs.compareAndSetManifest({ version: 0, nonce: s.nonce() }, first)).toBe(false);
    expect(await logs.planUnit(unitKey(app))).toEqual(none);

    expect(await logs.compareAndSetManifest(none.manifest, first)).toBe(true);
    const stored = await logs.planUnit(unitKey(app));
    const closed = await logs.closedEpoch();
    for (const expected of [
      { version: 0, nonce: "" },
      { version: 1, nonce: s.nonce() },
      { version: 2, nonce: first.nonce },
    ]) {
      const next = nextManifest(stored, {
        version: expected.version + 1,
        nonce: s.nonce(),
        through: closed,
        segments: [segmentOf(s.blob(), none.l0, 1)],
      });
      expect(await logs.compareAndSetManifest(expected, next)).toBe(false);
      expect(await logs.planUnit(unitKey(app))).toEqual(stored);
    }
  });

  test("of many merges of one unit at once, one is kept", async () => {
    await using store = await backend.open();
    const { logs } = store;
    const s = createLogSamples();
    const app = s.app();
    await logs.commit([s.write(app, HOUR, [s.batch()])]);
    await store.closeEpochs();
    const outcomes = await Promise.all(
      Array.from({ length: 5 }, (_, i) => mergeAll(logs, createLogSamples(i + 1), unitKey(app))),
    );
    const winner = only(outcomes.filter(({ held }) => held));
    const { manifest, l0 } = await logs.planUnit(unitKey(app));
    expect(manifest).toEqual(winner.next);
    expect(l0).toEqual([]);
  });

  test("an L0 merge and a level merge at once lose no rows, whichever goes first", async () => {
    await using store = await backend.open();
    const { logs } = store;
    const s = createLogSamples();
    const app = s.app();
    for (let i = 0; i < 2; i++) {
      await logs.commit([s.write(app, HOUR, [s.batch()])]);
      await store.closeEpochs();
      await mergeAll(logs, s, unitKey(app));
    }
    await logs.commit([s.write(app, HOUR, [s.batch()])]);
    await store.closeEpochs();
    const before = await logs.planUnit(unitKey(app));
    const { segments } = before.manifest;
    const joined = s.blob();
    await logs.writeBlob(app, HOUR, joined, s.bytes(200));
    const level = (unit: typeof before) =>
      nextManifest(unit, {
        nonce: s.nonce(),
        segments: [
          { ...only(segments.slice(0, 1)), id: joined, level: 1, rows: 6 },
          ...unit.manifest.segments.slice(2),
        ],
        trash: [...unit.manifest.trash, ...segments.map(({ id }) => id)],
      });
    expect((await mergeAll(logs, s, unitKey(app))).held).toBe(true);
    expect(await logs.compareAndSetManifest(before.manifest, level(before))).toBe(false);
    const again = await logs.planUnit(unitKey(app));
    expect(await logs.compareAndSetManifest(again.manifest, level(again))).toBe(true);
    const after = await logs.planUnit(unitKey(app));
    expect(after.manifest.segments.map(({ rows }) => rows)).toEqual([6, 3]);
    expect(after.manifest.trash.toSorted()).toEqual(segments.map(({ id }) => id).toSorted());
    expect((await logs.usage(app)).rows).toBe(9);
  });

  test("replaced blobs and absorbed rows are deleted after the grace, and named ones stay", async () => {
    await using store = await backend.open();
    const { logs } = store;
    const s = createLogSamples();
    const app = s.app();
    await logs.commit([s.write(app, HOUR, [s.batch()])]);
    await store.closeEpochs();
    const row = only(await l0Of(logs, app));
    const first = await mergeAll(logs, s, unitKey(app), LARGE);
    const small = await mergeAll(logs, s, unitKey(app), 50);
    const unit = await logs.planUnit(unitKey(app));
    const joined = s.blob();
    await logs.writeBlob(app, HOUR, joined, s.bytes(LARGE));
    await logs.compareAndSetManifest(
      unit.manifest,
      nextManifest(unit, {
        nonce: s.nonce(),
        segments: [segmentOf(joined, [row], LARGE, 1)],
        trash: [first.id, small.id],
      }),
    );
    await logs.collectGarbage();
    expect(await logs.readL0(row.id)).toBeDefined();
    for (const id of [first.id, small.id])
      expect(await logs.readBlob(app, HOUR, id, 0, 50)).toBeDefined();

    await store.advance(GRACE_MS);
    await Promise.all([logs.collectGarbage(), logs.collectGarbage()]);
    await logs.collectGarbage();
    expect(await logs.readL0(row.id)).toBeUndefined();
    for (const id of [first.id, small.id])
      expect(await logs.readBlob(app, HOUR, id, 0, 50)).toBeUndefined();
    expect((await logs.readBlob(app, HOUR, joined, 0, LARGE))?.byteLength).toBe(LARGE);
    const { manifest } = await logs.planUnit(unitKey(app));
    expect(manifest.trash).toEqual([]);
    expect(manifest.segments.map(({ id }) => id)).toEqual([joined]);
  });

  test("the totals that are stored follow every merge: sums over segments and rows stay equal", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            {
              weight: 3,
              arbitrary: fc.record({
                do: fc.constant("commit" as const),
                hour: fc.nat(2),
                batches: fc.integer({ min: 1, max: 3 }),
              }),
            },
            {
              weight: 2,
              arbitrary: fc.record({ do: fc.constant("merge" as const), hour: fc.nat(2) }),
            },
            {
              weight: 1,
              arbitrary: fc.record({ do: fc.constant("floor" as const), hour: fc.nat(2) }),
            },
            { weight: 1, arbitrary: fc.record({ do: fc.constant("garbage" as const) }) },
          ),
          { maxLength: 20 },
        ),
        async (steps) => {
          await using store = await backend.open();
          const { logs } = store;
          const s = createLogSamples();
          const app = s.app();
          const rows = new Map<number, number>();
          let floor = 0;
          for (const step of steps) {
            if (step.do === "commit") {
              const write = s.write(
                app,
                hour(step.hour),
                Array.from({ length: step.batches }, () => s.batch()),
              );
              rows.set(step.hour, (rows.get(step.hour) ?? 0) + write.meta.rows);
              await logs.commit([write]);
            } else if (step.do === "merge") {
              await store.closeEpochs();
              if ((await l0Of(logs, app, hour(step.hour))).length > 0)
                await mergeAll(logs, s, unitKey(app, hour(step.hour)));
            } else if (step.do === "floor") {
              floor = Math.max(floor, step.hour);
              await logs.raiseFloor(app, hour(step.hour));
            } else {
              await store.advance(GRACE_MS);
              await logs.collectGarbage();
            }
            const want = [...rows].filter(([h]) => h >= floor);
            expect((await logs.usage(app)).rows).toBe(want.reduce((sum, [, n]) => sum + n, 0));
            const plan = await logs.plan(app, hour(0), hour(2));
            const got = plan.map(({ manifest, l0 }): [number, number] => [
              manifest.bucket - HOUR,
              manifest.segments.reduce((sum, x) => sum + x.rows, 0) +
                l0.reduce((sum, x) => sum + x.meta.rows, 0),
            ]);
            expect(got).toEqual(want.toSorted(([a], [b]) => b - a));
          }
        },
      ),
      { numRuns: 20 },
    ));
}

function describeBlobs(backend: LogStoreBackend): void {
  test.each([0, 1, 1000, 65_535, 65_536, 200_000])(
    "a blob of %i bytes is read by ranges",
    async (length) => {
      await using store = await backend.open();
      const { logs } = store;
      const s = createLogSamples();
      const [app, id] = [s.app(), s.blob()];
      const bytes = s.bytes(length);
      await logs.writeBlob(app, HOUR, id, bytes);
      expect(await logs.readBlob(app, HOUR, id, 0, length)).toEqual(bytes);
      const middle = Math.floor(length / 3);
      expect(await logs.readBlob(app, HOUR, id, middle, length - middle)).toEqual(
        bytes.slice(middle),
      );
      expect(await logs.readBlob(app, HOUR, id, length, 0)).toEqual(new Uint8Array(0));
      // What was read is the caller's: writing to it changes nothing.
      (await logs.readBlob(app, HOUR, id, 0, length))?.fill(7);
      expect(await logs.readBlob(app, HOUR, id, 0, length)).toEqual(bytes);
    },
  );

  test.each([100, LARGE])(
    "a range beyond a blob of %i bytes is damage, not nothing",
    async (length) => {
      await using store = await backend.open();
      const s = createLogSamples();
      const [app, id] = [s.app(), s.blob()];
      await store.logs.writeBlob(app, HOUR, id, s.bytes(length));
      const failed = await store.logs
        .readBlob(app, HOUR, id, 1, length)
        .catch((error: unknown) => error);
      expect(isFault(failed, "corrupt") && failed.message).toContain(id);
    },
  );

  test("a blob that never was, or was deleted, is undefined", async () => {
    await using store = await backend.open();
    const { logs } = store;
    const s = createLogSamples();
    const app = s.app();
    expect(await logs.readBlob(app, HOUR, s.blob(), 0, 1)).toBeUndefined();
    for (const length of [10, LARGE]) {
      const id = s.blob();
      await logs.writeBlob(app, HOUR, id, s.bytes(length));
      await logs.deleteBlob(app, HOUR, id);
      await logs.deleteBlob(app, HOUR, id);
      expect(await logs.readBlob(app, HOUR, id, 0, 1)).toBeUndefined();
    }
  });
}

function describeEnds(backend: LogStoreBackend): void {
  test("the floor hides at once, only grows, and garbage takes the bytes", async () => {
    await using store = await backend.open();
    const { logs } = store;
    const s = createLogSamples();
    const [app, other] = [s.app(), s.app()];
    expect(await logs.floor(app)).toBe(0);
    for (const offset of [0, 1, 2]) await logs.commit([s.write(app, hour(offset), [s.batch()])]);
    await logs.commit([s.write(other, HOUR, [s.batch()])]);
    await store.closeEpochs();
    const merged = await mergeAll(logs, s, unitKey(app, hour(0)), LARGE);
    const l0 = only(await l0Of(logs, app, hour(1)));

    await logs.raiseFloor(app, hour(2));
    expect(
      (await logs.plan(app, hour(-9), hour(9))).map(({ manifest }) => manifest.bucket),
    ).toEqual([hour(2)]);
    expect((await logs.planUnit(unitKey(app, hour(0)))).manifest.version).toBe(0);
    expect((await logs.planUnit(unitKey(app, hour(1)))).l0).toEqual([]);
    expect((await logs.l0After(app, -1, 100)).rows.map(({ bucket }) => bucket)).toEqual([hour(2)]);

    await logs.raiseFloor(app, hour(-5));
    expect(await logs.floor(app)).toBe(hour(2));
    await store.advance(GRACE_MS);
    await logs.collectGarbage();
    expect(await logs.readBlob(app, hour(0), merged.id, 0, 1)).toBeUndefined();
    expect(await logs.readL0(l0.id)).toBeUndefined();
    expect((await l0Of(logs, other)).length).toBe(1);
    expect(await logs.floor(other)).toBe(0);
  });

  test("a merge that the floor overtook is refused, and cannot bring the bucket back", async () => {
    await using store = await backend.open();
    const { logs } = store;
    const s = createLogSamples();
    const app = s.app();
    await logs.commit([s.write(app, HOUR, [s.batch()])]);
    await store.closeEpochs();
    const unit = await logs.planUnit(unitKey(app));
    await logs.raiseFloor(app, hour(1));
    await store.advance(GRACE_MS);
    await logs.collectGarbage();
    const next = nextManifest(unit, {
      nonce: s.nonce(),
      segments: [segmentOf(s.blob(), unit.l0, 9)],
    });
    await logs.compareAndSetManifest(unit.manifest, next);
    expect(await logs.plan(app, hour(-9), hour(9))).toEqual([]);
    expect(await logs.usage(app)).toMatchObject({ rows: 0, sizeBytes: 0 });
  });

  test("rows that arrive below the floor are void, and a batch that spans it is kept above", async () => {
    await using store = await backend.open();
    const { logs } = store;
    const s = createLogSamples();
    const [app, batch] = [s.app(), s.batch()];
    await logs.raiseFloor(app, HOUR);
    await logs.commit([s.write(app, hour(-1), [batch]), s.write(app, HOUR, [batch])]);
    expect(
      (await logs.plan(app, hour(-9), hour(9))).map(({ manifest }) => manifest.bucket),
    ).toEqual([HOUR]);
    await logs.collectGarbage();
    expect((await l0Of(logs, app)).length).toBe(1);
  });

  test("an application that was deleted while it was written to shows nothing", async () => {
    await using store = await backend.open();
    const { logs } = store;
    const s = createLogSamples();
    const app = s.app();
    await logs.commit([s.write(app, HOUR, [s.batch()])]);
    await logs.raiseFloor(app, MAX_BUCKET);
    await logs.commit([s.write(app, hour(3), [s.batch()])]);
    expect(await logs.plan(app, 0 as Bucket, MAX_BUCKET)).toEqual([]);
    await store.advance(GRACE_MS);
    await logs.collectGarbage();
    expect(await logs.usage(app)).toMatchObject({ rows: 0, sizeBytes: 0 });
    expect(await logs.mergeWork(10)).toEqual([]);
    expect(await logs.floor(app)).toBe(MAX_BUCKET);
  });
}
