import { expect, test } from "vitest";
import { FakeClock } from "../../test/support/fake-clock.ts";
import { createOverdue } from "./overdue.ts";

function rig() {
  const clock = new FakeClock();
  const late: string[] = [];
  const overdue = createOverdue({ limitMs: 1_000, lookMs: 250, clock });
  return {
    clock,
    late,
    overdue,
    watch: (name: string) => overdue.watch(() => late.push(name)),
    pass: async (ms: number) => {
      for (let left = ms; left > 0; left -= 250) await clock.advance(250);
    },
  };
}

test("tells once of each piece that takes too long, and of none that is done", async () => {
  const { late, watch, pass } = rig();
  const slow = watch("slow");
  await pass(500);
  const quick = watch("quick");
  watch("slower");
  expect(quick()).toBe(true);
  await pass(500);
  expect(late).toEqual(["slow"]);
  await pass(2_000);
  expect(late).toEqual(["slow", "slower"]);
  expect(slow()).toBe(false);
});

test("has no timer while there is nothing to watch, and one for all that there is", async () => {
  const { clock, watch, pass } = rig();
  expect(clock.sleeping).toBe(0);
  const done = [watch("a"), watch("b")];
  expect(clock.sleeping).toBe(1);
  for (const one of done) one();
  await pass(250);
  expect(clock.sleeping).toBe(0);
});

test("tells nobody after its disposal", async () => {
  const { clock, late, overdue, watch, pass } = rig();
  watch("a");
  overdue[Symbol.dispose]();
  await pass(2_000);
  expect([late, clock.sleeping]).toEqual([[], 0]);
});
