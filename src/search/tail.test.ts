/** What a tail owes its reader when rows are gone, and what that may cost others. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { entryWith } from "../../test/support/entry-with.ts";
import type { Entry } from "../domain/entry.ts";
import { FaultError } from "../domain/fault.ts";
import { type BatchId, parseAppId, parseBatchId } from "../domain/ids.ts";
import { bucketOfMs, DAY_MS, msOf } from "../domain/time-range.ts";
import { FakeClock } from "../../test/support/fake-clock.ts";
import { entryRows, mergeBucket } from "../../test/support/stored-entries.ts";
import { until } from "../../test/support/until.ts";
import type { LogStore } from "../storage/log-store.ts";
import { type SqliteStore, openSqliteStore } from "../storage/sqlite/open-store.ts";
import { engineOpener } from "./engine-opener.ts";
import { type SearchDeps, createSearch } from "./search.ts";
import type { TailEvent } from "./tail.ts";

const APP = parseAppId("019a0000-0000-7000-8000-0000000000aa");
const NOW_MS = Date.parse("2026-11-24T14:20:00Z");

let clock: FakeClock;
let store: SqliteStore;
let segments = 0;

beforeEach(async () => {
  clock = new FakeClock(NOW_MS);
  store = await openSqliteStore({ folder: ":memory:", clock });
});
afterEach(async () => {
  await store[Symbol.asyncDispose]();
});

function batchId(n: number): BatchId {
  return parseBatchId(`019a0000-0000-7000-8000-${String(n).padStart(12, "0")}`);
}

/** Commits entries of one batch, received now, that happened `agoMs` before. */
async function commit(batch: number, messages: readonly string[], agoMs = 0): Promise<void> {
  const nowNanos = BigInt(clock.nowMs()) * 1_000_000n;
  await store.logs.commit(
    entryRows(
      APP,
      messages.map((message, index) => {
        const timeNanos = nowNanos - BigInt(agoMs) * 1_000_000n + BigInt(index);
        const id = { timeNanos, batch: batchId(batch), index };
        return entryWith(id, { observedNanos: nowNanos, message });
      }),
    ),
  );
}

/** Merges what is there and lets the grace of its rows end. */
async function mergeAway(agoMs = 0): Promise<void> {
  await mergeBucket(store.logs, APP, bucketOfMs(clock.nowMs() - agoMs), segments++, 512);
  await clock.advance(61_000);
  await store.logs.collectGarbage();
}

function searchOver(own: Partial<SearchDeps> = {}) {
  return createSearch({ store: store.logs, opener: engineOpener, clock, ...own });
}

async function positionNow(): Promise<string> {
  return `${await store.logs.closedEpoch()}-${clock.nowMs()}`;
}

/** The events up to the second position: those of one poll. */
async function onePoll(position: string, search = searchOver(), query = ""): Promise<TailEvent[]> {
  const stop = new AbortController();
  const events: TailEvent[] = [];
  for await (const event of search.tail({ app: APP, query, position }, stop.signal)) {
    events.push(event);
    if (events.filter(({ kind }) => kind === "position").length === 2) stop.abort();
  }
  return events;
}

function messagesOf(events: readonly TailEvent[]): string[] {
  return events.flatMap((event) => (event.kind === "entry" ? [event.entry.message] : []));
}
const reasonsOf = (events: readonly TailEvent[]): string[] =>
  events.flatMap((event) => (event.kind === "dropped" ? [event.reason] : []));

test("a position ahead of the store says that entries may be missing, and follows from here", async () => {
  await commit(1, ["kept by the backup"]);
  await clock.advance(2 * 60_000);
  const ahead = `${(await store.logs.closedEpoch()) + 100}-${clock.nowMs()}`;
  await clock.advance(5 * 60_000);
  await commit(2, ["received after the restore"]);
  const stop = new AbortController();
  const events: TailEvent[] = [];
  const reading = (async () => {
    const all = searchOver().tail({ app: APP, query: "", position: ahead }, stop.signal);
    for await (const event of all) events.push(event);
  })();
  await until("it follows", () => events.length >= 4 && clock.sleeping > 0);
  expect(events.map(({ kind }) => kind)).toEqual(["position", "dropped", "entry", "position"]);
  expect(reasonsOf(events)[0]).toContain("ahead of the store");
  expect(messagesOf(events)).toEqual(["received after the restore"]);
  await commit(3, ["and goes on"]);
  await clock.advance(1000);
  await until("the next is there", () => messagesOf(events).includes("and goes on"));
  stop.abort();
  await reading;
});

