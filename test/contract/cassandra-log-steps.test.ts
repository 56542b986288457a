/**
 * What comes between any two statements of one process: merges, deletions, commits and closed epochs of others.
 */
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

import type { AppId, BatchId } from "../../src/domain/ids.ts";
import type { CassandraStore } from "../../src/storage/cassandra/open-store.ts";
import type { CqlValue } from "../../src/storage/cassandra/session.ts";
import { type Statement, statement } from "../../src/storage/cassandra/statement.ts";
import { type LogStore, MAX_BUCKET, type Unit } from "../../src/storage/log-store.ts";
import { newKeyspace, openForTests } from "../support/cassandra/keyspace.ts";
import { type LogWorld, logWorld, watched } from "../support/cassandra/log-world.ts";
import { createLogSamples, HOUR, nextManifest, segmentOf } from "./log-samples.ts";
import { hour, unitKey } from "./log-store-under-test.ts";

const found = inject("cassandra");

const EMPTY = statement("define", "empty log_dirty", "TRUNCATE ks.log_dirty");

describe.skipIf("missing" in found)("between the statements of a store on Cassandra", () => {
  let opened: CassandraStore;
  beforeAll(async () => {
    opened = await openForTests(newKeyspace(found));
  });
  afterAll(() => opened[Symbol.asyncDispose]());

  /** A unit with a segment, a closed row and an open one, and what happens to it. */
  async function scene() {
    const world = logWorld(opened.session);
    // Else cleaners look at what the scenes before left, too.
    await opened.session.define(EMPTY);
    const logs = world.store();
    const s = { ...createLogSamples(), app: world.app, blob: world.blob };
    const app = s.app();
    const batches: BatchId[] = [];
    /** By the segment that holds them. */
    const held = new Map<string, readonly BatchId[]>();
    const commit = async (): Promise<void> => {
      const batch = s.batch();
      await logs.commit([s.write(app, HOUR, [batch])]);
      batches.push(batch);
    };
    const merge = async (by = logs): Promise<void> => {
      const closed = await by.closedEpoch();
      const { l0, manifest } = await by.planUnit(unitKey(app));
      const rows = l0.filter(({ epoch }) => epoch <= closed);
      if (rows.length === 0) return;
      const id = s.blob();
      await by.writeBlob(app, HOUR, id, s.bytes(10));
      const segments = [...manifest.segments, segmentOf(id, rows, 10)];
      const next = nextManifest({ manifest, l0 }, { nonce: s.nonce(), through: closed, segments });
      if (await by.compareAndSetManifest(manifest, next))
        held.set(
          id,
          rows.flatMap((row) => row.batches),
        );
    };
    const join = async (): Promise<void> => {
      const unit = await logs.planUnit(unitKey(app));
      const id = s.blob();
      await logs.writeBlob(app, HOUR, id, s.bytes(10));
      const inputs = unit.manifest.segments.map((segment) => segment.id);
      held.set(
        id,
        inputs.flatMap((input) => held.get(input) ?? []),
      );
      const segments = [{ ...segmentOf(id, [], 10, 1), minEpoch: 0 }];
      await logs.compareAndSetManifest(
        unit.manifest,
        nextManifest(unit, {
          nonce: s.nonce(),
          segments: segments.map((x) => ({ ...x, minTimeNanos: 0n, maxTimeNanos: 0n })),
          trash: [...unit.manifest.trash, ...inputs],
        }),
      );
    };
    const visible = (unit: Unit | undefined): BatchId[] =>
      [
        ...(unit?.manifest.segments ?? []).flatMap(({ id }) => held.get(id) ?? []),
        ...(unit?.l0 ?? []).flatMap((row) => row.batches),
      ].toSorted();
    return { world, logs, app, batches, commit, merge, join, visible };
  }

  /**
   * Runs `act` on a store of its own, with `change` before the `at`-th of its statements about `app`.
   * @returns whether it has that many.
   */
  async function atEach(
    world: LogWorld,
    at: number,
    app: AppId,
    change: () => Promise<void>,
    act: (reader: LogStore) => Promise<void>,
  ): Promise<boolean> {
    let count = 0;
    const before = async (_: Statement, values: readonly CqlValue[]): Promise<void> => {
      if (values.some((value) => String(value).startsWith(app)) && count++ === at) await change();
    };
    await act(world.store({ session: watched(world.session, before) }));
    return count > at;
  }

  test.each(["plan", "planUnit"] as const)(
    "a %s shows each acknowledged batch once while all of it is merged, joined and deleted",
    async (call) => {
      let more = true;
      for (let at = 0; more; at++) {
        const { world, logs, app, batches, commit, merge, join, visible } = await scene();
        await commit();
        await world.closeEpochs();
        await merge();
        await commit();
        await world.closeEpochs();
        await commit();
        const want = [...batches];
        const change = async (): Promise<void> => {
          await world.closeEpochs();
          await merge();
          await join();
          await world.passGrace(logs);
        };
        more = await atEach(world, at, app, change, async (reader) => {
          const unit =
            call === "plan"
              ? (await reader.plan(app, HOUR, HOUR))[0]
              : await reader.planUnit(unitKey(app));
          expect([at, visible(unit)]).toEqual([at, want.toSorted()]);
        });
        expect(visible(await logs.planUnit(unitKey(app)))).toEqual(want.toSorted());
        if (!more) expect(at).toBeGreaterThan(5);
      }
    },
  );

  test("a plan shows all of a bucket or nothing while the floor passes it", async () => {
    let more = true;
    for (let at = 0; more; at++) {
      const { world, logs, app, batches, commit, merge, visible } = await scene();
      await commit();
      await world.closeEpochs();
      await merge();
      await commit();
      const change = async (): Promise<void> => {
        await logs.raiseFloor(app, hour(1));
        await world.passGrace(logs);
      };
      more = await atEach(world, at, app, change, async (reader) => {
        const shown = visible(await reader.planUnit(unitKey(app)));
        expect([[], [...batches]]).toContainEqual(shown);
      });
      expect(visible((await logs.plan(app, HOUR, HOUR))[0])).toEqual(more ? [] : batches);
    }
  });

  test.each([
    { what: "the floor passes one of its hours", floor: hour(1), shows: [hour(1)] },
    { what: "its application is deleted", floor: MAX_BUCKET, shows: [] },
  ])(
    "a commit during which $what is seen above the floor alone",
    async ({ floor, shows }) => {
      let more = true;
      for (let at = 0; more; at++) {
        const { world, logs, app } = await scene();
        const s = createLogSamples();
        const batch = s.batch();
        const change = async (): Promise<void> => {
          await logs.raiseFloor(app, floor);
          await world.passGrace(logs);
        };
        more = await atEach(world, at, app, change, async (writer) => {
          await writer.commit([0, 1].map((hours) => s.write(app, hour(hours), [batch])));
        });
        const want = more ? shows : [hour(1), HOUR];
        for (const reader of [logs, world.store()]) {
          const plan = await reader.plan(app, HOUR, hour(1));
          expect([at, plan.map(({ manifest }) => manifest.bucket)]).toEqual([at, want]);
          expect(plan.flatMap(({ l0 }) => l0.map((row) => row.batches))).toEqual(
            want.map(() => [batch]),
          );
          const { rows } = await reader.l0After(app, -1, 10);
          expect(rows.map(({ bucket }) => bucket).toSorted((a, b) => a - b)).toEqual(
            want.toSorted((a, b) => a - b),
          );
        }
        if (!more) expect(at).toBeGreaterThan(6);
        // What came too late is deleted with its chunk, and with what the floor passes next.
        await world.closeEpochs();
        await logs.raiseFloor(app, MAX_BUCKET);
        await world.passGrace(logs);
        const left = statement("read", "left", "SELECT bucket FROM ks.log_bucket WHERE app = ?");
        expect(await opened.session.read(left, [app])).toEqual([]);
      }
    },
    120_000,
  );

  test("what is acknowledged stays visible while others clean up and epochs close", async () => {
    let more = true;
    for (let at = 0; more; at++) {
      const { world, logs, app, batches, commit, merge, visible } = await scene();
      await commit();
      await world.closeEpochs();
      await merge();
      const change = async (): Promise<void> => {
        // A commit by a process that still writes into the epoch it knows, while another has a newer one.
        await commit();
        await world.closeEpochs();
        await commit();
      };
      more = await atEach(world, at, app, change, async (cleaner) => {
        await cleaner.collectGarbage();
        await world.clock.advance(3_600_000);
        await cleaner.collectGarbage();
      });
      expect([at, visible(await logs.planUnit(unitKey(app)))]).toEqual([at, batches.toSorted()]);
      expect(await rowsAfter(world.store(), app)).toEqual(expect.arrayContaining(batches.slice(1)));
      if (!more) expect(at).toBeGreaterThan(10);
    }
  });

  test("a poll of the tail gives what was acknowledged, or says that it may be gone", async () => {
    let more = true;
    for (let at = 0; more; at++) {
      const { world, logs, app, batches, commit, merge } = await scene();
      const from = await logs.closedEpoch();
      await commit();
      let isChanged = false;
      const change = async (): Promise<void> => {
        isChanged = true;
        await world.closeEpochs();
        await merge();
        await world.passGrace(logs);
      };
      more = await atEach(world, at, app, change, async (reader) => {
        const { rows, complete } = await reader.l0After(app, from, 10);
        const given = rows.flatMap((row) => row.batches);
        expect([at, complete || !isChanged ? given : batches]).toEqual([at, batches]);
        expect(complete || isChanged).toBe(true);
      });
      if (!more) expect(at).toBeGreaterThan(3);
    }
  });

  test("of two merges of the same rows one is kept, whatever statements of one the other runs between", async () => {
    let more = true;
    for (let at = 0; more; at++) {
      const { world, logs, app, commit, merge } = await scene();
      await commit();
      await commit();
      await world.closeEpochs();
      more = await atEach(
        world,
        at,
        app,
        () => merge(logs),
        (store) => merge(store),
      );
      const { manifest, l0 } = await logs.planUnit(unitKey(app));
      expect([manifest.version, manifest.segments.map(({ rows }) => rows), l0]).toEqual([
        1,
        [6],
        [],
      ]);
    }
  });

  async function rowsAfter(logs: LogStore, app: AppId): Promise<BatchId[]> {
    const { rows } = await logs.l0After(app, -1, 100);
    return [...new Set(rows.flatMap((row) => row.batches))].toSorted();
  }
});
