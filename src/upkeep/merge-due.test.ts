/** When a unit is merged, how far, and by whom. */
import { expect, test } from "vitest";
import { parseAppId } from "../domain/ids.ts";
import { MiB } from "../domain/limits.ts";
import type { Bucket } from "../domain/time-range.ts";
import {
  BUCKET,
  entriesOf,
  idTexts,
  makeSegments,
  START_MS,
  UNIT,
  upkeepWorld,
  visible,
} from "../../test/support/upkeep-world.ts";
import { createMergeDue, dueOf, mergeUnit } from "./merge-due.ts";
import { mergeL0 } from "./merge-l0.ts";
import { mergeLevels } from "./merge-levels.ts";

const MINUTE_MS = 60_000;
const NEVER = new AbortController().signal;

test("many rows come down to few segments", async () => {
  await using world = await upkeepWorld();
  const all = [];
  for (let n = 1; n <= 20; n++) {
    all.push(...entriesOf(n));
    await world.commit(entriesOf(n));
    await mergeL0(UNIT, world.deps());
  }
  expect(await mergeUnit(UNIT, world.deps(), new AbortController().signal)).toBe(true);
  const { manifest } = await world.logs.planUnit(UNIT);
  expect(manifest.segments.map(({ level }) => level).toSorted((a, b) => a - b)).toEqual([
    0, 0, 0, 0, 1, 1,
  ]);
  expect(await visible(world.logs)).toEqual(idTexts(all));
});

test("rows that come during a merge wait for the next", async () => {
  await using world = await upkeepWorld();
  await world.commit(entriesOf(1));
  let next = 2;
  const deps = world.deps({
    writeBlob: async (...args) => {
      await world.logs.writeBlob(...args);
      await world.commit(entriesOf(next++));
    },
  });
  expect(await mergeUnit(UNIT, deps, new AbortController().signal)).toBe(true);
  const { manifest, l0 } = await world.logs.planUnit(UNIT);
  expect({ segments: manifest.segments.length, rows: l0.length }).toEqual({ segments: 1, rows: 1 });
});

test.each([
  { rows: 1, bytes: 100, ageMs: 0, due: false },
  { rows: 63, bytes: MiB - 1, ageMs: 30 * MINUTE_MS - 1, due: false },
  { rows: 1, bytes: 100, ageMs: 30 * MINUTE_MS, due: true },
  { rows: 64, bytes: 100, ageMs: 29_999, due: false },
  { rows: 64, bytes: 100, ageMs: 30_000, due: true },
  { rows: 1, bytes: MiB, ageMs: 29_999, due: false },
  { rows: 1, bytes: MiB, ageMs: 30_000, due: true },
  { rows: 2047, bytes: 8 * MiB - 1, ageMs: 0, due: false },
  { rows: 2048, bytes: 100, ageMs: 0, due: true },
  { rows: 1, bytes: 8 * MiB, ageMs: 0, due: true },
])("$rows rows of $bytes bytes, the oldest $ageMs ms old: due $due", (given) => {
  const work = {
    ...UNIT,
    l0Rows: given.rows,
    l0Bytes: given.bytes,
    oldestMs: START_MS - given.ageMs,
  };
  expect(dueOf([work], START_MS).length > 0).toBe(given.due);
});

test("of an application with many rows in many hours nothing waits, others do", () => {
  const other = { ...UNIT, app: parseAppId("019a0000-0000-7000-8000-0000000000cc") };
  const few = { l0Rows: 20, l0Bytes: 1_000, oldestMs: START_MS };
  const hours = Array.from({ length: 500 }, (_, hour) => ({
    ...UNIT,
    ...few,
    bucket: (BUCKET - hour) as Bucket,
  }));
  const work = [...hours, { ...other, ...few }];
  expect(dueOf(work, START_MS)).toEqual(hours);
  expect(dueOf(work.slice(1), START_MS)).toEqual([]);
});

