/** Whose merges are whose: processes on one lock table that come, go, die and stand still. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { FakeClock } from "../../test/support/fake-clock.ts";
import { parseAppId } from "../domain/ids.ts";
import type { Bucket } from "../domain/time-range.ts";
import { createLeases, type LockState } from "../storage/lease.ts";
import type { LockStore } from "../storage/lock-store.ts";
import type { UnitKey } from "../storage/log-store.ts";
import { openSqliteStore } from "../storage/sqlite/open-store.ts";
import { createSeats, MAX_SEATS, onlySeat, type Seats } from "./seats.ts";

const LEASE_MS = 3_000;
const THIRD_MS = LEASE_MS / 3;
/** 1.1 leases and a poll, and one more until all have seen it. */
const ROUNDS_TO_SETTLE = 6;

const APPS = [1, 2, 3].map((n) => parseAppId(`019a0000-0000-7000-8000-00000000000${n}`));
const UNITS: readonly UnitKey[] = APPS.flatMap((app) =>
  Array.from({ length: 4 * 16 }, (_, i) => ({
    app,
    bucket: (498_756 + Math.floor(i / 16)) as Bucket,
    shard: i % 16,
  })),
);

interface Process {
  readonly clock: FakeClock;
  readonly seats: Seats;
  state: "runs" | "stands still" | "is dead";
}

class World {
  readonly #locks: LockStore;
  readonly #processes: Process[] = [];
  readonly #seen: (state: LockState) => LockState;
  #nonces = 0;

  /** @param seen a rule off: what processes take a lock's state for. */
  constructor(locks: LockStore, seen: (state: LockState) => LockState = (state) => state) {
    this.#locks = locks;
    this.#seen = seen;
  }

  get running(): readonly Process[] {
    return this.#processes.filter(({ state }) => state === "runs");
  }

  start(): Process {
    const clock = new FakeClock();
    const leases = createLeases({
      locks: this.#locks,
      clock,
      leaseMs: LEASE_MS,
      owner: `process ${this.#processes.length}`,
      host: "tests",
      newNonce: () => `nonce ${this.#nonces++}`,
    });
    const look = async (name: string): Promise<LockState> => this.#seen(await leases.look(name));
    const seats = createSeats({ ...leases, look });
    const process: Process = { clock, seats, state: "runs" };
    this.#processes.push(process);
    return process;
  }

  /** A third of a lease passes, for those that stand still too, and who runs looks. */
  async round(rounds = 1): Promise<void> {
    for (let left = rounds; left > 0; left--) {
      for (const { state, clock } of this.#processes) {
        if (state === "runs") await clock.advance(THIRD_MS);
      }
      await settled();
      for (const { seats } of this.running) await seats.look();
    }
  }

  async wake(process: Process, stoodMs: number): Promise<void> {
    process.state = "runs";
    await process.clock.advance(stoodMs);
    await settled();
  }

  /** How many look after each unit. */
  owners(): readonly number[] {
    return UNITS.map(
      (unit) => this.running.filter(({ seats }) => seats.seat?.isMine(unit) === true).length,
    );
  }
}

async function settled(): Promise<void> {
  for (let turns = 0; turns < 3; turns++) await new Promise((resolve) => setImmediate(resolve));
}

async function withWorld(
  body: (world: World) => Promise<void>,
  seen?: (state: LockState) => LockState,
): Promise<void> {
  await using store = await openSqliteStore({ folder: ":memory:", clock: new FakeClock() });
  await body(new World(store.locks, seen));
}

const EACH_ONE = UNITS.map(() => 1);

test("one process has everything, from its first look on", () =>
  withWorld(async (world) => {
    const { seats } = world.start();
    expect(seats.seat).toBeUndefined();
    await seats.look();
    expect(world.owners()).toEqual(EACH_ONE);
  }));

test("a process alone on its store has everything without a look", () => {
  expect(UNITS.every((unit) => onlySeat().seat?.isMine(unit))).toBe(true);
});

test("three processes share the shards of one bucket evenly", () =>
  withWorld(async (world) => {
    for (let i = 0; i < 3; i++) world.start();
    await world.round(2);
    expect(world.owners()).toEqual(EACH_ONE);
    const bucket = UNITS.slice(0, 16);
    const shares = world.running.map(
      ({ seats }) => bucket.filter((unit) => seats.seat?.isMine(unit)).length,
    );
    expect(shares.toSorted((a, b) => a - b)).toEqual([5, 5, 6]);
  }));

