import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { eachItsTurn } from "./each-its-turn.ts";

test("a failure costs nobody else their turn, the first is thrown and others are told", async () => {
  const done: number[] = [];
  const told: [unknown, number][] = [];
  const run = eachItsTurn(
    [1, 2, 3, 4, 5],
    2,
    async (n) => {
      await setImmediate();
      if (n % 2 === 0) throw new RangeError(`no ${n}`);
      done.push(n);
    },
    { onOther: (error, n) => void told.push([error, n]) },
  );
  await expect(run).rejects.toThrow("no 2");
  expect(done).toEqual([1, 3, 5]);
  expect(told).toEqual([[new RangeError("no 4"), 4]]);
});

test("few are worked on at a time, each once", async () => {
  let [running, most] = [0, 0];
  const done: number[] = [];
  await eachItsTurn(numbers(100), 8, async (n) => {
    most = Math.max(most, ++running);
    await setImmediate();
    running--;
    done.push(n);
  });
  expect(most).toBe(8);
  expect(done.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, n) => n));
});

test("nothing begins after the signal, what was begun comes to its end", async () => {
  const stop = new AbortController();
  const reason = new Error("enough");
  let [begun, ended] = [0, 0];
  let isClosed = false;
  async function* source(): AsyncGenerator<number> {
    try {
      yield* numbers(100);
    } finally {
      isClosed = true;
    }
  }
  const run = eachItsTurn(
    source(),
    3,
    async () => {
      if (++begun === 6) stop.abort(reason);
      await setImmediate();
      ended++;
    },
    { signal: stop.signal },
  );
  await expect(run).rejects.toBe(reason);
  expect([begun, ended, isClosed]).toEqual([6, 6, true]);
});

test("a source that fails is a failure, after what it gave", async () => {
  const done: number[] = [];
  async function* source(): AsyncGenerator<number> {
    yield 1;
    yield 2;
    throw new Error("no more of it");
  }
  const run = eachItsTurn(source(), 4, async (n) => void done.push(n));
  await expect(run).rejects.toThrow("no more of it");
  expect(done).toEqual([1, 2]);
});

async function* numbers(count: number): AsyncGenerator<number> {
  for (let n = 0; n < count; n++) yield n;
}
