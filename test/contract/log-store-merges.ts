/**
 * The part of the log store's suite that changes manifests: who wins, what is absorbed, what becomes garbage.
 */
import fc from "fast-check";
import { expect, test } from "vitest";

import { createLogSamples, HOUR, mergeAll, nextManifest, segmentOf } from "./log-samples.ts";
import {
  GRACE_MS,
  hour,
  l0Of,
  LARGE,
  type LogStoreBackend,
  only,
  runsOf,
  unitKey,
} from "./log-store-under-test.ts";

export function describeMerges(backend: LogStoreBackend): void {
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
      { numRuns: runsOf(20, backend) },
    ));
}
