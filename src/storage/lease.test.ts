import fc from "fast-check";
import { expect, test } from "vitest";

import { FakeClock } from "../../test/support/fake-clock.ts";
import { createLeases, type Lease, type Leases } from "./lease.ts";
import type { LockStore } from "./lock-store.ts";
import { openSqliteStore } from "./sqlite/open-store.ts";

const LEASE_MS = 1_000;
const NAME = "lock";
/** Clocks that differ by a tenth each way. */
const RATES = [0.9, 1, 1.1];

type Step =
  | { readonly do: "time"; readonly ms: number }
  /** One thing on its way to the store or back arrives, or all that can. */
  | { readonly do: "arrive"; readonly which: number | "all" }
  | { readonly do: Deed; readonly process: number };
type Deed = "try" | "release" | "pause" | "resume" | "cut" | "mend";

const arbProcess = fc.nat(RATES.length - 1);
const deed = (what: Deed): fc.Arbitrary<Step> =>
  fc.record({ do: fc.constant(what), process: arbProcess });
const arbStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant("time"), ms: fc.integer({ min: 50, max: 400 }) }),
  },
  { weight: 6, arbitrary: fc.constant({ do: "arrive", which: "all" } as const) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("arrive"), which: fc.nat(7) }) },
  { weight: 9, arbitrary: deed("try") },
  { weight: 1, arbitrary: deed("release") },
  { weight: 1, arbitrary: deed("pause") },
  { weight: 1, arbitrary: deed("resume") },
  { weight: 1, arbitrary: deed("cut") },
  { weight: 1, arbitrary: deed("mend") },
);

interface OnItsWay {
  readonly owner: Process;
  readonly isAnswer: boolean;
  readonly arrive: () => void;
}

/** Three processes on one lock table, where everything between them and it takes as long as the steps say. */
class World {
  readonly #processes: Process[];
  /** What is under way, oldest first: to the store or, for a process that is not paused, back. */
  readonly #underWay: OnItsWay[] = [];
  readonly fences: number[] = [];

  constructor(locks: LockStore) {
    this.#processes = RATES.map(
      (rate, i) => new Process(i, rate, (owner) => this.#slow(locks, owner)),
    );
  }

  async run(step: Step): Promise<void> {
    if (step.do === "time") {
      for (const process of this.#processes) await process.pass(step.ms);
    } else if (step.do === "arrive") {
      const { which } = step;
      const ready = this.#ready();
      if (which === "all") for (let left = 12; left > 0 && this.#arrive(0); left--) await settled();
      else this.#arrive(which % Math.max(1, ready.length));
    } else {
      const process = this.#processes[step.process];
      if (step.do === "pause") process?.pause();
      else if (step.do === "resume") await process?.resume();
      else if (step.do === "release") void process?.lease?.release();
      else if (step.do === "cut" && process !== undefined) process.isCut = true;
      else if (step.do === "mend" && process !== undefined) process.isCut = false;
      else process?.attempt((fence) => this.fences.push(fence));
    }
    await settled();
  }

  /** Everything arrives and nobody is paused, until a process has the lock or `tries` are used up. */
  async recover(tries: number): Promise<boolean> {
    for (let left = tries; left > 0; left--) {
      for (let process = 0; process < RATES.length; process++)
        for (const what of ["mend", "resume", "try"] as const)
          await this.run({ do: what, process });
      await this.run({ do: "arrive", which: "all" });
      if (this.trusting() === 1) return true;
      await this.run({ do: "time", ms: LEASE_MS / 4 });
    }
    return false;
  }

  /** How many processes could act as the holder at this moment. */
  trusting(): number {
    return this.#processes.filter((process) => process.trusts()).length;
  }

  async end(): Promise<void> {
    for (const process of this.#processes) {
      process.isCut = false;
      await process.resume();
    }
    let left = this.#processes.length;
    for (const { lease } of this.#processes)
      void (lease?.release() ?? Promise.resolve()).then(() => left--);
    while (left > 0 || this.#underWay.length > 0) await this.run({ do: "arrive", which: "all" });
  }

  #ready(): OnItsWay[] {
    return this.#underWay.filter(
      ({ owner, isAnswer }) => !owner.isCut && !(isAnswer && owner.isPaused),
    );
  }

  /** @returns whether there was one. */
  #arrive(which: number): boolean {
    const one = this.#ready()[which];
    if (one === undefined) return false;
    this.#underWay.splice(this.#underWay.indexOf(one), 1);
    one.arrive();
    return true;
  }

  #slow(locks: LockStore, owner: Process): LockStore {
    const trip = (isAnswer: boolean): Promise<void> =>
      new Promise((arrive) => this.#underWay.push({ owner, isAnswer, arrive }));
    const call = async <T>(run: () => Promise<T>): Promise<T> => {
      await trip(false);
      const answer = await run();
      await trip(true);
      return answer;
    };
    return {
      read: (name) => call(() => locks.read(name)),
      compareAndSet: (name, expected, next) =>
        call(() => locks.compareAndSet(name, expected, next)),
    };
  }
}

class Process {
  readonly #clock = new FakeClock();
  readonly #rate: number;
  readonly #leases: Leases;
  #busy = false;
  /** Ms of its own clock that a paused process has not seen pass. */
  #missedMs = 0;
  isPaused = false;
  /** Nothing of its own reaches the store, nor an answer it. */
  isCut = false;
  lease: Lease | undefined;

