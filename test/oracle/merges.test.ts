/** A batch is stored once, and every answer is that of a naive scan, whatever upkeep does before and meanwhile. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { compareEntryIds, type Entry, entryIdText } from "../../src/domain/entry.ts";
import type { BatchId } from "../../src/domain/ids.ts";
import { type Bucket, bucketOfMs, msOf } from "../../src/domain/time-range.ts";
import { engineOpener } from "../../src/search/engine-opener.ts";
import { pageStartOf } from "../../src/search/prepare-query.ts";
import { runQuery } from "../../src/search/run-query.ts";
import { Spending } from "../../src/search/spending.ts";
import type { LogReads } from "../../src/storage/log-store.ts";
import { mergeL0 } from "../../src/upkeep/merge-l0.ts";
import { mergeLevels } from "../../src/upkeep/merge-levels.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { entryRows } from "../support/stored-entries.ts";
import { tempFolder } from "../support/temp-folder.ts";
import {
  APP,
  BUCKET,
  batchId,
  countSegments,
  countsIn,
  entriesOf,
  START_MS,
  upkeepWorld,
  type UpkeepWorld,
} from "../support/upkeep-world.ts";

const HOUR_MS = 3_600_000;
const NANOS = 1_000_000n;
const RANGE = {
  startNanos: BigInt(START_MS - HOUR_MS) * NANOS,
  endNanos: BigInt(START_MS + 5 * HOUR_MS) * NANOS,
};
const BUCKETS = [0, 1, 2].map((hours) => (BUCKET + hours) as Bucket);

/** Every visible entry, newest first, page by page; `between` runs before each page. */
async function search(logs: LogReads, between?: () => Promise<void>): Promise<string[]> {
  const found: string[] = [];
  let cursor = "";
  do {
    const query = { filter: { kind: "all" } as const, pipes: [], columns: null };
    const page = await runQuery(
      { query, warnings: [], range: RANGE, shown: RANGE, timeZone: "UTC", written: null },
      { app: APP, limit: 7, start: pageStartOf(cursor), ascending: false },
      { store: logs, opener: engineOpener, spending: new Spending(new FakeClock(), {}, undefined) },
    );
    expect(page.partial).toBe(false);
    found.push(...page.entries.map(({ id }) => entryIdText(id)));
    cursor = page.nextCursor;
    await between?.();
  } while (cursor !== "");
  return found;
}

function newestFirst(entries: readonly Entry[]): string[] {
  return entries.toSorted((a, b) => compareEntryIds(b.id, a.id)).map(({ id }) => entryIdText(id));
}

/** Batches over one, two or three hours, of few times, so that rows of different batches interleave. */
function batchEntries(n: number): Entry[] {
  const count = 1 + (n % 5);
  const hours = n % 3;
  return entriesOf(n, count, START_MS + (n % 4) * 2).map((entry, index) => {
    const timeNanos = entry.timeNanos + BigInt(index % (hours + 1)) * BigInt(HOUR_MS) * NANOS;
    return { ...entry, timeNanos, id: { ...entry.id, timeNanos } };
  });
}

type Step =
  | { do: "send"; batches: readonly number[] }
  | { do: "merge" | "merge levels" | "lose a merge"; hour: number }
  | { do: "restart" | "forget" | "collect" }
  | { do: "expire"; hours: number };

const arbHour = fc.integer({ min: 0, max: 2 });
const arbStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("send" as const),
      batches: fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 3 }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom("merge" as const, "merge levels" as const, "lose a merge" as const),
      hour: arbHour,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom("restart" as const, "forget" as const, "collect" as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("expire" as const),
      hours: fc.integer({ min: 1, max: 2 }),
    }),
  },
);

/** Sends what the store does not know at its door, as ingest does. */
async function send({ logs }: UpkeepWorld, numbers: readonly number[]): Promise<void> {
  const known = await logs.known(numbers.map((n) => ({ app: APP, batch: batchId(n) })));
  const held = new Set<BatchId>(known.map(({ batch }) => batch));
  const fresh = numbers.filter((n) => !held.has(batchId(n)));
  if (fresh.length === 0) return;
  const rows = entryRows(APP, fresh.flatMap(batchEntries));
  expect(await logs.commit(rows)).toEqual({ duplicates: [] });
}

