/**
 * The part of the log store's suite for backends that know a batch when it is committed again. Others take it in and
 * show it once all the same (`log-store-retries.ts`).
 */
import { expect, test } from "vitest";

import type { BatchId } from "../../src/domain/ids.ts";
import { createLogSamples, HOUR, mergeAll } from "./log-samples.ts";
import { GRACE_MS, hour, l0Of, type LogStoreBackend, unitKey } from "./log-store-under-test.ts";
import { DAY_MS } from "../../src/domain/time-range.ts";

export function describeNamedDuplicates(backend: LogStoreBackend): void {
  test("a retry is named and nothing of its commit is stored, before and after a merge", async () => {
    await using store = await backend.open();
    const { logs } = store;
    const s = createLogSamples();
    const app = s.app();
    const [known, fresh] = [s.batch(), s.batch()];
    await logs.commit([s.write(app, HOUR, [known]), s.write(app, hour(1), [known])]);
    const retry = () => [s.write(app, HOUR, [known, fresh]), s.write(app, hour(-3), [fresh])];

    const before = await logs.plan(app, hour(-9), hour(9));
    const [rows, duplicates] = [retry(), [{ app, batch: known, bucket: HOUR }]];
    // What was not stored comes back: its bytes were given away.
    const unstored = structuredClone(rows);
    expect(await logs.commit(rows)).toEqual({ duplicates, unstored });
    expect(await logs.plan(app, hour(-9), hour(9))).toEqual(before);
    expect(
      await logs.known([
        { app, batch: known },
        { app, batch: fresh },
      ]),
    ).toEqual([{ app, batch: known }]);

    await mergeAll(logs, s, unitKey(app));
    expect(await logs.commit(retry())).toMatchObject({ duplicates });
    await store.advance(GRACE_MS);
    await logs.collectGarbage();
    expect(await logs.commit(retry())).toMatchObject({ duplicates });
    expect(await logs.commit([s.write(app, HOUR, [fresh])])).toEqual({ duplicates: [] });
  });

  test("of a batch of which hours were refused, each hour is stored once, until a commit finishes it", async () => {
    await using store = await backend.open();
    const s = createLogSamples();
    const [app, batch, fresh] = [s.app(), s.batch(), s.batch()];
    const row = (n: number) => s.write(app, hour(n), [batch]);
    const open = (n: number) => ({ ...row(n), unfinished: [batch] });
    const named = (...hours: number[]) => hours.map((n) => ({ app, batch, bucket: hour(n) }));
    let { logs } = store;
    const known = () => logs.known([{ app, batch }]);

    expect(await logs.commit([open(0), open(1)])).toEqual({ duplicates: [] });
    expect(await known()).toEqual([]);
    await store.advance(DAY_MS / 2);
    if (store.reopen !== undefined) logs = await store.reopen();
    const retry = [open(0), open(1), s.write(app, hour(2), [fresh])];
    expect((await logs.commit(retry)).duplicates).toEqual(named(0, 1));
    expect((await logs.commit([open(1), open(2)])).duplicates).toEqual(named(1));
    expect(await logs.commit([open(2)])).toEqual({ duplicates: [] });
    // The first hours are still known when their own day has ended: the batch was seen since.
    await store.advance(DAY_MS * 0.75);
    expect((await logs.commit([row(2), row(3)])).duplicates).toEqual(named(2));
    expect(await logs.commit([row(3)])).toEqual({ duplicates: [] });
    expect(await known()).toEqual([{ app, batch }]);
    expect((await logs.commit([row(4)])).duplicates).toEqual(named(4));
    const plan = await logs.plan(app, hour(0), hour(9));
    expect(plan.map(({ manifest, l0 }) => [manifest.bucket, l0.length])).toEqual([
      [hour(3), 1],
      [hour(2), 1],
      [hour(1), 1],
      [hour(0), 1],
    ]);
  });

  test("a batch id belongs to its application", async () => {
    await using store = await backend.open();
    const s = createLogSamples();
    const [app, other, batch] = [s.app(), s.app(), s.batch()];
    await store.logs.commit([s.write(app, HOUR, [batch])]);
    expect(await store.logs.commit([s.write(other, HOUR, [batch])])).toEqual({ duplicates: [] });
  });

  test("of two commits of one batch in flight, one stores it", async () => {
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
  });

  test("batches are known for a day of the store's own clock, whatever time their ids hold", async () => {
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
  });
}
