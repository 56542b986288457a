/**
 * How processes find what is to be merged and deleted, whoever wrote it.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";

import { overloaded } from "../../src/domain/fault.ts";
import type { BlobId } from "../../src/domain/ids.ts";
import { CATALOGUE_STATEMENTS } from "../../src/storage/cassandra/log-catalogue.ts";
import { L0_STATEMENTS } from "../../src/storage/cassandra/log-l0.ts";
import type { CassandraStore } from "../../src/storage/cassandra/open-store.ts";
import type { Session } from "../../src/storage/cassandra/session.ts";
import { statement } from "../../src/storage/cassandra/statement.ts";
import { MAX_BUCKET } from "../../src/storage/log-store.ts";
import { newKeyspace, openForTests } from "../support/cassandra/keyspace.ts";
import { type LogWorld, logWorld, watched, WORK_LISTS } from "../support/cassandra/log-world.ts";
import { createLogSamples, HOUR, mergeAll, nextManifest } from "./log-samples.ts";
import { hour, l0Of, unitKey } from "./log-store-under-test.ts";

const found = inject("cassandra");

describe.skipIf("missing" in found)("the work list on Cassandra", () => {
  let opened: CassandraStore;
  let world: LogWorld;
  beforeAll(async () => {
    opened = await openForTests(newKeyspace(found));
  });
  beforeEach(() => {
    world = logWorld(opened.session);
  });
  afterAll(() => opened[Symbol.asyncDispose]());

  const samples = () => ({ ...createLogSamples(), app: world.app, blob: world.blob });

  test("a process finds what another wrote, when the epoch is closed", async () => {
    const s = samples();
    const app = s.app();
    await world.store().commit([s.write(app, HOUR, [s.batch()], 70)]);
    const own = async () => (await world.store().mergeWork(100)).filter((unit) => unit.app === app);
    expect(await own()).toEqual([]);
    await world.closeEpochs();
    expect(await own()).toMatchObject([{ ...unitKey(app), l0Rows: 1, l0Bytes: 70 }]);
  });

  test("a process that runs sees what another merged, within a while", async () => {
    const s = samples();
    const app = s.app();
    const [one, other] = [world.store(), world.store()];
    await one.commit([s.write(app, HOUR, [s.batch()])]);
    await world.closeEpochs();
    const seen = async () => (await other.mergeWork(100)).filter((unit) => unit.app === app).length;
    expect(await seen()).toBe(1);
    await mergeAll(one, s, unitKey(app));
    await world.clock.advance(10_000);
    expect(await seen()).toBe(0);
  });

  test("many small applications are looked at in turn, and a busy one whenever it is time", async () => {
    await opened.session.define(statement("define", "lose lists", "TRUNCATE ks.log_dirty"));
    const s = samples();
    let looked: unknown[] = [];
    const session = watched(opened.session, ({ name }, [app]) => {
      if (name === "read_tail") looked.push(app);
    });
    const logs = world.store({ session, appsALook: 2 });
    const small = Array.from({ length: 5 }, () => s.app());
    const busy = s.app();
    for (let i = 0; i < 64; i++) await logs.commit([s.write(busy, HOUR, [s.batch()])]);
    await logs.commit(small.map((app) => s.write(app, HOUR, [s.batch()])));
    await world.closeEpochs();
    const look = async (): Promise<unknown[]> => {
      looked = [];
      await logs.mergeWork(100);
      return looked;
    };
    const first = [await look(), await look(), await look()];
    expect(first.map(({ length }) => length)).toEqual([2, 2, 2]);
    expect(new Set(first.flat())).toEqual(new Set([...small, busy]));
    expect(await look()).toEqual([]);
    const later: unknown[] = [];
    for (let turn = 0; turn < 3; turn++) {
      await world.clock.advance(10_000);
      const seen = await look();
      expect(seen).toContain(busy);
      expect(seen.length).toBe(3);
      later.push(...seen);
    }
    expect(new Set(later)).toEqual(new Set([...small, busy]));
  });

  test("an application that cannot be looked at does not hold up the others", async () => {
    const s = samples();
    const [broken, whole] = [s.app(), s.app()];
    await world
      .store()
      .commit([s.write(broken, HOUR, [s.batch()]), s.write(whole, HOUR, [s.batch()])]);
    await world.closeEpochs();
    const looked: unknown[] = [];
    const session: Session = {
      ...opened.session,
      read: async (what, values) => {
        if (what.name === "read_tail") looked.push(values[0]);
        if (what.name === "read_tail" && values[0] === broken)
          throw overloaded("its rows cannot be read");
        return opened.session.read(what, values);
      },
    };
    const logs = world.store({ session, appsALook: 100 });
    await expect(logs.mergeWork(100)).rejects.toThrow("cannot be read");
    // Whole was looked at in the same turn, which failed for the broken one.
    expect(looked).toContain(whole);
    const seen = new Set((await logs.mergeWork(100)).map(({ app }) => app));
    expect([seen.has(broken), seen.has(whole)]).toEqual([false, true]);
    await world.clock.advance(90_000);
    await expect(logs.mergeWork(100)).rejects.toThrow("cannot be read");
  });

  test("what waits is listed again, and lists that were worked off are not read again", async () => {
    const s = samples();
    const app = s.app();
    const logs = world.store();
    await logs.commit([s.write(app, HOUR, [s.batch()])]);
    await world.closeEpochs();
    for (let i = 0; i < 5; i++) {
      await logs.collectGarbage();
      await world.closeEpochs();
    }
    await logs.collectGarbage();
    let lists = 0;
    const session = watched(opened.session, ({ name }) => {
      if (name === "list_dirty") lists++;
    });
    const later = await world.store({ session }).mergeWork(100);
    expect(later.filter((unit) => unit.app === app).length).toBe(1);
    // The chunk it was listed in again, and the one that is written now.
    expect(lists).toBeLessThanOrEqual(3 * WORK_LISTS);
  });

  test("an application of which nothing is left is not looked at any more", async () => {
    const s = samples();
    const app = s.app();
    const looked: unknown[] = [];
    const session = watched(opened.session, ({ name }, values) => {
      if (name === "read_tail" && values[0] === app) looked.push(name);
    });
    const logs = world.store({ session });
    await logs.commit([s.write(app, HOUR, [s.batch()])]);
    await world.closeEpochs();
    await mergeAll(logs, s, unitKey(app));
    await world.passGrace(logs);
    // The list it stands in gets no more rows from now on.
    await world.closeEpochs();
    await world.passGrace(logs);
    looked.length = 0;
    await world.passGrace(logs);
    await logs.mergeWork(10);
    expect(looked).toEqual([]);
  });

  test("rows whose place in the lists was lost stay visible, and are found by the daily look", async () => {
    const s = samples();
    const app = s.app();
    await world.store().commit([s.write(app, HOUR, [s.batch()])]);
    await opened.session.define(statement("define", "lose lists", "TRUNCATE ks.log_dirty"));
    await world.closeEpochs();
    const cleaner = world.store();
    const work = async () => (await cleaner.mergeWork(100)).filter((unit) => unit.app === app);
    // What retention does with each application.
    await cleaner.raiseFloor(app, hour(-1000));
    await cleaner.collectGarbage("shared");
    expect(await work()).toEqual([]);
    expect((await l0Of(world.store(), app)).length).toBe(1);
    await cleaner.collectGarbage("all");
    expect(await work()).toMatchObject([unitKey(app)]);
  });

  test("trash that only a process knew that crashed is deleted after the daily look", async () => {
    const s = samples();
    const app = s.app();
    const crashed = world.store();
    await crashed.commit([s.write(app, HOUR, [s.batch()])]);
    await world.closeEpochs();
    const { id } = await mergeAll(crashed, s, unitKey(app));
    const unit = await crashed.planUnit(unitKey(app));
    const next = nextManifest(unit, { nonce: s.nonce(), segments: [], trash: [id] });
    expect(await crashed.compareAndSetManifest(unit.manifest, next)).toBe(true);
    const cleaner = world.store();
    await cleaner.raiseFloor(app, hour(-1000));
    const isThere = async () => (await cleaner.readBlob(app, HOUR, id, 0, 1)) !== undefined;
    const passGrace = async (reach: "shared" | "all"): Promise<boolean> => {
      await cleaner.collectGarbage(reach);
      await world.clock.advance(3_600_000);
      await cleaner.collectGarbage("seen");
      return isThere();
    };
    expect([await passGrace("shared"), await passGrace("all")]).toEqual([true, false]);
  });

  test("what a process that crashed let fall is deleted after the daily look, of a deleted application too", async () => {
    const s = samples();
    const app = s.app();
    const crashed = world.store();
    await crashed.commit([s.write(app, HOUR, [s.batch()])]);
    await world.closeEpochs();
    const { id } = await mergeAll(crashed, s, unitKey(app));
    await crashed.raiseFloor(app, MAX_BUCKET);
    // Nobody tells it of the application any more.
    const cleaner = world.store();
    const isThere = async () => (await cleaner.readBlob(app, HOUR, id, 0, 1)) !== undefined;
    const passGrace = async (reach: "shared" | "all"): Promise<boolean> => {
      await cleaner.collectGarbage(reach);
      await world.clock.advance(3_600_000);
      await cleaner.collectGarbage("seen");
      return isThere();
    };
    expect([await passGrace("shared"), await passGrace("all")]).toEqual([true, false]);
  });

  test("a run that goes further waits for a lesser one under way, and is not taken for it", async () => {
    const s = samples();
    const app = s.app();
    const logs = world.store();
    await logs.commit([s.write(app, HOUR, [s.batch()])]);
    await world.closeEpochs();
    await mergeAll(logs, s, unitKey(app));
    await logs.collectGarbage();
    await world.clock.advance(3_600_000);
    const [row] = (await world.store().l0After(app, -1, 10)).rows;
    await Promise.all([logs.collectGarbage("seen"), logs.collectGarbage("shared")]);
    expect(row && (await logs.readL0(row.id))).toBeUndefined();
  });

  test("what cannot be deleted holds up no other garbage, and is tried again", async () => {
    const s = samples();
    const apps = [s.app(), s.app()];
    const blobs = new Map<string, BlobId>();
    let failing = true;
    const session: Session = {
      ...opened.session,
      write: async (what, values) => {
        if (failing && what.name === "delete_blob" && values[0] === blobs.get(apps[0] ?? ""))
          throw overloaded("a node is down");
        await opened.session.write(what, values);
      },
    };
    const logs = world.store({ session });
    for (const app of apps) {
      await logs.commit([s.write(app, HOUR, [s.batch()])]);
      await world.closeEpochs();
      blobs.set(app, (await mergeAll(logs, s, unitKey(app))).id);
      await logs.raiseFloor(app, hour(1));
    }
    const left = async () =>
      Promise.all(
        apps.map(async (app) => {
          const id = blobs.get(app);
          return id !== undefined && (await logs.readBlob(app, HOUR, id, 0, 1)) !== undefined;
        }),
      );
    await world.clock.advance(3_600_000);
    await expect(logs.collectGarbage("seen")).rejects.toThrow("a node is down");
    expect(await left()).toEqual([true, false]);
    failing = false;
    await logs.collectGarbage("seen");
    expect(await left()).toEqual([false, false]);
  });

  test("an application whose rows cannot be read or deleted keeps nobody else's drained chunks", async () => {
    await opened.session.define(statement("define", "lose lists", "TRUNCATE ks.log_dirty"));
    const s = samples();
    const [unread, undeleted, whole] = [s.app(), s.app(), s.app()];
    const session: Session = {
      ...opened.session,
      read: async (what, values) => {
        if (what.name === "read_tail" && values[0] === unread) throw overloaded("not read");
        return opened.session.read(what, values);
      },
      write: async (what, values) => {
        if (what.name === "delete_chunk" && values[0] === undeleted)
          throw overloaded("not deleted");
        await opened.session.write(what, values);
      },
    };
    const logs = world.store({ session });
    for (const app of [unread, undeleted, whole]) {
      await world.store().commit([s.write(app, HOUR, [s.batch()])]);
      await world.closeEpochs();
      await mergeAll(world.store(), s, unitKey(app));
    }
    const chunks = async (app: string) =>
      (await opened.session.read(L0_STATEMENTS.tail, [app, 0n])).length;
    await expect(logs.collectGarbage()).rejects.toThrow("not read");
    await world.clock.advance(3_600_000);
    await expect(logs.collectGarbage()).rejects.toThrow("not read");
    expect(await Promise.all([unread, undeleted, whole].map(chunks))).toEqual([1, 1, 0]);
    await expect(logs.collectGarbage()).rejects.toThrow("not deleted");
  });

  test("what fell below a floor goes when nobody heard that it was raised, and when it rises during a collection", async () => {
    const s = samples();
    const app = s.app();
    let onStatement = async (_name: string): Promise<void> => undefined;
    const session: Session = {
      ...watched(opened.session, ({ name }) => onStatement(name)),
      compareAndSet: async (what, values) => {
        const answer = await opened.session.compareAndSet(what, values);
        await onStatement(what.name);
        return answer;
      },
    };
    const logs = world.store({ session });
    for (const at of [0, 1]) await logs.commit([s.write(app, hour(at), [s.batch()])]);
    await world.closeEpochs();
    for (const at of [0, 1]) await mergeAll(logs, s, unitKey(app, hour(at)));
    const buckets = async () =>
      (await opened.session.read(CATALOGUE_STATEMENTS.range, [app, 0, hour(9)])).length;

    onStatement = async (name) => {
      if (name === "insert_floor") throw overloaded("the answer was lost");
    };
    await expect(logs.raiseFloor(app, hour(1))).rejects.toThrow("was lost");
    let raises = 0;
    onStatement = async (name) => {
      if (name === "list_buckets" && raises++ === 0) await logs.raiseFloor(app, hour(2));
    };
    await world.clock.advance(3_600_000);
    await logs.collectGarbage("seen");
    expect([raises > 0, await buckets()]).toEqual([true, 1]);
    await world.clock.advance(3_600_000);
    await logs.collectGarbage("seen");
    expect(await buckets()).toBe(0);
  });

  test("a row of an older epoch that comes after one of a newer is not passed over", async () => {
    const s = samples();
    const app = s.app();
    const [behind, ahead, cleaner] = [world.store(), world.store(), world.store()];
    // It keeps the epoch it read for half its trust.
    await behind.commit([s.write(s.app(), HOUR, [s.batch()])]);
    await world.openEpoch();
    await ahead.commit([s.write(app, HOUR, [s.batch()])]);
    await cleaner.collectGarbage();
    await behind.commit([s.write(app, HOUR, [s.batch()])]);
    const before = await l0Of(ahead, app);
    expect((before[1]?.epoch ?? 0) - (before[0]?.epoch ?? 0)).toBe(1);
    for (let i = 0; i < 2; i++) {
      await world.closeEpochs();
      await cleaner.collectGarbage();
    }
    expect(await l0Of(world.store(), app)).toEqual(before);
  });

  test("an older low by a slow process hides nothing, and is mended", async () => {
    const s = samples();
    const app = s.app();
    const logs = world.store();
    const batches = [s.batch(), s.batch(), s.batch()];
    for (const [i, batch] of batches.entries()) {
      await logs.commit([s.write(app, hour(i % 2), [batch])]);
      await world.closeEpochs();
    }
    await mergeAll(logs, s, unitKey(app, hour(0)));
    await logs.collectGarbage();
    await opened.session.write(L0_STATEMENTS.low, [app, 0n]);
    for (const reader of [logs, world.store()])
      expect((await l0Of(reader, app, hour(1))).map((row) => row.batches)).toEqual([[batches[1]]]);
    await mergeAll(logs, s, unitKey(app, hour(1)));
    await world.passGrace(logs);
    for (const reader of [logs, world.store()]) {
      const { rows, complete } = await reader.l0After(app, -1, 10);
      expect([rows, complete]).toEqual([[], false]);
    }
  });
});
