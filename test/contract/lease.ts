/**
 * The contracts of `src/storage/lock-store.ts` and, over it, of `src/storage/lease.ts` as a suite. Every process of it has
 * a clock of its own, moved by hand: what the store's clock says must not matter.
 */
import { describe, expect, test } from "vitest";

import { overloaded } from "../../src/domain/fault.ts";
import { createLeases, type Lease, type Leases } from "../../src/storage/lease.ts";
import type { LockRow, LockStore } from "../../src/storage/lock-store.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { until } from "../support/until.ts";

export interface LockStoreUnderTest extends AsyncDisposable {
  readonly locks: LockStore;
}

export interface LockStoreBackend {
  readonly name: string;
  /** A store without the locks that `newName` gives. */
  open(): Promise<LockStoreUnderTest>;
}

/** Ms; the trust ends at 8,000, a takeover is allowed at 11,000. */
const LEASE_MS = 10_000;
/** Just past the next renewal. */
const THIRD_MS = 3_334;
const TAKEOVER_MS = 11_001;

let names = 0;
/** Locks are for ever, and stores may be shared by tests. */
function newName(): string {
  return `lock ${names++} Ж"'%`;
}

const ROW: LockRow = {
  fence: 1,
  beat: 0,
  owner: "a",
  nonce: "n1",
  leaseMs: LEASE_MS,
  host: "näme\u0000",
  sinceMs: 1_795_521_600_000,
};

interface Process {
  readonly clock: FakeClock;
  readonly leases: Leases;
  /** While set, every call to the store fails so; a change may have been made all the same. */
  outage: "none" | "before" | "after";
}

function startProcess(locks: LockStore, owner: string): Process {
  const clock = new FakeClock();
  let nonces = 0;
  const process: Process = {
    clock,
    outage: "none",
    leases: createLeases({
      locks: {
        read: async (name) => {
          if (process.outage !== "none") throw overloaded("out of reach");
          return locks.read(name);
        },
        compareAndSet: async (...args) => {
          if (process.outage === "before") throw overloaded("out of reach");
          const done = await locks.compareAndSet(...args);
          if (process.outage === "after") throw overloaded("out of reach");
          return done;
        },
      },
      clock,
      leaseMs: LEASE_MS,
      owner,
      host: "tests",
      newNonce: () => `${owner}-${nonces++}`,
    }),
  };
  return process;
}

function need(lease: Lease | undefined): Lease {
  if (lease === undefined) throw new Error("the lease was not had");
  return lease;
}

/** Moves the holder's clock to its next renewal and waits until the store has it. */
async function renewal(locks: LockStore, name: string, holder: Process): Promise<void> {
  const before = (await locks.read(name))?.beat ?? 0;
  await holder.clock.advance(THIRD_MS);
  await until("the lease is renewed", async () => ((await locks.read(name))?.beat ?? 0) > before);
  // The holder has its answer by then or soon: its next sleep says so.
  await until("the holder sleeps", () => holder.clock.sleeping >= 2);
}