test("a unit that is another's is left alone, and so is all without a seat", async () => {
  await using world = await upkeepWorld();
  await world.commit(entriesOf(1));
  await world.clock.advance(31 * MINUTE_MS);
  const merged = async (isMine: boolean | undefined): Promise<boolean> => {
    const seat = isMine === undefined ? undefined : { signal: NEVER, isMine: () => isMine };
    const seats = { look: async () => undefined, leave: async () => undefined, seat };
    await createMergeDue({ ...world.deps(), seats, backlog: { saw: () => undefined } })(NEVER);
    return (await world.logs.planUnit(UNIT)).manifest.version > 0;
  };
  expect(await merged(undefined)).toBe(false);
  expect(await merged(false)).toBe(false);
  expect(await merged(true)).toBe(true);
});

test("a unit whose levels could not be merged is tried again, although none of its rows waits", async () => {
  await using world = await upkeepWorld();
  await makeSegments(world, 1, 7);
  await world.commit(entriesOf(8));
  await world.clock.advance(31 * MINUTE_MS);
  let failures = 1;
  const deps = world.deps({
    readBlob: (...args) =>
      failures-- > 0 ? Promise.reject(new Error("out of reach")) : world.logs.readBlob(...args),
  });
  const lost = new AbortController();
  const seatOf = (isMine: boolean) => ({ signal: lost.signal, isMine: () => isMine });
  const seats = { look: async () => undefined, leave: async () => undefined, seat: seatOf(true) };
  const mergeDue = createMergeDue({ ...deps, seats, backlog: { saw: () => undefined } });
  const segments = async () => (await world.logs.planUnit(UNIT)).manifest.segments.length;
  await mergeDue(NEVER);
  expect(await segments()).toBe(8);
  // By now it is another's, who does not know.
  seats.seat = seatOf(false);
  await mergeDue(NEVER);
  expect(await segments()).toBe(8);
  await world.clock.advance(10_000);
  await mergeDue(NEVER);
  expect(await segments()).toBe(1);
});

/** Rows read no blob, levels read no row. */
const STEPS = [
  { what: "rows", step: "readL0" },
  { what: "rows", step: "writeBlob" },
  { what: "rows", step: "compareAndSetManifest" },
  { what: "levels", step: "readBlob" },
  { what: "levels", step: "writeBlob" },
  { what: "levels", step: "compareAndSetManifest" },
] as const;

test.each(STEPS)(
  "a merge of $what whose lease ends at $step makes no further attempt, and its own blobs go",
  async ({ what, step }) => {
    await using world = await upkeepWorld();
    await makeSegments(world, 1, 2);
    await world.commit(entriesOf(3));
    await world.commit(entriesOf(4));
    const all = [1, 2, 3, 4].flatMap((n) => entriesOf(n));
    const before = (await world.logs.planUnit(UNIT)).manifest;
    const lease = new AbortController();
    const written: Parameters<typeof world.logs.writeBlob>[] = [];
    let attempts = 0;
    const ending =
      <A extends unknown[], R>(name: string, call: (...args: A) => Promise<R>) =>
      async (...args: A): Promise<R> => {
        const result = await call(...args);
        if (name === step) lease.abort(new Error("the lease is over"));
        return result;
      };
    const { logs } = world;
    const deps = {
      ...world.deps({
        readL0: ending("readL0", (id) => logs.readL0(id)),
        readBlob: ending("readBlob", (...args) => logs.readBlob(...args)),
        writeBlob: ending("writeBlob", async (...args) => {
          written.push(args);
          await logs.writeBlob(...args);
        }),
        compareAndSetManifest: ending("compareAndSetManifest", async (expected, next) => {
          attempts++;
          // Another's change came first: a merge of levels would go on upon it.
          const rival = { ...before, version: before.version + 1, nonce: "rival" };
          await logs.compareAndSetManifest(before, rival);
          return logs.compareAndSetManifest(expected, next);
        }),
      }),
      lease: lease.signal,
    };
    const merging = what === "rows" ? mergeL0(UNIT, deps) : mergeLevels(UNIT, deps, 2);
    const isAttempt = step === "compareAndSetManifest";
    if (what === "rows" && isAttempt) expect(await merging).toBe("stale");
    else await expect(merging).rejects.toThrow("the lease is over");
    expect(attempts).toBe(isAttempt ? 1 : 0);
    expect(written.length).toBe(step.startsWith("read") ? 0 : 1);
    for (const [app, bucket, id, bytes] of written)
      expect(await logs.readBlob(app, bucket, id, 0, bytes.length)).toBeUndefined();
    expect(await visible(logs)).toEqual(idTexts(all));
  },
);
