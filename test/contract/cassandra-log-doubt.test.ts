/**
 * What becomes of the logs when the request or the answer of a statement is lost on the way, or comes late, or twice.
 */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

import { isFault } from "../../src/domain/fault.ts";
import { createEpochCloser } from "../../src/storage/cassandra/log-epochs.ts";
import type { CassandraStore } from "../../src/storage/cassandra/open-store.ts";
import { FAULTS_OF_PROXY, type FaultyProxy } from "../support/cassandra/faulty-proxy.ts";
import type { LogWorld } from "../support/cassandra/log-world.ts";
import {
  type LogWorldBehindProxy,
  openBehindProxy,
} from "../support/cassandra/log-world-behind-proxy.ts";
import { createLogSamples, HOUR, mergeAll, nextManifest } from "./log-samples.ts";
import { hour, l0Of, unitKey } from "./log-store-under-test.ts";

const found = inject("cassandra");
const LARGE = 300_000;

describe.skipIf("missing" in found)("logs on Cassandra behind a network that fails", () => {
  let opened: LogWorldBehindProxy;
  let proxy: FaultyProxy;
  let store: CassandraStore;
  let world: LogWorld;

  beforeAll(async () => {
    opened = await openBehindProxy(found);
    ({ proxy, store, world } = opened);
  });
  afterAll(() => opened[Symbol.asyncDispose]());

  const scene = () => {
    const logs = world.store({ session: store.session });
    return { logs, s: { ...createLogSamples(), app: world.app, blob: world.blob } };
  };

  test.each(
    [
      /INSERT INTO \w+\.log_l0/,
      /INSERT INTO \w+\.log_blob/,
      /INSERT INTO \w+\.log_tail/,
      /INSERT INTO \w+\.log_bucket/,
    ].flatMap((cql) => FAULTS_OF_PROXY.map((fault) => ({ cql, fault }))),
  )("a commit is there once when of $cql the network will $fault", async ({ cql, fault }) => {
    const { logs, s } = scene();
    const app = s.app();
    proxy.arm(cql, fault);
    const write = s.write(app, HOUR, [s.batch()], LARGE);
    const bytes = structuredClone(write.bytes);
    await logs.commit([write]);
    expect(proxy.armed).toBe(0);
    await proxy.releaseHeld();
    const rows = await l0Of(world.store(), app);
    expect(rows.map(({ batches }) => batches)).toEqual([write.batches]);
    for (const { id } of rows) expect(await logs.readL0(id)).toEqual(bytes);
  });

  test.each(
    ["the first merge", "a later merge"].flatMap((what) =>
      FAULTS_OF_PROXY.map((fault) => ({ what, fault })),
    ),
  )("$what holds once when the network will $fault", async ({ what, fault }) => {
    const { logs, s } = scene();
    const app = s.app();
    const commitAndMerge = async () => {
      await logs.commit([s.write(app, HOUR, [s.batch()])]);
      await world.closeEpochs();
      return mergeAll(logs, s, unitKey(app));
    };
    if (what === "a later merge") await commitAndMerge();
    proxy.arm(
      what === "a later merge" ? /UPDATE \w+\.log_manifest/ : /INSERT INTO \w+\.log_manifest/,
      fault,
    );
    const { held, next } = await commitAndMerge();
    expect([held, proxy.armed]).toEqual([true, 0]);
    await proxy.releaseHeld();
    expect((await world.store().planUnit(unitKey(app))).manifest).toEqual(next);
  });

  test("a merge whose answer was lost and that another followed is in doubt, and nothing of it is lost", async () => {
    const { logs, s } = scene();
    const app = s.app();
    await logs.commit([s.write(app, HOUR, [s.batch()])]);
    await world.closeEpochs();
    proxy.arm(/INSERT INTO \w+\.log_manifest/, "lose the answer");
    const mine = mergeAll(logs, s, unitKey(app)).then(
      ({ held }) => String(held),
      (error: unknown) => (isFault(error, "overloaded") ? "in doubt" : error),
    );
    // The second try is held up by nothing but its pause; the rival goes in between.
    const rival = world.store();
    for (let done = false; !done;) {
      const unit = await rival.planUnit(unitKey(app));
      if (unit.manifest.version !== 1) continue;
      done = await rival.compareAndSetManifest(
        unit.manifest,
        nextManifest(unit, { nonce: s.nonce() }),
      );
    }
    expect(["true", "in doubt"]).toContain(await mine);
    const { manifest } = await rival.planUnit(unitKey(app));
    expect(manifest.segments.length).toBe(1);
    for (const { id } of manifest.segments)
      expect(await rival.readBlob(app, HOUR, id, 0, 100)).toBeDefined();
  });

  test.each(FAULTS_OF_PROXY)("the floor rises once when the network will %s", async (fault) => {
    const { logs, s } = scene();
    const app = s.app();
    for (const [cql, floor] of [
      [/INSERT INTO \w+\.log_app/, hour(1)],
      [/UPDATE \w+\.log_app/, hour(2)],
    ] as const) {
      proxy.arm(cql, fault);
      await logs.raiseFloor(app, floor);
      await proxy.releaseHeld();
      expect([await world.store().floor(app), proxy.armed]).toEqual([floor, 0]);
    }
  });

  test.each(FAULTS_OF_PROXY)(
    "an epoch is opened and closed when the network will %s",
    async (fault) => {
      const { session } = store;
      const closer = createEpochCloser({ session, clock: world.clock, newNonce: randomUUID });
      await world.closeEpochs();
      const before = await world.store().closedEpoch();
      for (const passMs of [10_000, 0, 22_000]) {
        await closer.step();
        await world.clock.advance(passMs);
      }
      proxy.arm(/UPDATE \w+\.log_epoch/, fault);
      await closer.step();
      await proxy.releaseHeld();
      expect(proxy.armed).toBe(0);
      expect((await world.store().closedEpoch()) - before).toBe(2);
    },
  );

  test.each(FAULTS_OF_PROXY)("trash is taken out once when the network will %s", async (fault) => {
    const { logs, s } = scene();
    const app = s.app();
    await logs.commit([s.write(app, HOUR, [s.batch()])]);
    await world.closeEpochs();
    const { id } = await mergeAll(logs, s, unitKey(app));
    const unit = await logs.planUnit(unitKey(app));
    const next = nextManifest(unit, { nonce: s.nonce(), segments: [], trash: [id] });
    await logs.compareAndSetManifest(unit.manifest, next);
    await world.clock.advance(3_600_000);
    proxy.arm(/UPDATE \w+\.log_manifest/, fault);
    await logs.collectGarbage();
    await proxy.releaseHeld();
    expect(proxy.armed).toBe(0);
    const { manifest } = await world.store().planUnit(unitKey(app));
    expect([manifest.trash, manifest.version]).toEqual([[], next.version + 1]);
    expect(await logs.readBlob(app, HOUR, id, 0, 1)).toBeUndefined();
  });
});