  constructor(id: number, rate: number, storeFor: (process: Process) => LockStore) {
    this.#rate = rate;
    let nonces = 0;
    this.#leases = createLeases({
      locks: storeFor(this),
      clock: this.#clock,
      leaseMs: LEASE_MS,
      owner: `p${id}`,
      host: "",
      newNonce: () => `${id}-${nonces++}`,
    });
  }

  async pass(ms: number): Promise<void> {
    if (this.isPaused) this.#missedMs += ms * this.#rate;
    // Wall times are whole in life.
    else await this.#clock.advance(Math.round(ms * this.#rate));
  }

  pause(): void {
    this.isPaused = true;
  }

  async resume(): Promise<void> {
    this.isPaused = false;
    const missed = Math.round(this.#missedMs);
    this.#missedMs = 0;
    await this.#clock.advance(missed);
  }

  attempt(had: (fence: number) => void): void {
    if (this.isPaused || this.#busy || this.lease?.signal.aborted === false) return;
    this.#busy = true;
    void this.#leases.tryAcquire(NAME).then((lease) => {
      this.#busy = false;
      if (lease === undefined) return;
      this.lease = lease;
      had(lease.fence);
    });
  }

  trusts(): boolean {
    if (this.isPaused || this.lease === undefined) return false;
    try {
      this.lease.check();
      return true;
    } catch {
      return false;
    }
  }
}

async function settled(): Promise<void> {
  for (let turns = 0; turns < 3; turns++) await new Promise((resolve) => setImmediate(resolve));
}

test("no two processes trust one lock at once, fences are unique, and the lock is never stuck", () =>
  fc.assert(
    fc.asyncProperty(fc.array(arbStep, { minLength: 50, maxLength: 250 }), async (steps) => {
      await using store = await openSqliteStore({ folder: ":memory:", clock: new FakeClock() });
      const world = new World(store.locks);
      for (const step of steps) {
        await world.run(step);
        expect(world.trusting()).toBeLessThanOrEqual(1);
      }
      expect(new Set(world.fences).size).toBe(world.fences.length);
      expect(await world.recover(20)).toBe(true);
      await world.end();
    }),
    { numRuns: 200 },
  ));

test.each(["acquiring", "renewing"])(
  "trust counts from the start of %s, however late the answer comes",
  async (what) => {
    await using store = await openSqliteStore({ folder: ":memory:", clock: new FakeClock() });
    const clock = new FakeClock();
    let onItsWay = Promise.resolve();
    const leases = createLeases({
      locks: {
        read: (name) => store.locks.read(name),
        compareAndSet: async (...args) => {
          const done = await store.locks.compareAndSet(...args);
          await onItsWay;
          return done;
        },
      },
      clock,
      leaseMs: LEASE_MS,
      owner: "p",
      host: "",
      newNonce: () => "n",
    });
    let answer: () => void = () => undefined;
    const slowDown = (): void => {
      onItsWay = new Promise((resolve) => (answer = resolve));
    };
    if (what === "acquiring") slowDown();
    const attempt = leases.tryAcquire(NAME);
    await settled();
    if (what === "renewing") {
      await attempt;
      slowDown();
      await clock.advance(334);
    }
    await clock.advance(400);
    const arrive = answer;
    // The renewal after it gets no answer in time.
    slowDown();
    arrive();
    const lease = await attempt;
    await settled();
    await clock.advance(390);
    lease?.check();
    await clock.advance(11);
    expect(() => lease?.check()).toThrow("not be renewed in time");
    answer();
    await lease?.release();
  },
);
