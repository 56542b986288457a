/**
 * Calls of functions in a worker. Invariant: when the worker is gone, calls under way and later ones fail.
 */
import type { Worker } from "node:worker_threads";
import { overloaded } from "../../domain/fault.ts";
import { connectCalls, type PortCalls } from "../../domain/port-calls.ts";

/**
 * The worker stays the caller's to end.
 * @param most calls under way; one more rejects with `overloaded`.
 */
export function callsOf(worker: Worker, most: number): Pick<PortCalls, "call"> {
  const { call, end } = connectCalls(worker, {
    inFlight: most,
    waiting: 0,
    full: () => overloaded("too much is asked at once"),
  });
  worker.on("error", (error) => end(error instanceof Error ? error : new Error(String(error))));
  worker.on("exit", () => end(new Error("the thread has ended")));
  return { call };
}
