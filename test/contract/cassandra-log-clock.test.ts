/** A clock that is wrong must not delete logs: on a real Cassandra, which tells the time. */
import { describe, expect, inject, test } from "vitest";
import { isFault } from "../../src/domain/fault.ts";
import { bucketOfMs, HOUR_MS } from "../../src/domain/time-range.ts";
import { systemClock } from "../../src/server/system-clock.ts";
import { deletingByTrueTime } from "../../src/storage/cassandra/log-clock.ts";
import { MAX_BUCKET } from "../../src/storage/log-store.ts";
import { newKeyspace, openForTests } from "../support/cassandra/keyspace.ts";
import { logWorld } from "../support/cassandra/log-world.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { createLogSamples, HOUR } from "./log-samples.ts";

const found = inject("cassandra");

describe.skipIf("missing" in found)("a store whose clock may be wrong", () => {
  test.each([
    { name: "as the node's", aheadMs: 0, deletes: true },
    { name: "an hour behind", aheadMs: -HOUR_MS, deletes: true },
    { name: "within what clocks may be apart", aheadMs: 50_000, deletes: true },
    { name: "two minutes ahead", aheadMs: 120_000, deletes: false },
    { name: "ten years ahead", aheadMs: 87_600 * HOUR_MS, deletes: false },
  ])("deletes for age: $deletes, with a clock $name", async ({ aheadMs, deletes }) => {
    await using store = await openForTests(newKeyspace(found));
    const { session } = store;
    const world = logWorld(session);
    const clock = new FakeClock(systemClock.nowMs() + aheadMs);
    const logs = deletingByTrueTime(world.store({ clock }), { session, clock });
    const [app, deleted] = [world.app(), world.app()];
    const floor = bucketOfMs(clock.nowMs() - HOUR_MS);

    const outcomes = await Promise.allSettled([logs.raiseFloor(app, floor), logs.collectGarbage()]);
    expect(outcomes.map(({ status }) => status === "fulfilled")).toEqual([deletes, deletes]);
    for (const outcome of outcomes)
      if (outcome.status === "rejected") {
        expect(isFault(outcome.reason, "overloaded")).toBe(true);
        expect(String(outcome.reason)).toContain("synchronise the clocks");
      }
    expect(await logs.floor(app)).toBe(deletes ? floor : 0);

    await logs.raiseFloor(deleted, MAX_BUCKET);
    expect(await logs.floor(deleted)).toBe(MAX_BUCKET);
  });

  test("a clock that is ahead takes no row for over that waits for its merge", async () => {
    await using store = await openForTests(newKeyspace(found));
    const { session } = store;
    const world = logWorld(session);
    const retentionMs = (): Promise<number> => Promise.resolve(24 * HOUR_MS);
    const [s, app] = [createLogSamples(), world.app()];
    const right = world.store({ retentionMs });
    await right.commit([s.write(app, HOUR, [s.batch()])]);
    await world.closeEpochs();

    const clock = new FakeClock(systemClock.nowMs() + 87_600 * HOUR_MS);
    const ahead = deletingByTrueTime(world.store({ retentionMs, clock }), { session, clock });
    const answer: unknown = await ahead.mergeWork(10).catch(String);
    const [unit] = await right.plan(app, HOUR, HOUR);
    expect(unit?.l0).toHaveLength(1);
    expect(answer).toContain("synchronise the clocks");
  });

  test("a clock that is set ahead is found out at the next deletion", async () => {
    await using store = await openForTests(newKeyspace(found));
    const { session } = store;
    const world = logWorld(session);
    let aheadMs = 0;
    const clock = { ...systemClock, nowMs: () => systemClock.nowMs() + aheadMs };
    const logs = deletingByTrueTime(world.store({ clock }), { session, clock });
    await logs.collectGarbage();
    aheadMs = HOUR_MS;
    await expect(logs.collectGarbage()).rejects.toThrow(/synchronise the clocks/);
    aheadMs = 0;
    await logs.collectGarbage();
  });
});
