/** Which process runs a task that one is to run, and how often. */
import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { FakeClock } from "../../test/support/fake-clock.ts";
import { type KeptLine, keepingLogger } from "../../test/support/silent.ts";
import { until } from "../../test/support/until.ts";
import { createLeases } from "../storage/lease.ts";
import type { LockStore } from "../storage/lock-store.ts";
import { openSqliteStore } from "../storage/sqlite/open-store.ts";
import { type Task, underLease } from "./under-lease.ts";

const LEASE_MS = 3_000;
const EVERY_MS = 10_000;

interface Process extends AsyncDisposable {
  readonly clock: FakeClock;
  readonly runs: string[];
  readonly lines: readonly KeptLine[];
}

function start(locks: LockStore | undefined, tasks: readonly Task[], runs: string[] = []): Process {
  const clock = new FakeClock();
  const logger = keepingLogger();
  let nonces = 0;
  const owner = randomUUID();
  const leases =
    locks &&
    createLeases({
      locks,
      clock,
      leaseMs: LEASE_MS,
      owner,
      host: "tests",
      newNonce: () => `${owner} ${nonces++}`,
    });
  const stop = new AbortController();
  const deps = { leases, clock, logger, pollMs: LEASE_MS / 3 };
  const running = underLease("task", tasks, deps, stop.signal);
  return {
    clock,
    runs,
    lines: logger.lines,
    [Symbol.asyncDispose]: async () => {
      stop.abort(new Error("the test is over"));
      await running;
    },
  };
}
function noting(runs: string[], name = "run", everyMs = EVERY_MS): Task {
  return { name, everyMs, run: async () => void runs.push(name) };
}

/** Seconds pass in both alike, and what they do in each comes to its end. */
async function pass(seconds: number, ...processes: readonly Process[]): Promise<void> {
  for (let left = seconds; left > 0; left--) {
    for (const { clock } of processes) {
      await clock.advance(1_000);
      await until("it sleeps again", () => clock.sleeping > 0);
    }
  }
}

test("tasks run in their order at once, and each at its own pace", async () => {
  const runs: string[] = [];
  await using one = start(undefined, [noting(runs, "a", 5_000), noting(runs, "b", 2_000)]);
  await until("both ran", () => one.clock.sleeping === 1);
  expect(runs).toEqual(["a", "b"]);
  await pass(6, one);
  expect(runs.join("")).toBe("abbbab");
});

test("a task that fails is said, tried again, and stops neither another nor the lease", async () => {
  const runs: string[] = [];
  const failing: Task = {
    name: "failing",
    everyMs: 3_600_000,
    run: async () => {
      runs.push("failing");
      throw new Error("no");
    },
  };
  await using one = start(undefined, [failing, noting(runs, "other", 30_000)]);
  await until("both ran", () => one.clock.sleeping === 1);
  await pass(61, one);
  expect(runs).toEqual(["failing", "other", "other", "failing", "other"]);
  expect(one.lines.map(({ message }) => message)).toEqual([
    "failing failed, it is tried again",
    "failing failed, it is tried again",
  ]);
});

test("of two processes one runs it; the other does when that one has stopped", async () => {
  await using store = await openSqliteStore({ folder: ":memory:", clock: new FakeClock() });
  const [first, second]: [string[], string[]] = [[], []];
  const a = start(store.locks, [noting(first)]);
  await until("the first has it", () => first.length === 1);
  await using b = start(store.locks, [noting(second)]);
  await until("the second waits", () => b.clock.sleeping === 1);
  await pass(12, a, b);
  expect([first.length, second.length]).toEqual([2, 0]);
  await a[Symbol.asyncDispose]();
  await pass(1, b);
  await until("the second has it", () => second.length === 1);
});

test("a process that is gone is replaced, and one that stood still begins nothing with its old lease", async () => {
  await using store = await openSqliteStore({ folder: ":memory:", clock: new FakeClock() });
  const second: string[] = [];
  const leases: AbortSignal[] = [];
  const held: Task = {
    name: "held",
    everyMs: EVERY_MS,
    run: async (lease) => void leases.push(lease),
  };
  await using a = start(store.locks, [held]);
  await until("the first has it", () => leases.length === 1);
  await using b = start(store.locks, [noting(second)]);
  await until("the second waits", () => b.clock.sleeping === 1);
  // 1.1 leases and a poll.
  await pass(4, b);
  await until("the second has it", () => second.length === 1);
  await a.clock.advance(EVERY_MS);
  await until("the first waits for it again", () => a.clock.sleeping === 1);
  expect(leases.map(({ aborted }) => aborted)).toEqual([true]);
});