test.each([0, 1, 3, 20])(
  "a gap is filled with entries that happened %d days before they came",
  async (days) => {
    await commit(1, ["before"], days * DAY_MS);
    await clock.advance(10 * 60_000);
    const position = await positionNow();
    await clock.advance(10_000);
    await commit(2, ["missed 1", "missed 2"], days * DAY_MS);
    await mergeAway(days * DAY_MS);
    const events = await onePoll(position);
    expect(messagesOf(events)).toEqual(["missed 1", "missed 2"]);
    expect(reasonsOf(events)).toEqual([]);
  },
);

test("only hours with commits behind the position are read to fill a gap", async () => {
  for (const days of [1, 2, 3]) {
    await commit(days, [`old ${days}`], days * DAY_MS);
    await mergeAway(days * DAY_MS);
  }
  const position = await positionNow();
  await commit(9, ["missed"], 2 * DAY_MS);
  await mergeAway(2 * DAY_MS);
  const read = new Set<number>();
  const watched: LogStore = {
    ...store.logs,
    readBlob: (app, bucket, ...range) => {
      read.add(bucket);
      return store.logs.readBlob(app, bucket, ...range);
    },
  };
  const events = await onePoll(position, searchOver({ store: watched }));
  expect(messagesOf(events)).toEqual(["missed"]);
  expect([...read]).toEqual([bucketOfMs(msOf(entryOf(events).timeNanos))]);
});

test("a gap of many entries is filled in parts, in order, through the filter", async () => {
  const position = await positionNow();
  const missed = Array.from({ length: 2500 }, (_, n) => `${n % 5 === 0 ? "chosen" : "other"} ${n}`);
  await commit(1, missed);
  await mergeAway();
  const asked: string[] = [];
  const own = searchOver();
  const search = searchOver({
    received: (request, signal) => {
      asked.push(request.cursor);
      return own.received(request, signal);
    },
  });
  const all = await onePoll(position, search);
  expect(messagesOf(all)).toEqual(missed);
  expect(asked.length).toBe(3);
  const some = await onePoll(position, search, "chosen");
  expect(messagesOf(some)).toEqual(missed.filter((message) => message.startsWith("chosen")));
});

test("many tails fill their gaps one after the other", async () => {
  const position = await positionNow();
  await commit(1, ["missed"]);
  await mergeAway();
  let running = 0;
  let most = 0;
  let plans = 0;
  const own = searchOver();
  const watched: LogStore = {
    ...store.logs,
    plan: (...range) => {
      plans++;
      return store.logs.plan(...range);
    },
  };
  const search = searchOver({
    store: watched,
    received: async (request, signal) => {
      most = Math.max(most, ++running);
      try {
        return await own.received(request, signal);
      } finally {
        running--;
      }
    },
  });
  const all = await Promise.all(Array.from({ length: 100 }, () => onePoll(position, search)));
  for (const events of all) expect(messagesOf(events)).toEqual(["missed"]);
  expect(most).toBe(1);
  // Nothing is read through the tail's own store: that is the one that commits.
  expect(plans).toBe(0);
});

test("a gap waits while too many queries run, and is filled then", async () => {
  const position = await positionNow();
  await commit(1, ["missed"]);
  await mergeAway();
  let refusals = 2;
  const own = searchOver();
  const search = searchOver({
    received: (request, signal) => {
      if (refusals-- > 0)
        throw new FaultError({ kind: "overQuota", reason: "busy", retryAfterMs: 1000 });
      return own.received(request, signal);
    },
  });
  const filled = onePoll(position, search);
  for (let i = 0; i < 2; i++) {
    await until("it waits", () => clock.sleeping > 0);
    await clock.advance(1000);
  }
  expect(messagesOf(await filled)).toEqual(["missed"]);
});

test("what cannot be read of a gap is said", async () => {
  const position = await positionNow();
  await commit(1, ["missed"]);
  await mergeAway();
  const damaged: LogStore = {
    ...store.logs,
    readBlob: async (...range) => (await store.logs.readBlob(...range))?.fill(7),
  };
  const events = await onePoll(position, searchOver({ store: damaged }));
  expect(messagesOf(events)).toEqual([]);
  expect(reasonsOf(events)[0]).toContain("segment");
});

function entryOf(events: readonly TailEvent[]): Entry {
  for (const event of events) if (event.kind === "entry") return event.entry;
  throw new Error("no entry came");
}
