/**
 * The part of the log store's suite about queries while the store changes under them: between any two of a query's
 * calls, rows are merged, what was replaced is deleted, and the floor moves.
 */
import { expect, test } from "vitest";

import { compareEntryIds, type Entry, entryIdText } from "../../src/domain/entry.ts";
import { type Bucket, nanosOf } from "../../src/domain/time-range.ts";
import { engineOpener } from "../../src/search/engine-opener.ts";
import { createSearch } from "../../src/search/search.ts";
import type { LogReads, LogStore } from "../../src/storage/log-store.ts";
import { mergeL0 } from "../../src/upkeep/merge-l0.ts";
import { mergeLevels } from "../../src/upkeep/merge-levels.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { APP, BUCKET, entriesOf, START_MS, UNIT } from "../support/upkeep-world.ts";
import { createLogSamples } from "./log-samples.ts";
import {
  GRACE_MS,
  type LogStoreBackend,
  type LogStoreUnderTest,
  strideOf,
} from "./log-store-under-test.ts";
import {
  HOURS,
  idsFrom,
  mergeAllThere,
  mergeAway,
  mergeDeps,
  type RealMergeDeps,
  sendOnce,
  threeHours,
  unitOf,
  visibleHours,
} from "./real-merges.ts";

const HOUR_MS = 3_600_000;
const SECOND = (BUCKET + 1) as Bucket;
const THIRD = (BUCKET + 2) as Bucket;
const RANGE = {
  startNanos: nanosOf(START_MS - HOUR_MS, 0),
  endNanos: nanosOf(START_MS + 5 * HOUR_MS, 0),
};

async function page(
  logs: LogReads,
  limit: number,
  cursor = "",
): Promise<{ ids: string[]; nextCursor: string; partial: boolean; reason: string }> {
  const clock = new FakeClock(START_MS + 3 * HOUR_MS);
  const search = createSearch({ store: logs, opener: engineOpener, clock });
  const answer = await search.query({ app: APP, ...RANGE, query: "", limit, cursor });
  return {
    ids: answer.entries.map(({ id }) => entryIdText(id)),
    nextCursor: answer.nextCursor,
    partial: answer.partial,
    reason: answer.partialReason,
  };
}

function newestFirst(entries: readonly Entry[]): string[] {
  return entries.toSorted((a, b) => compareEntryIds(b.id, a.id)).map(({ id }) => entryIdText(id));
}

const READS = ["plan", "planUnit", "readL0", "readBlob", "floor"] as const;

/** The store, with `change` before the `at`-th call of a reader, the first being 0. */
function changing(
  logs: LogStore,
  at: number,
  change: () => Promise<void>,
): { logs: LogReads; isChanged: () => boolean } {
  let calls = 0;
  const then =
    <A extends unknown[], T>(call: (...args: A) => Promise<T>) =>
    async (...args: A): Promise<T> => {
      if (calls++ === at) await change();
      return call(...args);
    };
  const reads = { ...logs };
  for (const name of READS)
    Object.assign(reads, { [name]: then(logs[name] as () => Promise<unknown>) });
  return { logs: reads, isChanged: () => calls > at };
}

/** Segments of two levels, rows absorbed and not yet deleted, rows above them, and a batch that is there twice. */
async function filled(
  store: LogStoreUnderTest,
): Promise<{ entries: Entry[]; deps: RealMergeDeps }> {
  const deps = mergeDeps(store.logs, createLogSamples());
  const sent = [1, 2, 3, 4, 5, 6].map((n) => threeHours(n));
  for (const [i, entries] of sent.entries()) {
    await sendOnce(store.logs, entries);
    if (i === 0 || i === 1 || i === 3) await mergeAllThere(store, deps);
  }
  await store.advance(48 * HOUR_MS);
  await sendOnce(store.logs, [...threeHours(1), ...threeHours(6)]);
  return { entries: sent.flat(), deps };
}

const CHANGES: readonly {
  readonly what: string;
  readonly floor: number;
  readonly change: (store: LogStoreUnderTest, deps: RealMergeDeps) => Promise<void>;
}[] = [
  {
    what: "merges and deletes what they replace",
    floor: 0,
    change: (store, deps) => mergeAway(store, store.logs, deps),
  },
  {
    what: "the floor",
    floor: SECOND,
    change: async ({ logs }) => logs.raiseFloor(APP, SECOND),
  },
  {
    what: "the floor, merges, and the deletion of both",
    floor: THIRD,
    change: async (store, deps) => {
      await store.logs.raiseFloor(APP, THIRD);
      await mergeAway(store, store.logs, deps);
    },
  },
];

