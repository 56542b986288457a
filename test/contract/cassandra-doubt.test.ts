/**
 * What happens to a compare-and-set whose request or answer is lost on the way, or comes late, or twice.
 */
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

import { isFault } from "../../src/domain/fault.ts";
import type { CassandraStore } from "../../src/storage/cassandra/open-store.ts";
import type { LockRow } from "../../src/storage/lock-store.ts";
import {
  FAULTS_OF_PROXY,
  type FaultyProxy,
  startFaultyProxy,
} from "../support/cassandra/faulty-proxy.ts";
import { newKeyspace, openForTests } from "../support/cassandra/keyspace.ts";
import { until } from "../support/until.ts";

const found = inject("cassandra");
const CHANGES = [
  { change: "an insert", cql: /INSERT INTO \w+\.record/, isInsert: true },
  { change: "a replacement", cql: /UPDATE \w+\.record/, isInsert: false },
];

describe.skipIf("missing" in found)("a change of a small row in Cassandra", () => {
  const open = new AsyncDisposableStack();
  let proxy: FaultyProxy;
  let store: CassandraStore;
  let count = 0;

  beforeAll(async () => {
    const options = newKeyspace(found);
    proxy = open.use(await startFaultyProxy(options.contactPoints[0] ?? ""));
    store = open.use(await openForTests({ ...options, contactPoints: [proxy.contactPoint] }));
  });
  afterAll(() => open.disposeAsync());

  const fresh = () => ({ table: "user", partition: "p", key: `k${count++}` }) as const;

  test.each(CHANGES.flatMap((each) => FAULTS_OF_PROXY.map((fault) => ({ ...each, fault }))))(
    "$change holds once when the network will $fault",
    async ({ cql, isInsert, fault }) => {
      const at = fresh();
      if (!isInsert) await store.records.insert(at, { n: 0 });
      proxy.arm(cql, fault);
      const done = isInsert
        ? await store.records.insert(at, { n: 1 })
        : await store.records.replace(at, 1, { n: 1 });
      expect(done).toBe(true);
      expect(proxy.armed).toBe(0);
      await proxy.releaseHeld();
      const version = isInsert ? 1 : 2;
      expect(await store.records.get(at)).toEqual({ key: at.key, version, value: { n: 1 } });
    },
  );

  test("a removal whose answer is lost is not called done or undone", async () => {
    const at = fresh();
    await store.records.insert(at, {});
    proxy.arm(/DELETE FROM \w+\.record/, "lose the answer");
    const error = await store.records.remove(at, 1).catch((caught: unknown) => caught);
    expect(isFault(error, "overloaded") && error.message).toContain("not known");
    expect(await store.records.get(at)).toBeUndefined();
  });

  test("a removal whose request is lost is done", async () => {
    const at = fresh();
    await store.records.insert(at, {});
    proxy.arm(/DELETE FROM \w+\.record/, "lose the request");
    expect(await store.records.remove(at, 1)).toBe(true);
  });

  test("an attempt that arrives late spares a record that was made again", async () => {
    const at = fresh();
    await store.records.insert(at, { life: 1 });
    proxy.arm(/UPDATE \w+\.record/, "hold");
    expect(await store.records.replace(at, 1, { life: 1, changed: true })).toBe(true);
    expect(await store.records.remove(at, 2)).toBe(true);
    expect(await store.records.insert(at, { life: 2 })).toBe(true);
    await proxy.releaseHeld();
    expect(await store.records.get(at)).toEqual({ key: at.key, version: 1, value: { life: 2 } });
  });

  test("an answer lost to a change that was replaced meanwhile leaves the outcome unknown", async () => {
    const at = fresh();
    await store.records.insert(at, { n: 0 });
    proxy.arm(/UPDATE \w+\.record/, "lose the answer");
    // The second try is held up by nothing but its pause; the rival goes in between.
    const mine = store.records
      .replace(at, 1, { n: 1 })
      .then(String, (error: unknown) => (isFault(error, "overloaded") ? "unknown" : error));
    let rival = false;
    while (!rival) rival = await store.records.replace(at, 2, { n: 2 });
    expect(["true", "unknown"]).toContain(await mine);
    expect((await store.records.get(at))?.value).toEqual({ n: 2 });
  });

  test.each(FAULTS_OF_PROXY)(
    "a lock is had, kept and released when the network will %s",
    async (fault) => {
      const name = `lock${count++}`;
      const first: LockRow = {
        fence: 1,
        beat: 0,
        owner: "me",
        nonce: `n${count++}`,
        leaseMs: 1000,
        host: "h",
        sinceMs: 5,
      };
      const kept = { ...first, beat: 1 };
      const freed = { ...first, beat: 2, owner: "" };
      const taken = { ...first, fence: 2, nonce: `n${count++}` };
      proxy.arm(/INSERT INTO \w+\.job_lock/, fault);
      expect(await store.locks.compareAndSet(name, undefined, first)).toBe(true);
      for (const [before, after] of [
        [first, kept],
        [kept, freed],
        [freed, taken],
      ] as const) {
        proxy.arm(/UPDATE \w+\.job_lock/, fault);
        expect(await store.locks.compareAndSet(name, before, after)).toBe(true);
        await proxy.releaseHeld();
        expect(await store.locks.read(name)).toEqual(after);
      }
      expect(await store.locks.compareAndSet(name, freed, { ...freed, fence: 2 })).toBe(false);
      expect(proxy.armed).toBe(0);
    },
  );

  test("of changes that rivals make while answers are lost, those that are called made were made", async () => {
    const at = fresh();
    await store.records.insert(at, { n: 0 });
    let made = 0;
    let unknown = 0;
    const rival = async (): Promise<void> => {
      for (let tries = 0; tries < 12; tries++) {
        const now = await store.records.get(at);
        if (tries % 3 === 0)
          proxy.arm(/UPDATE \w+\.record/, tries % 2 ? "lose the answer" : "hold");
        try {
          if (await store.records.replace(at, now?.version ?? 0, { n: tries })) made++;
        } catch (error) {
          if (!isFault(error, "overloaded")) throw error;
          unknown++;
        }
      }
    };
    await Promise.all([rival(), rival(), rival()]);
    await proxy.releaseHeld();
    const changes = ((await store.records.get(at))?.version ?? 0) - 1;
    expect(changes).toBeGreaterThanOrEqual(made);
    expect(changes).toBeLessThanOrEqual(made + unknown);
  });

  test("a cluster out of reach is said to be, and serves again when it is back", async () => {
    const at = fresh();
    proxy.cut();
    const error = await store.records.insert(at, {}).catch((caught: unknown) => caught);
    expect(isFault(error, "overloaded") && error.message).toContain("does not serve");
    proxy.mend();
    const made = await until("it serves", () => store.records.insert(at, {}).catch(() => false));
    expect(made).toBe(true);
    expect((await store.records.get(at))?.version).toBe(1);
  });

  test("a data centre that is not there is named", async () => {
    const options = { ...newKeyspace(found), localDataCenter: "atlantis" };
    const error = await openForTests(options).catch((caught: unknown) => caught);
    expect(isFault(error, "invalid") && error.message).toContain("atlantis");
  });
});
