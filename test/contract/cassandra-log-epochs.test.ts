/**
 * What may be acknowledged, and when an epoch may be closed: writers that pause, machines that were suspended, closers.
 */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

import { isFault } from "../../src/domain/fault.ts";
import type { BatchId } from "../../src/domain/ids.ts";
import {
  CLOSE_WAIT_MS,
  createEpochCloser,
  EPOCH_MS,
} from "../../src/storage/cassandra/log-epochs.ts";
import type { CassandraStore } from "../../src/storage/cassandra/open-store.ts";
import type { LogStore } from "../../src/storage/log-store.ts";
import { newKeyspace, openForTests } from "../support/cassandra/keyspace.ts";
import { type LogWorld, logWorld, watched } from "../support/cassandra/log-world.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { until } from "../support/until.ts";
import { createLogSamples, HOUR, mergeAll } from "./log-samples.ts";
import { l0Of, unitKey } from "./log-store-under-test.ts";

const found = inject("cassandra");
const TRUST_MS = 20_000;

describe.skipIf("missing" in found)("epochs on Cassandra", () => {
  let opened: CassandraStore;
  let world: LogWorld;
  beforeAll(async () => {
    opened = await openForTests(newKeyspace(found));
    world = logWorld(opened.session);
  });
  afterAll(() => opened[Symbol.asyncDispose]());

  /** A commit by a process with its own clock, to which something happens before its row is sent, or after it was. */
  async function commitWith(happens: {
    before?: (clock: FakeClock) => Promise<void>;
    after?: (clock: FakeClock) => Promise<void>;
  }): Promise<{ outcome: "stored" | "refused"; rows: number; logs: LogStore }> {
    const clock = new FakeClock();
    const s = createLogSamples();
    const app = world.app();
    const session = watched(opened.session, async ({ name }) => {
      if (name === "insert_l0") await happens.before?.(clock);
    });
    const sent: typeof session = {
      ...session,
      write: async (what, values) => {
        await session.write(what, values);
        if (what.name === "insert_l0") await happens.after?.(clock);
      },
    };
    const logs = world.store({ session: sent, clock });
    const outcome = await logs.commit([s.write(app, HOUR, [s.batch()])]).then(
      () => "stored" as const,
      (error: unknown) => {
        if (isFault(error, "overloaded")) return "refused" as const;
        throw error;
      },
    );
    return { outcome, rows: (await l0Of(logs, app)).length, logs };
  }

  const pause =
    (ms: number) =>
    async (clock: FakeClock): Promise<void> =>
      clock.advance(ms);
  /** Wall time passes, the monotonic clock stands still. */
  const suspend =
    (ms: number) =>
    async (clock: FakeClock): Promise<void> =>
      clock.jumpWall(ms);
  const andClose =
    (first: (clock: FakeClock) => Promise<void>) =>
    async (clock: FakeClock): Promise<void> => {
      await first(clock);
      await world.closeEpochs();
    };

  test.each([
    { what: "a short pause", happens: { after: pause(TRUST_MS - 1) }, want: "stored" },
    {
      what: "a long pause while the epoch stays open",
      happens: { after: pause(600_000) },
      want: "stored",
    },
    {
      what: "a suspension while the epoch stays open",
      happens: { after: suspend(600_000) },
      want: "stored",
    },
    { what: "a clock that was set back", happens: { after: suspend(-600_000) }, want: "stored" },
    {
      what: "a long pause before its row, past the close",
      happens: { before: andClose(pause(32_000)) },
      want: "refused",
    },
    {
      what: "a long pause after its row, past the close",
      happens: { after: andClose(pause(32_000)) },
      want: "refused",
    },
    {
      what: "a suspension before its row, past the close",
      happens: { before: andClose(suspend(32_000)) },
      want: "refused",
    },
    {
      what: "a suspension after its row, past the close",
      happens: { after: andClose(suspend(32_000)) },
      want: "refused",
    },
  ])("a commit with $what is $want", async ({ happens, want }) => {
    expect((await commitWith(happens)).outcome).toBe(want);
  });

  test("a process keeps no epoch for longer than half its trust", async () => {
    const clock = new FakeClock();
    const s = createLogSamples();
    const app = world.app();
    const logs = world.store({ clock });
    await logs.commit([s.write(app, HOUR, [s.batch()])]);
    await world.closeEpochs();
    await clock.advance(TRUST_MS / 2 + 1);
    await logs.commit([s.write(app, HOUR, [s.batch()])]);
    const [first, second] = await l0Of(logs, app);
    const closed = await logs.closedEpoch();
    expect(first?.epoch).toBeLessThanOrEqual(closed);
    expect(second?.epoch).toBeGreaterThan(closed);
  });

  test("a read of the epoch that does not end holds up nobody who comes five seconds later", async () => {
    const clock = new FakeClock();
    const s = createLogSamples();
    const app = world.app();
    const held = Promise.withResolvers<void>();
    let asked = 0;
    const session = watched(opened.session, async ({ name }) => {
      if (name === "read_epoch" && asked++ === 0) await held.promise;
    });
    const logs = world.store({ session, clock });
    const commit = (): Promise<unknown> => logs.commit([s.write(app, HOUR, [s.batch()])]);
    const first = commit();
    await until("the epoch is asked for", () => asked > 0);
    await clock.advance(5_001);
    await commit();
    held.resolve();
    await first;
    expect(await l0Of(logs, app)).toHaveLength(2);
  });

  test("an epoch is closed no sooner than every process has stopped trusting it", async () => {
    const clock = new FakeClock();
    const fresh = logWorld(opened.session);
    const closer = createEpochCloser({ session: opened.session, clock, newNonce: randomUUID });
    await fresh.closeEpochs();
    const logs = fresh.store();
    const at = async (): Promise<number> => logs.closedEpoch();
    const before = await at();
    await closer.step();
    await clock.advance(EPOCH_MS);
    // The next epoch is opened, and seen by this closer a step later.
    await closer.step();
    await closer.step();
    await clock.advance(CLOSE_WAIT_MS - 1);
    await closer.step();
    const early = await at();
    await clock.advance(1);
    await closer.step();
    expect([early - before, (await at()) - before]).toEqual([1, 2]);
  });

  test("while no closer runs for an hour all is stored and found, and merged when one does", async () => {
    const fresh = logWorld(opened.session);
    const s = { ...createLogSamples(), blob: fresh.blob };
    const app = fresh.app();
    const logs = fresh.store();
    const batches: BatchId[] = [];
    for (let minutes = 0; minutes < 60; minutes += 5) {
      const batch = s.batch();
      await logs.commit([s.write(app, HOUR, [batch])]);
      batches.push(batch);
      await fresh.clock.advance(300_000);
    }
    const found = async () =>
      (await l0Of(fresh.store(), app)).flatMap((row) => row.batches).toSorted();
    expect(await found()).toEqual(batches);
    expect((await logs.mergeWork(100)).filter((unit) => unit.app === app)).toEqual([]);
    await fresh.closeEpochs();
    expect((await fresh.store().mergeWork(100)).filter((unit) => unit.app === app)).toMatchObject([
      { l0Rows: batches.length },
    ]);
    expect((await mergeAll(logs, s, unitKey(app))).held).toBe(true);
    expect(await found()).toEqual([]);
    expect((await fresh.store().usage(app)).rows).toBe(3 * batches.length);
  });

  test("closers at once move the epoch by one, and none of them goes back", async () => {
    const fresh = logWorld(opened.session);
    await fresh.closeEpochs();
    const closers = [1, 2, 3].map(() =>
      createEpochCloser({ session: opened.session, clock: fresh.clock, newNonce: randomUUID }),
    );
    const logs = fresh.store();
    let last = await logs.closedEpoch();
    for (let i = 0; i < 8; i++) {
      await Promise.all(closers.map((closer) => closer.step()));
      const closed = await logs.closedEpoch();
      expect(closed - last).toBeGreaterThanOrEqual(0);
      expect(closed - last).toBeLessThanOrEqual(2);
      last = closed;
      await fresh.clock.advance(EPOCH_MS);
    }
  });
});