test("who leaves is missed at the next look, who dies after 1.1 leases and a poll", () =>
  withWorld(async (world) => {
    const [first, second] = [world.start(), world.start(), world.start()];
    await world.round(2);
    first.state = "is dead";
    await world.round(3);
    expect(world.owners()).toContain(0);
    await world.round(1);
    expect(world.owners()).toEqual(EACH_ONE);
    await second.seats.leave();
    second.state = "is dead";
    await world.round(1);
    expect(world.owners()).toEqual(EACH_ONE);
  }));

test("who stood still past its trust has nothing until it looks again", () =>
  withWorld(async (world) => {
    const [first] = [world.start(), world.start()];
    await world.round(2);
    first.state = "stands still";
    await world.round(5);
    await world.wake(first, 5 * THIRD_MS);
    expect(first.seats.seat).toBeUndefined();
    expect(world.owners()).toEqual(EACH_ONE);
    await world.round(2);
    expect(first.seats.seat).toBeDefined();
    expect(world.owners()).toEqual(EACH_ONE);
  }));

test("there is room for a bounded number, and who has none gets up the first that is left", () =>
  withWorld(async (world) => {
    const all = Array.from({ length: MAX_SEATS + 1 }, () => world.start());
    await world.round(2);
    const standing = all.filter(({ seats }) => seats.seat === undefined);
    expect(standing.length).toBe(1);
    expect(world.owners()).toEqual(EACH_ONE);
    await all[3]?.seats.leave();
    if (all[3] !== undefined) all[3].state = "is dead";
    await world.round(2);
    expect(standing[0]?.seats.seat).toBeDefined();
    expect(world.owners()).toEqual(EACH_ONE);
  }));

test("a look costs a row for each process, and one", async () => {
  await using store = await openSqliteStore({ folder: ":memory:", clock: new FakeClock() });
  let reads = 0;
  const read: LockStore["read"] = (name) => {
    reads++;
    return store.locks.read(name);
  };
  const world = new World({ ...store.locks, read });
  for (let i = 0; i < 3; i++) world.start();
  await world.round(2);
  reads = 0;
  await world.round(1);
  // Each reads the two others' rows and the one that never was.
  expect(reads).toBe(3 * 3);
});

type Deed = "start" | "die" | "leave" | "stop" | "wake" | "round";
const DEEDS: readonly Deed[] = ["start", "die", "leave", "stop", "wake", "round", "round", "round"];

/** Whatever came and went, every unit is one process's when it is quiet, and no one's twice. */
const sharing = (seen?: (state: LockState) => LockState) =>
  fc.asyncProperty(
    fc.array(fc.record({ deed: fc.constantFrom(...DEEDS), which: fc.nat(5) }), { maxLength: 40 }),
    (steps) =>
      withWorld(async (world) => {
        const all: Process[] = [world.start()];
        for (const { deed, which } of steps) {
          const process = all[which % all.length];
          if (process === undefined) continue;
          if (deed === "round") await world.round();
          else if (deed === "start" && all.length < 6) all.push(world.start());
          else if (deed === "wake" && process.state === "stands still")
            await world.wake(process, which * LEASE_MS);
          else if (process.state !== "runs") continue;
          else if (deed === "die") process.state = "is dead";
          else if (deed === "stop") process.state = "stands still";
          else if (deed === "leave") {
            await process.seats.leave();
            process.state = "is dead";
          }
        }
        await world.round(ROUNDS_TO_SETTLE);
        if (world.running.length > 0) expect(world.owners()).toEqual(EACH_ONE);
      }, seen),
  );

test("whatever came and went, every unit is one process's when it is quiet, and no one's twice", () =>
  fc.assert(sharing(), { numRuns: 60 }));

test.each([
  { rule: "who is dead does not count", of: "dead", takenFor: "held" },
  { rule: "who got up does not count", of: "free", takenFor: "held" },
  { rule: "who lives counts", of: "held", takenFor: "free" },
] as const)("without the rule that $rule it does not hold", async ({ of, takenFor }) => {
  const broken = sharing((state) => (state === of ? takenFor : state));
  expect((await fc.check(broken, { numRuns: 200, endOnFailure: true })).failed).toBe(true);
});
