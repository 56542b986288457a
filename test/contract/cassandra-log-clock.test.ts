/** A clock that is wrong must not delete logs: on a real Cassandra, which tells the time. */
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { isFault } from "../../src/domain/fault.ts";
import { bucketOfMs, HOUR_MS } from "../../src/domain/time-range.ts";
import { systemClock } from "../../src/server/system-clock.ts";
import { createClockWatch } from "../../src/storage/cassandra/log-clock.ts";
import type { CassandraStore } from "../../src/storage/cassandra/open-store.ts";
import { type LogStore, MAX_BUCKET } from "../../src/storage/log-store.ts";
import { newKeyspace, openForTests } from "../support/cassandra/keyspace.ts";
import { logWorld } from "../support/cassandra/log-world.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { createLogSamples, HOUR, mergeAll, nextManifest } from "./log-samples.ts";
import { hour, unitKey } from "./log-store-under-test.ts";

const found = inject("cassandra");

describe.skipIf("missing" in found)("a store whose clock may be wrong", () => {
  let store: CassandraStore;
  beforeAll(async () => {
    store = await openForTests(newKeyspace(found));
  });
  afterAll(() => store?.[Symbol.asyncDispose]());

  test.each([
    { name: "as the node's", aheadMs: 0, deletes: true },
    { name: "an hour behind", aheadMs: -HOUR_MS, deletes: true },
    { name: "within what clocks may be apart", aheadMs: 50_000, deletes: true },
    { name: "two minutes ahead", aheadMs: 120_000, deletes: false },
    { name: "ten years ahead", aheadMs: 87_600 * HOUR_MS, deletes: false },
  ])("deletes for age: $deletes, with a clock $name", async ({ aheadMs, deletes }) => {
    const { session } = store;
    const world = logWorld(session);
    const clock = new FakeClock(systemClock.nowMs() + aheadMs);
    const logs = world.store({ clock, clockWatch: createClockWatch({ session, clock }) });
    const [app, deleted] = [world.app(), world.app()];
    const floor = bucketOfMs(clock.nowMs() - HOUR_MS);

    const failure: unknown = await logs.raiseFloor(app, floor).catch((error: unknown) => error);
    if (!deletes) {
      expect(isFault(failure, "overloaded")).toBe(true);
      expect(String(failure)).toContain("synchronise the clocks");
    }
    expect(await logs.floor(app)).toBe(deletes ? floor : 0);

    await logs.raiseFloor(deleted, MAX_BUCKET);
    expect(await logs.floor(deleted)).toBe(MAX_BUCKET);
  });

  test("a clock that is ahead takes no row for over that waits for its merge", async () => {
    const { session } = store;
    const world = logWorld(session);
    const retentionMs = (): Promise<number> => Promise.resolve(24 * HOUR_MS);
    const [s, app] = [createLogSamples(), world.app()];
    const right = world.store({ retentionMs });
    await right.commit([s.write(app, HOUR, [s.batch()])]);
    await world.closeEpochs();

    const clock = new FakeClock(systemClock.nowMs() + 87_600 * HOUR_MS);
    const clockWatch = createClockWatch({ session, clock });
    const ahead = world.store({ retentionMs, clock, clockWatch });
    // It sees nothing in that hour that it could merge.
    const workOf = async (logs: LogStore) =>
      (await logs.mergeWork(10)).filter((one) => one.app === app);
    expect(await workOf(ahead)).toEqual([]);
    const [unit] = await right.plan(app, HOUR, HOUR);
    expect(unit?.l0).toHaveLength(1);
    expect(await workOf(right)).toMatchObject([{ ...unitKey(app), l0Rows: 1 }]);
  });

  test("a clock that is ahead stores what is of now, and nothing of hours to come", async () => {
    const { session } = store;
    const world = logWorld(session);
    const [s, app] = [createLogSamples(), world.app()];
    const clock = new FakeClock(systemClock.nowMs() + 48 * HOUR_MS);
    const logs = world.store({ clock, clockWatch: createClockWatch({ session, clock }) });
    const [now, toCome] = [bucketOfMs(systemClock.nowMs()), bucketOfMs(clock.nowMs())];
    expect(await logs.commit([s.write(app, now, [s.batch()])])).toEqual({ duplicates: [] });
    // By its own clock that hour has begun; what is stored now would end two days before it is hidden.
    const answer: unknown = await logs.commit([s.write(app, toCome, [s.batch()])]).catch(String);
    expect(answer).toContain("synchronise the clocks");
    const plan = await logs.plan(app, now, toCome);
    expect(plan.map(({ manifest }) => manifest.bucket)).toEqual([now]);
  });

  test("a clock that is ahead refuses no hour for good", async () => {
    const { session } = store;
    const world = logWorld(session);
    const [s, app] = [createLogSamples(), world.app()];
    const clock = new FakeClock(systemClock.nowMs() + 72 * HOUR_MS);
    const clockWatch = createClockWatch({ session, clock });
    const logs = world.store({ clock, clockWatch, retentionMs: async () => 24 * HOUR_MS });
    const write = s.write(app, bucketOfMs(systemClock.nowMs()), [s.batch()]);
    const answer: unknown = await logs.commit([write]).catch(String);
    expect(answer).toContain("synchronise the clocks");
  });

  test("what the clock does not decide is deleted whatever it says: trash, and chunks that are drained", async () => {
    const { session } = store;
    const world = logWorld(session);
    const [s, app] = [{ ...createLogSamples(), blob: world.blob }, world.app()];
    const clock = new FakeClock(systemClock.nowMs() + 87_600 * HOUR_MS);
    const logs = world.store({ clock, clockWatch: createClockWatch({ session, clock }) });
    await logs.commit([s.write(app, HOUR, [s.batch()])]);
    await world.closeEpochs();
    const { id } = await mergeAll(logs, s, unitKey(app));
    const unit = await logs.planUnit(unitKey(app));
    const next = nextManifest(unit, { nonce: s.nonce(), segments: [], trash: [id] });
    await logs.compareAndSetManifest(unit.manifest, next);
    await logs.collectGarbage();
    await clock.advance(HOUR_MS);
    await logs.collectGarbage();
    expect((await logs.planUnit(unitKey(app))).manifest.trash).toEqual([]);
    expect(await logs.readBlob(app, HOUR, id, 0, 1)).toBeUndefined();
    expect((await logs.l0After(app, -1, 10)).complete).toBe(false);
  });

  test("a clock that is set ahead is found out at the next floor", async () => {
    const { session } = store;
    const world = logWorld(session);
    const app = world.app();
    let aheadMs = 0;
    const clock = { ...systemClock, nowMs: () => systemClock.nowMs() + aheadMs };
    const logs = world.store({ clock, clockWatch: createClockWatch({ session, clock }) });
    await logs.raiseFloor(app, hour(1));
    aheadMs = HOUR_MS;
    await expect(logs.raiseFloor(app, hour(2))).rejects.toThrow(/synchronise the clocks/);
    aheadMs = 0;
    await logs.raiseFloor(app, hour(3));
    expect(await logs.floor(app)).toBe(hour(3));
  });
});