export function describeReaders(backend: LogStoreBackend): void {
  test.each(CHANGES)(
    "a query is right when $what come between any two of its calls",
    async ({ change, floor }) => {
      let at = 0;
      for (let isChanged = true; isChanged; at += strideOf(backend)) {
        await using store = await backend.open();
        const { entries, deps } = await filled(store);
        const reads = changing(store.logs, at, () => change(store, deps));
        const { ids, partial, reason } = await page(reads.logs, 1000);
        expect([at, partial, reason]).toEqual([at, false, ""]);
        // What fell below the floor meanwhile may be there still; all else must be, each once and in its place.
        const all = newestFirst(entries);
        const must = new Set(idsFrom(entries, floor));
        const found = new Set(ids);
        expect(ids).toEqual(all.filter((id) => found.has(id)));
        expect([...must].filter((id) => !found.has(id))).toEqual([]);
        isChanged = reads.isChanged();
        // Afterwards what fell below it is gone for every query.
        if (isChanged) expect((await page(store.logs, 1000)).ids.toSorted()).toEqual([...must]);
        else expect(ids).toEqual(all);
      }
      expect(at).toBeGreaterThan(8);
    },
  );

  test("a unit that is merged away at each of three plans is said to be missing, and is there afterwards", async () => {
    await using store = await backend.open();
    const { entries, deps } = await filled(store);
    let n = 100;
    let plans = 0;
    // Each reading finds the segments of its plan replaced and deleted.
    const churn: LogReads = {
      ...store.logs,
      planUnit: async (key) => {
        plans++;
        return store.logs.planUnit(key);
      },
      readBlob: async (...range) => {
        n++;
        await sendOnce(store.logs, threeHours(n));
        entries.push(...threeHours(n));
        await mergeAway(store, store.logs, deps);
        return store.logs.readBlob(...range);
      },
    };
    const { partial, reason } = await page(churn, 1000);
    expect(partial).toBe(true);
    expect(reason).toContain("changed while it was read, 3 times");
    expect(plans).toBe(2 * HOURS.length);
    const after = await page(store.logs, 1000);
    expect([after.partial, after.ids]).toEqual([false, newestFirst(entries)]);
  });

  test("pages of a long answer have each entry once, with merges, retries and restarts between them", async () => {
    await using store = await backend.open();
    let { logs } = store;
    const sent: Entry[] = [];
    const s = createLogSamples();
    const send = async (n: number): Promise<void> => {
      sent.push(...threeHours(n));
      await sendOnce(logs, threeHours(n));
    };
    for (let n = 1; n <= 18; n++) {
      await send(n);
      if (n % 6 === 0) await mergeAway(store, logs, mergeDeps(logs, s));
    }
    const want = newestFirst(sent);
    const found: string[] = [];
    let cursor = "";
    let pages = 0;
    const fewer = Math.min(4, strideOf(backend));
    do {
      const next = await page(logs, 2 * fewer, cursor);
      expect(next.partial).toBe(false);
      // The cursor is the last entry's id: any process makes the same one.
      expect((await page(logs, 2 * fewer, cursor)).nextCursor).toBe(next.nextCursor);
      found.push(...next.ids);
      cursor = next.nextCursor;
      pages++;
      // What comes later than the first page is newer than all of it.
      await sendOnce(logs, entriesOf(1000 + pages, 2, START_MS + 2.5 * HOUR_MS + pages * 10));
      if (pages % 3 === 0) await sendOnce(logs, threeHours(1 + (pages % 18)));
      if (pages % 10 === 0) await mergeAway(store, logs, mergeDeps(logs, s));
      else await mergeAllThere(store, mergeDeps(logs, s));
      if (pages % 25 === 0 && store.reopen !== undefined) logs = await store.reopen();
    } while (cursor !== "");
    expect(pages).toBeGreaterThan(100 / fewer);
    expect(found).toEqual(want);
  }, 120_000);

  test.each(["readBlob", "writeBlob", "compareAndSetManifest"] as const)(
    "a merge that stops before its %s while another replaces its inputs gives up, and nothing is missing",
    async (call) => {
      await using store = await backend.open();
      const { entries, deps } = await filled(store);
      const { logs } = store;
      let stopped = false;
      const stop = async (): Promise<void> => {
        if (stopped) return;
        stopped = true;
        await mergeAway(store, logs, deps);
      };
      const written: Parameters<LogStore["writeBlob"]>[] = [];
      const slow: LogStore = {
        ...logs,
        readBlob: async (...args) => {
          if (call === "readBlob") await stop();
          return logs.readBlob(...args);
        },
        writeBlob: async (...args) => {
          if (call === "writeBlob") await stop();
          written.push(args);
          await logs.writeBlob(...args);
        },
        compareAndSetManifest: async (...args) => {
          if (call === "compareAndSetManifest") await stop();
          return logs.compareAndSetManifest(...args);
        },
      };
      // A second segment, or there is nothing to merge.
      await store.closeEpochs();
      for (const bucket of HOURS) await mergeL0(unitOf(bucket), deps);
      const result = await mergeLevels(UNIT, mergeDeps(slow, createLogSamples(7)), 2);
      expect([stopped, result]).toEqual([true, "stale"]);
      for (const [app, bucket, id, bytes] of written)
        expect(await logs.readBlob(app, bucket, id, 0, bytes.length)).toBeUndefined();
      await store.advance(GRACE_MS);
      await logs.collectGarbage();
      expect(await visibleHours(logs)).toEqual(idsFrom(entries));
    },
  );
}
