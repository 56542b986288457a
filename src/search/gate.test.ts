import { expect, test } from "vitest";
import { isFault } from "../domain/fault.ts";
import { FakeClock } from "../../test/support/fake-clock.ts";
import { createGate } from "./gate.ts";

const LIMITS = { running: 2, waiting: 1, waitMs: 5000 };

test("lets the next one in when a place is given back", async () => {
  const gate = createGate(new FakeClock(), LIMITS);
  const first = await gate.enter();
  await gate.enter();
  const third = gate.enter();
  first[Symbol.dispose]();
  await expect(third).resolves.toBeDefined();
});

test("refuses at once when the queue is full, with a time to come back", async () => {
  const gate = createGate(new FakeClock(), LIMITS);
  await gate.enter();
  await gate.enter();
  const third = gate.enter();
  const error: unknown = await gate.enter().catch((reason: unknown) => reason);
  expect(isFault(error, "overQuota") && error.fault.retryAfterMs).toBeGreaterThan(0);
  third.catch(() => undefined);
});

test("refuses one that waited too long and forgets it", async () => {
  const clock = new FakeClock();
  const gate = createGate(clock, LIMITS);
  const first = await gate.enter();
  await gate.enter();
  const late = gate.enter().catch((reason: unknown) => reason);
  await clock.advance(5000);
  expect(isFault(await late, "overQuota")).toBe(true);
  first[Symbol.dispose]();
  await expect(gate.enter()).resolves.toBeDefined();
});