async function upkeep(world: UpkeepWorld, step: Step): Promise<void> {
  switch (step.do) {
    case "merge":
    case "merge levels":
    case "lose a merge": {
      const key = { app: APP, bucket: BUCKETS[step.hour] as Bucket, shard: 0 };
      if (step.do === "merge") await mergeL0(key, world.deps());
      else if (step.do === "merge levels") await mergeLevels(key, world.deps(), 2);
      else {
        const compareAndSetManifest = async (): Promise<boolean> => Promise.resolve(false);
        expect(await mergeL0(key, world.deps({ compareAndSetManifest }))).not.toBe("merged");
      }
      return;
    }
    case "forget":
      // The store's own memory of batches ends: only the segments and rows know them now.
      await world.clock.advance(31 * HOUR_MS);
      return;
    case "collect":
      await world.clock.advance(2 * 60_000);
      await world.logs.collectGarbage();
      return;
    case "expire":
      await world.logs.raiseFloor(APP, BUCKETS[step.hours] as Bucket);
      return;
    default:
  }
}

test("a batch is stored once under retries, merges, lost merges, restarts and retention", async () => {
  const arbSteps = fc.array(arbStep, { minLength: 4, maxLength: 24 });
  await fc.assert(
    fc.asyncProperty(arbSteps, async (steps) => {
      await using folder = await tempFolder();
      let opening = 0;
      let world = await upkeepWorld(folder.path, opening);
      const sent = new Set<number>();
      let floor = 0;
      try {
        for (const step of steps) {
          if (step.do === "send") {
            await send(world, step.batches);
            for (const n of step.batches) sent.add(n);
          } else if (step.do === "restart") {
            await world[Symbol.asyncDispose]();
            world = await upkeepWorld(folder.path, ++opening, world.clock);
          } else await upkeep(world, step);
          if (step.do === "expire") floor = Math.max(floor, BUCKETS[step.hours] as number);
          const wanted = [...sent]
            .flatMap(batchEntries)
            .filter(({ timeNanos }) => bucketOfMs(msOf(timeNanos)) >= floor);
          expect(await search(world.logs)).toEqual(newestFirst(wanted));
          for (const bucket of BUCKETS) {
            const { manifest } = await world.logs.planUnit({ app: APP, bucket, shard: 0 });
            expect(countsIn(manifest)).toEqual(await countSegments(world.logs, manifest));
          }
        }
      } finally {
        await world[Symbol.asyncDispose]();
      }
    }),
    { numRuns: 40 },
  );
});

/** Merges everything and collects what that replaced: the hardest that can happen to a plan. */
async function mergeAway(world: UpkeepWorld): Promise<void> {
  for (const bucket of BUCKETS) {
    const key = { app: APP, bucket, shard: 0 };
    while ((await mergeL0(key, world.deps())) === "merged");
    while ((await mergeLevels(key, world.deps(), 2)) === "merged");
  }
  await world.clock.advance(2 * 60_000);
  await world.logs.collectGarbage();
}

test.each(["readL0", "readBlob", "plan"] as const)(
  "a merge whose inputs go at the first %s changes no answer",
  async (when) => {
    await using world = await upkeepWorld();
    const numbers = Array.from({ length: 12 }, (_, i) => i + 1);
    for (const n of numbers) {
      await send(world, [n]);
      if (n <= 6)
        for (const bucket of BUCKETS) await mergeL0({ app: APP, bucket, shard: 0 }, world.deps());
    }
    let merges = 0;
    const once = async (): Promise<void> => {
      if (merges++ === 0) await mergeAway(world);
    };
    const { logs } = world;
    const interleaved: Record<typeof when, Partial<LogReads>> = {
      readL0: { readL0: async (id) => (await once(), logs.readL0(id)) },
      readBlob: { readBlob: async (...args) => (await once(), logs.readBlob(...args)) },
      plan: {
        plan: async (...args) => {
          const units = await logs.plan(...args);
          await once();
          return units;
        },
      },
    };
    expect(await search({ ...logs, ...interleaved[when] })).toEqual(
      newestFirst(numbers.flatMap(batchEntries)),
    );
    expect(merges).toBeGreaterThan(0);
  },
);

test("pages go on where they were, with a merge and a retry between each two", async () => {
  await using world = await upkeepWorld();
  const numbers = Array.from({ length: 20 }, (_, i) => i + 1);
  await send(world, numbers.slice(0, 9));
  await mergeAway(world);
  for (const n of numbers.slice(9)) await send(world, [n]);
  let page = 0;
  const found = await search(world.logs, async () => {
    const bucket = BUCKETS[page % 3] as Bucket;
    if (page++ % 2 === 0) await mergeL0({ app: APP, bucket, shard: 0 }, world.deps());
    else await mergeAway(world);
    await send(world, numbers.slice(page, page + 2));
  });
  expect(found).toEqual(newestFirst(numbers.flatMap(batchEntries)));
  expect(page).toBeGreaterThan(5);
});
