import { expect, test } from "vitest";
import { StageCosts } from "./stage-costs.ts";

/** A thread whose CPU and clock are moved by hand. */
function thread() {
  const now = { cpuMs: 0, monotonicMs: 0 };
  const costs = new StageCosts({ cpuMs: () => now.cpuMs, monotonicMs: () => now.monotonicMs });
  const work = (ms: number): void => {
    now.cpuMs += ms;
    now.monotonicMs += ms;
  };
  return { now, costs, work };
}

test("what a stage does for another is the other's", () => {
  const { costs, work } = thread();
  costs.time(costs.of("filter"), () => {
    work(3);
    costs.time(costs.of("decode"), () => {
      work(5);
      costs.time(costs.of("read"), () => work(7));
    });
    work(11);
  });
  expect(costs.of("filter")).toMatchObject({ cpuMs: 14, elapsedMs: 14 });
  expect(costs.of("decode")).toMatchObject({ cpuMs: 5, elapsedMs: 5 });
  expect(costs.of("read")).toMatchObject({ cpuMs: 7, elapsedMs: 7 });
});

test("who waits is charged for time, and not for what others do meanwhile", async () => {
  const { costs, work, now } = thread();
  const answer = await costs.wait(costs.of("read"), async () => {
    work(2);
    await Promise.resolve();
    // Another query, on the same thread.
    work(40);
    return "bytes";
  });
  expect(answer).toBe("bytes");
  expect(costs.of("read")).toMatchObject({ cpuMs: 2, elapsedMs: 42 });
  const stretch = costs.stretch(costs.of("open"));
  work(3);
  stretch.pause();
  now.monotonicMs += 100;
  work(9);
  stretch.resume();
  work(4);
  stretch.pause();
  stretch.pause();
  expect(costs.of("open")).toMatchObject({ cpuMs: 7, elapsedMs: 7 });
});

test("what fails is charged, and what comes after it is charged rightly", () => {
  const { costs, work } = thread();
  const failing = (): never => {
    work(2);
    throw new RangeError("damaged");
  };
  costs.time(costs.of("filter"), () => {
    expect(() => costs.time(costs.of("decode"), failing)).toThrow("damaged");
    work(1);
  });
  expect([costs.of("decode").cpuMs, costs.of("filter").cpuMs]).toEqual([2, 1]);
});
