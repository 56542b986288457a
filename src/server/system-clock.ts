/**
 * The real clock. Invariant: the only reader of the system's time in a running server.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "../domain/clock.ts";

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: async (ms, signal) => {
    await sleep(ms, undefined, signal === undefined ? {} : { signal });
  },
};

/** CPU that the calling thread has used, in ms. */
export function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