export function describeLease(backend: LockStoreBackend): void {
  describe(`lock table: ${backend.name}`, () => {
    test("a row is made once and changes by fence, beat and nonce", async () => {
      await using store = await backend.open();
      const { locks } = store;
      const name = newName();
      expect(await locks.read(name)).toBeUndefined();
      expect(await locks.compareAndSet(name, ROW, { ...ROW, beat: 1 })).toBe(false);
      expect(await locks.compareAndSet(name, undefined, ROW)).toBe(true);
      expect(await locks.read(name)).toEqual(ROW);
      expect(await locks.compareAndSet(name, undefined, { ...ROW, nonce: "n2" })).toBe(false);
      const next = { ...ROW, fence: 2 ** 53 - 1, beat: 9, owner: "", nonce: "n3", leaseMs: 5 };
      for (const other of [{ fence: 2 }, { beat: 1 }, { nonce: "n2" }])
        expect(await locks.compareAndSet(name, { ...ROW, ...other }, next)).toBe(false);
      expect(await locks.read(name)).toEqual(ROW);
      expect(await locks.compareAndSet(name, ROW, next)).toBe(true);
      expect(await locks.read(name)).toEqual(next);
      expect(await locks.read(newName())).toBeUndefined();
    });

    test("asking again for what was made answers that it was made", async () => {
      await using store = await backend.open();
      const name = newName();
      const next = { ...ROW, beat: 1 };
      for (const [before, after] of [
        [undefined, ROW],
        [ROW, next],
      ] as const)
        for (let asked = 0; asked < 2; asked++)
          expect(await store.locks.compareAndSet(name, before, after)).toBe(true);
    });

    test("of many at once one has its way", async () => {
      await using store = await backend.open();
      const name = newName();
      const rivals = ["a", "b", "c", "d", "e"].map((owner) => ({ ...ROW, owner, nonce: owner }));
      const made = await Promise.all(
        rivals.map((row) => store.locks.compareAndSet(name, undefined, row)),
      );
      expect(made.filter(Boolean)).toEqual([true]);
      const now = await store.locks.read(name);
      expect(now?.owner).toBe(rivals[made.indexOf(true)]?.owner);
      const taken = await Promise.all(
        rivals.map((row) =>
          store.locks.compareAndSet(name, now, { ...row, fence: 2, nonce: `${row.nonce}2` }),
        ),
      );
      expect(taken.filter(Boolean)).toEqual([true]);
    });
  });

  describe(`leases: ${backend.name}`, () => {
    test("one process has it, the next one when it is released, with a higher fence", async () => {
      await using store = await backend.open();
      const [a, b] = [startProcess(store.locks, "a"), startProcess(store.locks, "b")];
      const name = newName();
      const first = need(await a.leases.tryAcquire(name));
      expect(await b.leases.tryAcquire(name)).toBeUndefined();
      first.check();
      await first.release();
      expect(first.signal.aborted).toBe(true);
      expect(() => first.check()).toThrow("was released");
      await using second = need(await b.leases.tryAcquire(name));
      expect([first.fence, second.fence]).toEqual([1, 2]);
      second.check();
      await first.release();
      expect((await store.locks.read(name))?.owner).toBe("b");
    });

    test("a dead holder is replaced when its row stood still for a lease, whatever wall clocks say", async () => {
      await using store = await backend.open();
      const b = startProcess(store.locks, "b");
      const name = newName();
      await store.locks.compareAndSet(name, undefined, { ...ROW, owner: "dead" });
      expect(await b.leases.tryAcquire(name)).toBeUndefined();
      b.clock.jumpWall(365 * 86_400_000);
      await b.clock.advance(LEASE_MS);
      expect(await b.leases.tryAcquire(name)).toBeUndefined();
      await b.clock.advance(TAKEOVER_MS - LEASE_MS);
      await using lease = need(await b.leases.tryAcquire(name));
      expect(lease.fence).toBe(2);
    });

    test("a sign of life starts the wait anew", async () => {
      await using store = await backend.open();
      const b = startProcess(store.locks, "b");
      const name = newName();
      await store.locks.compareAndSet(name, undefined, ROW);
      expect(await b.leases.tryAcquire(name)).toBeUndefined();
      await b.clock.advance(LEASE_MS);
      await store.locks.compareAndSet(name, ROW, { ...ROW, beat: 1 });
      await b.clock.advance(LEASE_MS);
      expect(await b.leases.tryAcquire(name)).toBeUndefined();
      await b.clock.advance(LEASE_MS);
      expect(await b.leases.tryAcquire(name)).toBeUndefined();
      await b.clock.advance(LEASE_MS);
      await using lease = need(await b.leases.tryAcquire(name));
      expect(lease.fence).toBe(2);
    });

    test("a holder that lives keeps it by renewing", async () => {
      await using store = await backend.open();
      const [a, b] = [startProcess(store.locks, "a"), startProcess(store.locks, "b")];
      const name = newName();
      await using lease = need(await a.leases.tryAcquire(name));
      for (let third = 0; third < 7; third++) {
        expect(await b.leases.tryAcquire(name)).toBeUndefined();
        await renewal(store.locks, name, a);
        await b.clock.advance(THIRD_MS);
        lease.check();
      }
      expect(await b.leases.tryAcquire(name)).toBeUndefined();
    });

    test.each(["before", "after"] as const)(
      "a holder that cannot reach the store (%s the change) gives up before anyone may take over",
      async (outage) => {
        await using store = await backend.open();
        const [a, b] = [startProcess(store.locks, "a"), startProcess(store.locks, "b")];
        const name = newName();
        const lease = need(await a.leases.tryAcquire(name));
        a.outage = outage;
        expect(await b.leases.tryAcquire(name)).toBeUndefined();
        const ended = new Promise((resolve) => lease.signal.addEventListener("abort", resolve));
        await a.clock.advance(7_900);
        lease.check();
        await a.clock.advance(200);
        await ended;
        expect(() => lease.check()).toThrow("could not be renewed in time");
        // The renewal of unknown outcome may reach the store before, between or after these looks.
        let had: Lease | undefined;
        for (let looks = 0; had === undefined && looks < 6; looks++) {
          had = await b.leases.tryAcquire(name);
          if (had === undefined) await b.clock.advance(TAKEOVER_MS);
        }
        await using second = need(had);
        expect(second.fence).toBe(lease.fence + 1);
        a.outage = "none";
        await lease.release();
        second.check();
        expect((await store.locks.read(name))?.owner).toBe("b");
      },
    );

    test("a renewal whose answer was lost is not the end", async () => {
      await using store = await backend.open();
      const a = startProcess(store.locks, "a");
      const name = newName();
      await using lease = need(await a.leases.tryAcquire(name));
      a.outage = "after";
      await renewal(store.locks, name, a);
      a.outage = "none";
      // The same statement once more: it finds its own row, and later ones go on from there.
      await a.clock.advance(THIRD_MS);
      await until("the holder sleeps", () => a.clock.sleeping >= 2);
      await renewal(store.locks, name, a);
      lease.check();
    });

    test("a holder that stood still past its trust gives up, and makes nobody wait anew", async () => {
      await using store = await backend.open();
      const [a, b] = [startProcess(store.locks, "a"), startProcess(store.locks, "b")];
      const name = newName();
      const lease = need(await a.leases.tryAcquire(name));
      expect(await b.leases.look(name)).toBe("held");
      const before = await store.locks.read(name);
      const ended = new Promise((resolve) => lease.signal.addEventListener("abort", resolve));
      // All its timers are due at once when it goes on: that of the renewal comes first.
      await a.clock.advance(LEASE_MS);
      await ended;
      expect(await store.locks.read(name)).toEqual(before);
      await b.clock.advance(TAKEOVER_MS);
      expect(await b.leases.look(name)).toBe("dead");
    });

    test("a look tells what a try would meet, and changes nothing", async () => {
      await using store = await backend.open();
      const [a, b] = [startProcess(store.locks, "a"), startProcess(store.locks, "b")];
      const name = newName();
      expect(await b.leases.look(name)).toBe("never");
      expect(await store.locks.read(name)).toBeUndefined();
      const lease = need(await a.leases.tryAcquire(name));
      expect(await b.leases.look(name)).toBe("held");
      await lease.release();
      expect(await b.leases.look(name)).toBe("free");
      await store.locks.compareAndSet(name, await store.locks.read(name), { ...ROW, fence: 2 });
      expect(await b.leases.look(name)).toBe("held");
      await b.clock.advance(TAKEOVER_MS);
      expect(await b.leases.look(name)).toBe("dead");
      // What a look has seen counts for the try.
      await using second = need(await b.leases.tryAcquire(name));
      expect(second.fence).toBe(3);
    });

    test("a holder that slept through a takeover learns it at its next renewal", async () => {
      await using store = await backend.open();
      const a = startProcess(store.locks, "a");
      const name = newName();
      await using lease = need(await a.leases.tryAcquire(name));
      const row = await store.locks.read(name);
      // Its clock stood still meanwhile, as a suspended machine's does.
      await store.locks.compareAndSet(name, row, { ...ROW, fence: 2, nonce: "b", owner: "b" });
      lease.check();
      const ended = new Promise((resolve) => lease.signal.addEventListener("abort", resolve));
      await a.clock.advance(THIRD_MS);
      await ended;
      expect(() => lease.check()).toThrow("was taken over");
    });

    test("a store out of reach gives no lease, and an attempt that was made unknown blocks nobody for long", async () => {
      await using store = await backend.open();
      const [a, b] = [startProcess(store.locks, "a"), startProcess(store.locks, "b")];
      const name = newName();
      a.outage = "before";
      expect(await a.leases.tryAcquire(name)).toBeUndefined();
      a.outage = "none";
      const lost: LockRow = { ...ROW, owner: "a", nonce: "lost" };
      await store.locks.compareAndSet(name, undefined, lost);
      expect(await b.leases.tryAcquire(name)).toBeUndefined();
      await b.clock.advance(TAKEOVER_MS);
      await using lease = need(await b.leases.tryAcquire(name));
      lease.check();
    });

    test("waiting for a lease ends with the lease or with the wait", async () => {
      await using store = await backend.open();
      const [a, b] = [startProcess(store.locks, "a"), startProcess(store.locks, "b")];
      const name = newName();
      const held = need(await a.leases.tryAcquire(name));
      const stop = new AbortController();
      const given = b.leases.acquire(name, stop.signal);
      const waited = b.leases.acquire(name);
      await until("both wait", () => b.clock.sleeping === 2);
      stop.abort(new Error("no more"));
      await expect(given).rejects.toThrow("no more");
      await held.release();
      await b.clock.advance(THIRD_MS);
      await using lease = await waited;
      expect(lease.fence).toBe(2);
    });
  });
}
