/** An export through a port: how far it runs ahead of its reader, and that it ends with it. */
import { MessageChannel } from "node:worker_threads";
import { expect, test } from "vitest";
import { until } from "../../../test/support/until.ts";
import { invalid } from "../../domain/fault.ts";
import { parseAppId } from "../../domain/ids.ts";
import { connectCalls, serveCalls } from "../../domain/port-calls.ts";
import type { Search } from "../../search/search.ts";
import { exportThrough, serveExports } from "./export-calls.ts";

const REQUEST = {
  app: parseAppId("018f0000-0000-7000-8000-000000000001"),
  query: "",
  format: "ndjson",
} as const;
const NOTHING = { cursor: "", reasons: [], approximate: [], width: 0 };

/** Both sides in this thread. */
function through(run: Search["export"], inFlight = 8) {
  const { port1, port2 } = new MessageChannel();
  serveCalls(port1, serveExports(run));
  const bounds = { inFlight, waiting: 0, full: () => new Error("full") };
  return {
    run: exportThrough(connectCalls(port2, bounds)),
    [Symbol.dispose]: () => port1.close(),
  };
}

function numbered(state: { made: number; ended: number }, count = Infinity): Search["export"] {
  return async function* (_request, signal) {
    try {
      while (state.made < count) {
        signal.throwIfAborted();
        state.made++;
        const lines = Uint8Array.from([state.made]);
        yield await Promise.resolve({ ...NOTHING, lines, entries: state.made });
      }
    } finally {
      state.ended++;
    }
  };
}

test("chunks come in order and whole, and end", async () => {
  const state = { made: 0, ended: 0 };
  using other = through(numbered(state, 5));
  const found: number[] = [];
  for await (const { lines, entries } of other.run(REQUEST, new AbortController().signal))
    found.push(lines[0] ?? 0, entries);
  expect(found).toEqual([1, 1, 2, 2, 3, 3, 4, 4, 5, 5]);
  expect(state.ended).toBe(1);
});

test("one chunk is made ahead of a reader that waits, and one that leaves ends it", async () => {
  const state = { made: 0, ended: 0 };
  using other = through(numbered(state));
  const chunks = other.run(REQUEST, new AbortController().signal);
  for (let n = 0; n < 3; n++) await chunks.next();
  await until("the next is made", () => state.made === 4);
  expect(state.ended).toBe(0);
  await chunks.return();
  expect(state).toEqual({ made: 4, ended: 1 });
});

test("a signal that aborts ends it on the other side, too", async () => {
  const state = { made: 0, ended: 0 };
  using other = through(numbered(state));
  const stop = new AbortController();
  const chunks = other.run(REQUEST, stop.signal);
  await chunks.next();
  stop.abort();
  await expect(
    (async () => {
      for (let n = 0; n < 3; n++) await chunks.next();
    })(),
  ).rejects.toThrow();
  expect(state.ended).toBe(1);
});

test("a fault of the beginning arrives as that fault", async () => {
  using other = through(async function* () {
    yield await Promise.reject(invalid("query", "not a query"));
  });
  const first = other.run(REQUEST, new AbortController().signal).next();
  await expect(first).rejects.toMatchObject({ fault: { kind: "invalid", field: "query" } });
});

test("a port that takes no more calls refuses an export, and ends one that is open", async () => {
  const state = { made: 0, ended: 0 };
  // One call for as long as the export lasts, one for each chunk.
  using other = through(numbered(state), 2);
  const chunks = other.run(REQUEST, new AbortController().signal);
  await chunks.next();
  const more = other.run(REQUEST, new AbortController().signal);
  await expect(more.next()).rejects.toThrow("full");
  await chunks.return();
  expect(state.ended).toBe(1);
});
