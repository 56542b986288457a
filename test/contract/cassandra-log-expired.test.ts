/**
 * What is sent into a bucket that readers hide: it expired, though a longer retention keeps the floor below it.
 */
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

import { bucketOfMs, DAY_MS } from "../../src/domain/time-range.ts";
import { createAdmission } from "../../src/ingest/admission.ts";
import { createIngest } from "../../src/ingest/ingest.ts";
import { CATALOGUE_STATEMENTS } from "../../src/storage/cassandra/log-catalogue.ts";
import type { CassandraStore } from "../../src/storage/cassandra/open-store.ts";
import { newKeyspace, openForTests } from "../support/cassandra/keyspace.ts";
import { logWorld } from "../support/cassandra/log-world.ts";
import { keepingLogger, keepingMeter } from "../support/silent.ts";
import { toyBatch, toyBatchId, toyEncode } from "../support/toy-encoder.ts";
import { createLogSamples, HOUR } from "./log-samples.ts";
import { hour } from "./log-store-under-test.ts";

const found = inject("cassandra");

describe.skipIf("missing" in found)("expired buckets on Cassandra", () => {
  let opened: CassandraStore;
  beforeAll(async () => {
    opened = await openForTests(newKeyspace(found));
  });
  afterAll(() => opened[Symbol.asyncDispose]());

  /** An application whose logs of HOUR expired, and which keeps for 30 days now. */
  async function scene() {
    const world = logWorld(opened.session);
    const s = { ...createLogSamples(), app: world.app };
    const app = s.app();
    const before = world.store({ retentionMs: async () => DAY_MS });
    await before.commit([s.write(app, HOUR, [s.batch()])]);
    await world.clock.advance((HOUR + 1) * 3_600_000 + DAY_MS - world.clock.nowMs());
    const store = () => world.store({ retentionMs: async () => 30 * DAY_MS });
    return { world, s, app, store };
  }

  test("a commit with rows of one stores nothing, names it, and stores the others when they come alone", async () => {
    const { s, app, store } = await scene();
    const logs = store();
    const [late, early] = [
      s.write(app, HOUR, [s.batch()]),
      s.write(app, hour(1), [s.batch(), s.batch()]),
    ];
    expect(await logs.commit([late, early])).toEqual({
      duplicates: [],
      expired: [{ app, bucket: HOUR }],
      unstored: [late, early],
    });
    expect((await logs.l0After(app, 1, 10)).rows).toEqual([]);
    expect(await logs.plan(app, HOUR, hour(1))).toEqual([]);
    expect(await logs.commit([early])).toEqual({ duplicates: [] });
    const plan = await logs.plan(app, HOUR, hour(1));
    expect(plan.flatMap(({ l0 }) => l0.map((row) => row.batches))).toEqual([early.batches]);
  });

  test("a bucket that nobody wrote into yet expires by what is kept now, and one that would be over is not made", async () => {
    const { world, s, app, store } = await scene();
    const longAgo = hour(-28 * 24);
    expect(await store().commit([s.write(app, longAgo, [s.batch()])])).toEqual({ duplicates: [] });
    expect((await store().plan(app, longAgo, longAgo)).length).toBe(1);
    const over = hour(-29 * 24);
    const outcome = await store().commit([s.write(app, over, [s.batch()])]);
    expect(outcome.expired).toEqual([{ app, bucket: over }]);
    const made = await world.session.read(CATALOGUE_STATEMENTS.range, [app, over, longAgo]);
    expect(made.length).toBe(1);
  });

  test("a sender is told which entries, the rest is stored, and a retry is answered the same", async () => {
    const { world, app, store } = await scene();
    const logs = store();
    const { clock } = world;
    const admission = createAdmission({
      retentionDays: async () => 30,
      floor: (id) => logs.floor(id),
      clockAheadMs: async () => 0,
      clock,
    });
    const start = () =>
      createIngest({
        store: logs,
        encode: toyEncode,
        clock,
        meter: keepingMeter(),
        logger: keepingLogger(),
      });
    const batch = toyBatchId(clock.nowMs(), 1);
    const now = bucketOfMs(clock.nowMs());
    const { admitFrom, admitTo } = await admission.boundsOf(app);
    expect([admitFrom <= HOUR, admitTo >= now]).toEqual([true, true]);
    for (let tries = 0; tries < 2; tries++) {
      await using ingest = start();
      const raw = toyBatch(batch, { buckets: [now, HOUR, now] }, app);
      const { accepted, rejected } = await ingest.send({ ...raw, admitFrom, admitTo });
      expect([accepted, rejected.map(({ index }) => index)]).toEqual([2, [1]]);
      expect(rejected[0]?.reason).toContain("shorter retention");
    }
    const plan = await logs.plan(app, HOUR, now);
    expect(plan.map(({ manifest }) => manifest.bucket)).toEqual([now]);
  });
});
