/**
 * A thread that answers, refuses, breaks, waits and ends: the other side of the tests of calls between threads.
 */
import { parentPort } from "node:worker_threads";
import { invalid } from "../../src/domain/fault.ts";
import { Moved, serveCalls } from "../../src/domain/port-calls.ts";

if (parentPort === null) throw new Error("this file is a thread's, not a program's");
serveCalls(parentPort, {
  double: (n: number) => Promise.resolve(n * 2),
  refuse: () => Promise.reject(invalid("query", "not a query")),
  break: () => Promise.reject(new TypeError("a bug")),
  bytes: () => {
    const bytes = new Uint8Array([1, 2, 3]);
    return Promise.resolve(new Moved(bytes, [bytes.buffer]));
  },
  untilCanceled: (_: undefined, signal) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
    }),
  end: () => process.exit(3),
});
