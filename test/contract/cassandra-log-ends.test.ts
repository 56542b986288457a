/**
 * How what is stored in Cassandra ends: hidden when its bucket expires, deleted below the floor, gone by itself at last.
 */
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

import type { AppId } from "../../src/domain/ids.ts";
import { type Bucket, DAY_MS } from "../../src/domain/time-range.ts";
import { CLOCK_ERROR_MS } from "../../src/storage/shared-store.ts";
import { intOf } from "../../src/storage/cassandra/row.ts";
import type { CqlValue } from "../../src/storage/cassandra/session.ts";
import type { CassandraStore } from "../../src/storage/cassandra/open-store.ts";
import { statement } from "../../src/storage/cassandra/statement.ts";
import { MAX_BUCKET } from "../../src/storage/log-store.ts";
import { newKeyspace, openForTests } from "../support/cassandra/keyspace.ts";
import { type LogWorld, logWorld } from "../support/cassandra/log-world.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { createLogSamples, HOUR, mergeAll, nextManifest, segmentOf } from "./log-samples.ts";
import { hour, l0Of, unitKey } from "./log-store-under-test.ts";

const found = inject("cassandra");
const HOUR_MS = 3_600_000;
const DAY = 86_400;
const LARGE = 300_000;

const LEFT = {
  buckets: "SELECT bucket FROM ks.log_bucket WHERE app = ?",
  chunks: "SELECT chunk FROM ks.log_tail WHERE app = ? AND chunk >= 0",
  manifest: "SELECT version FROM ks.log_manifest WHERE app = ? AND bucket = ? AND shard = 0",
} as const;

