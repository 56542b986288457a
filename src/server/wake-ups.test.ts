import { expect, test } from "vitest";
import { parseAppId } from "../domain/ids.ts";
import { createWakeUps } from "./wake-ups.ts";

const A = parseAppId("018f0000-0000-7000-8000-00000000000a");
const B = parseAppId("018f0000-0000-7000-8000-00000000000b");

/** @returns the names of those that have woken, after what is due has run. */
async function wokenOf(waits: Record<string, Promise<void>>): Promise<string[]> {
  const woken: string[] = [];
  for (const [name, wait] of Object.entries(waits)) void wait.then(() => woken.push(name));
  await new Promise((resolve) => setImmediate(resolve));
  return woken;
}

test("wakes all who wait for the application, and nobody else", async () => {
  const wakeUps = createWakeUps();
  const never = new AbortController();
  const waits = {
    first: wakeUps.woken(A, never.signal),
    second: wakeUps.woken(A, never.signal),
    other: wakeUps.woken(B, never.signal),
  };
  wakeUps.wake(A);
  expect(await wokenOf(waits)).toEqual(["first", "second"]);
  wakeUps.wake(B);
  expect(await wokenOf(waits)).toEqual(["first", "second", "other"]);
});

test("a wake-up is for those who wait then: the next wait waits for the next one", async () => {
  const wakeUps = createWakeUps();
  wakeUps.wake(A);
  const wait = wakeUps.woken(A, new AbortController().signal);
  expect(await wokenOf({ wait })).toEqual([]);
  wakeUps.wake(A);
  expect(await wokenOf({ wait })).toEqual(["wait"]);
});

test("an aborted wait ends and leaves the others", async () => {
  const wakeUps = createWakeUps();
  const gone = new AbortController();
  const waits = {
    gone: wakeUps.woken(A, gone.signal),
    stays: wakeUps.woken(A, new AbortController().signal),
  };
  gone.abort();
  expect(await wokenOf(waits)).toEqual(["gone"]);
  expect(await wokenOf({ late: wakeUps.woken(A, gone.signal) })).toEqual(["late"]);
  wakeUps.wake(A);
  expect(await wokenOf({ stays: waits.stays })).toEqual(["stays"]);
});
