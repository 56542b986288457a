import { expect, test } from "vitest";
import { FakeClock } from "../../test/support/fake-clock.ts";
import { isFault, overloaded } from "./fault.ts";
import { createGate, type Gate } from "./gate.ts";

const full = (): Error => overloaded("too many at once");

function patient(clock = new FakeClock()): Gate {
  return createGate({ running: 2, waiting: 1, wait: { ms: 5000, clock }, full });
}

async function refusal(entering: Promise<Disposable>): Promise<boolean> {
  return isFault(await entering.catch((reason: unknown) => reason), "overloaded");
}

test("lets the next one in when a place is given back, once for each place", async () => {
  const gate = createGate({ running: 1, waiting: 9, full });
  const first = await gate.enter();
  const order: number[] = [];
  const others = [1, 2, 3].map(async (n) => {
    using _place = await gate.enter();
    order.push(n);
  });
  first[Symbol.dispose]();
  first[Symbol.dispose]();
  await Promise.all(others);
  expect(order).toEqual([1, 2, 3]);
});

test("a newcomer does not overtake one that waits", async () => {
  const gate = createGate({ running: 1, waiting: 9, full });
  const first = await gate.enter();
  const order: string[] = [];
  const enter = async (name: string): Promise<void> => {
    using _place = await gate.enter();
    order.push(name);
  };
  const waiter = enter("waiter");
  first[Symbol.dispose]();
  await Promise.all([enter("newcomer"), waiter]);
  expect(order).toEqual(["waiter", "newcomer"]);
});

test("refuses at once when the queue is full", async () => {
  const clock = new FakeClock();
  const gate = patient(clock);
  const [first] = [await gate.enter(), await gate.enter()];
  const third = gate.enter();
  expect(await refusal(gate.enter())).toBe(true);
  first[Symbol.dispose]();
  await expect(third).resolves.toBeDefined();
  // Who is in is no longer timed.
  expect(clock.sleeping).toBe(0);
});

test("refuses one that waited too long and forgets it", async () => {
  const clock = new FakeClock();
  const gate = patient(clock);
  const first = await gate.enter();
  await gate.enter();
  const late = gate.enter();
  const refused = refusal(late);
  await clock.advance(5000);
  expect(await refused).toBe(true);
  first[Symbol.dispose]();
  await expect(gate.enter()).resolves.toBeDefined();
});

test("whoever stops waiting leaves the queue, and its place goes to the next", async () => {
  const gate = createGate({ running: 1, waiting: 2, full });
  const first = await gate.enter();
  const gone = new AbortController();
  const leaver = gate.enter(gone.signal);
  const next = gate.enter();
  gone.abort(new Error("gone"));
  await expect(leaver).rejects.toThrow("gone");
  first[Symbol.dispose]();
  await expect(next).resolves.toBeDefined();
  await expect(gate.enter(AbortSignal.abort(new Error("never came")))).rejects.toThrow(
    "never came",
  );
});