describe.skipIf("missing" in found)("the end of logs on Cassandra", () => {
  let opened: CassandraStore;
  let world: LogWorld;
  beforeAll(async () => {
    opened = await openForTests(newKeyspace(found));
  });
  afterAll(() => opened[Symbol.asyncDispose]());

  const scene = (retentionMs?: number) => {
    world = logWorld(opened.session);
    const logs = world.store({ retentionMs: async () => retentionMs });
    const s = { ...createLogSamples(), app: world.app, blob: world.blob };
    return { logs, s, app: s.app() };
  };
  const ask = (cql: string, values: readonly CqlValue[]) =>
    opened.session.read(statement("read", cql, cql), values);
  const countOf = async (what: keyof typeof LEFT, values: readonly CqlValue[]): Promise<number> =>
    (await ask(LEFT[what], values)).length;

  test("a bucket is hidden when it expires, whatever the retention has become since", async () => {
    const { logs, s, app } = scene(DAY_MS);
    for (const at of [0, 1]) await logs.commit([s.write(app, hour(at), [s.batch()])]);
    await world.closeEpochs();
    await mergeAll(logs, s, unitKey(app, hour(1)));
    const shown = async (): Promise<Bucket[]> => {
      // A process that keeps for ever now.
      const other = world.store();
      return (await other.plan(app, hour(-9), hour(9))).map(({ manifest }) => manifest.bucket);
    };
    const endsMs = (HOUR + 1) * HOUR_MS + DAY_MS;
    await world.clock.advance(endsMs - 1 - world.clock.nowMs());
    expect(await shown()).toEqual([hour(1), hour(0)]);
    expect((await logs.mergeWork(100)).filter((unit) => unit.app === app).length).toBe(1);
    await world.clock.advance(1);
    expect(await shown()).toEqual([hour(1)]);
    expect(await l0Of(logs, app, HOUR)).toEqual([]);
    const tailed = (await world.store().l0After(app, -1, 10)).rows;
    expect(tailed.map(({ bucket }) => bucket)).toEqual([hour(1)]);
    expect(await logs.usage(app)).toMatchObject({ rows: 3, expiresMs: endsMs + HOUR_MS });
    await world.clock.advance(HOUR_MS);
    expect(await shown()).toEqual([]);
    // Its rows hold nothing up: nobody merges them any more.
    await world.passGrace(logs);
    expect((await logs.mergeWork(100)).filter((unit) => unit.app === app)).toEqual([]);
    expect(await countOf("chunks", [app])).toBe(0);
  });

  test("a bucket that one process hides is whole to another whose clock is behind", async () => {
    const { logs, s, app } = scene(DAY_MS);
    await logs.commit([s.write(app, HOUR, [s.batch()])]);
    await world.closeEpochs();
    const behind = new FakeClock((HOUR + 1) * HOUR_MS + DAY_MS - 1);
    const rows = async () => (await l0Of(world.store({ clock: behind }), app)).length;
    await world.clock.advance(behind.nowMs() + 2 * CLOCK_ERROR_MS - world.clock.nowMs());
    await world.passGrace({
      ...logs,
      collectGarbage: async () => {
        const stuck = await logs.collectGarbage();
        expect(await rows()).toBe(world.clock.nowMs() > behind.nowMs() + HOUR_MS ? 0 : 1);
        return stuck;
      },
    });
  });

  test.each([
    { clock: "right", aheadMs: 0 },
    { clock: "days ahead", aheadMs: 9 * DAY_MS },
    { clock: "a month behind", aheadMs: -30 * DAY_MS },
  ])(
    "rows, blobs and manifests end by themselves, after the bucket they are of, by a process whose clock is $clock",
    async ({ aheadMs }) => {
      const { s, app } = scene(10 * DAY_MS);
      const clock = new FakeClock(world.clock.nowMs() + aheadMs);
      const logs = world.store({ clock, retentionMs: async () => 10 * DAY_MS });
      await logs.commit([
        s.write(app, HOUR, [s.batch()]),
        s.write(app, hour(1), [s.batch()], LARGE),
      ]);
      await world.closeEpochs();
      const [row] = await l0Of(logs, app, hour(1));
      const merged = await mergeAll(logs, s, unitKey(app), LARGE);
      const ttlOf = async (cql: string, values: readonly CqlValue[]): Promise<number> => {
        const rows = await ask(cql, values);
        return Math.min(...rows.map((each) => intOf(each, "ttl")));
      };
      const blob = "SELECT TTL(data) AS ttl FROM ks.log_blob WHERE id = ? AND part = ?";
      const manifest =
        "SELECT TTL(nonce) AS ttl FROM ks.log_manifest WHERE app = ? AND bucket = ? AND shard = 0";
      const blobOfRow = row?.id.split("/").slice(0, 4).join("/") ?? "";
      const chunk = BigInt(row?.epoch ?? -1);
      const ttls: Record<string, number> = {
        l0: await ttlOf("SELECT TTL(summary) AS ttl FROM ks.log_l0 WHERE app = ? AND chunk = ?", [
          app,
          chunk,
        ]),
        l0Blob: await ttlOf(blob, [blobOfRow, 1]),
        segment: await ttlOf(blob, [merged.id, 1]),
        manifest: await ttlOf(manifest, [app, HOUR]),
      };
      const unit = await logs.planUnit(unitKey(app));
      const next = nextManifest(unit, { nonce: s.nonce(), trash: [s.blob()] });
      expect(await logs.compareAndSetManifest(unit.manifest, next)).toBe(true);
      await clock.advance(HOUR_MS);
      await logs.collectGarbage();
      expect((await logs.planUnit(unitKey(app))).manifest.trash).toEqual([]);
      ttls["collected"] = await ttlOf(manifest, [app, HOUR]);
      // The buckets began when they were written into, and end ten days and an hour later; the test does not take one.
      const days = Object.entries(ttls).map(([name, ttl]) => [name, Math.ceil(ttl / DAY - 0.1)]);
      expect(Object.fromEntries(days)).toEqual({
        l0: 17,
        l0Blob: 17,
        segment: 11,
        manifest: 12,
        collected: 12,
      });
    },
  );

  test("below the floor nothing stays: blobs, trash, manifest, the bucket's row, rows and their blobs", async () => {
    const { logs, s, app } = scene();
    const row = s.write(app, HOUR, [s.batch()], LARGE);
    await logs.commit([row]);
    await world.closeEpochs();
    const [l0] = await l0Of(logs, app);
    const first = await mergeAll(logs, s, unitKey(app));
    const unit = await logs.planUnit(unitKey(app));
    const id = s.blob();
    await logs.writeBlob(app, HOUR, id, s.bytes(LARGE));
    const segments = [segmentOf(id, l0 === undefined ? [] : [l0], LARGE, 1)];
    const next = nextManifest(unit, { nonce: s.nonce(), segments, trash: [first.id] });
    await logs.compareAndSetManifest(unit.manifest, next);
    await logs.raiseFloor(app, hour(1));
    await world.passGrace(logs);
    for (const blob of [first.id, id])
      expect(await logs.readBlob(app, HOUR, blob, 0, 1)).toBeUndefined();
    expect(l0 && (await logs.readL0(l0.id))).toBeUndefined();
    expect(await countOf("manifest", [app, HOUR])).toBe(0);
    expect(await countOf("buckets", [app])).toBe(0);
    expect(await countOf("chunks", [app])).toBe(0);
  });

  test("what a process that died left below the floor goes when the floor is raised again", async () => {
    const { logs, s, app } = scene();
    await logs.commit([s.write(app, HOUR, [s.batch()])]);
    await world.closeEpochs();
    const { id } = await mergeAll(logs, s, unitKey(app), LARGE);
    await logs.raiseFloor(app, hour(1));
    const other = world.store();
    await other.raiseFloor(app, hour(1));
    await world.passGrace(other);
    expect(await other.readBlob(app, HOUR, id, 0, 1)).toBeUndefined();
    expect(await countOf("buckets", [app])).toBe(0);
  });

  test("a deleted application leaves no rows behind", async () => {
    const { logs, s, app } = scene();
    for (const at of [0, 1, 2]) await logs.commit([s.write(app, hour(at), [s.batch()], LARGE)]);
    await logs.raiseFloor(app, MAX_BUCKET);
    await world.closeEpochs();
    await world.passGrace(logs);
    expect(await countOf("chunks", [app])).toBe(0);
    expect(await countOf("buckets", [app])).toBe(0);
  });

  test("a merge that comes upon a bucket that was deleted cannot bring it back", async () => {
    const { logs, s, app } = scene();
    await logs.commit([s.write(app, HOUR, [s.batch()])]);
    await world.closeEpochs();
    await mergeAll(logs, s, unitKey(app));
    const stale: { app: AppId } & Awaited<ReturnType<typeof logs.planUnit>> = {
      app,
      ...(await logs.planUnit(unitKey(app))),
    };
    await logs.raiseFloor(app, hour(1));
    await world.passGrace(logs);
    const zombie = world.store();
    const next = nextManifest(stale, { nonce: s.nonce() });
    expect(await zombie.compareAndSetManifest(stale.manifest, next)).toBe(false);
    expect(await zombie.plan(app, hour(-9), hour(9))).toEqual([]);
    expect(await countOf("manifest", [app, HOUR])).toBe(0);
  });
});
