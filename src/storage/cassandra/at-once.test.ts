import { expect, test } from "vitest";

import { eachAtOnce } from "./at-once.ts";

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test.each([0, 1, 3, 10])(
  "of %i things a few are worked on at a time, all of them once",
  async (n) => {
    const items = Array.from({ length: n }, (_, i) => i);
    let [running, most] = [0, 0];
    const results = await eachAtOnce(items, 3, async (item, i) => {
      most = Math.max(most, ++running);
      await turn();
      running--;
      return [item, i];
    });
    expect(results).toEqual(items.map((item) => [item, item]));
    expect(most).toBe(Math.min(3, n));
  },
);

test("after a failure nothing begins, and what runs has ended when it is told", async () => {
  const begun: number[] = [];
  let running = 0;
  const work = async (item: number): Promise<void> => {
    begun.push(item);
    running++;
    await turn();
    if (item !== 1) await turn();
    running--;
    if (item === 1) throw new Error("no");
  };
  await expect(eachAtOnce([1, 2, 3, 4], 2, work)).rejects.toThrow("no");
  expect([begun, running]).toEqual([[1, 2], 0]);
});
