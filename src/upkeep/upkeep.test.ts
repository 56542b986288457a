/** What upkeep takes on, in what order, and what one unit's trouble means for the others. */
import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { overloaded } from "../domain/fault.ts";
import { parseAppId } from "../domain/ids.ts";
import { bucketOfMs, DAY_MS } from "../domain/time-range.ts";
import { MAX_BUCKET } from "../storage/log-store.ts";
import {
  APP,
  BUCKET,
  entriesOf,
  idTexts,
  START_MS,
  UNIT,
  upkeepWorld,
  type UpkeepWorld,
  visible,
} from "../../test/support/upkeep-world.ts";
import type { Backlog } from "./backlog.ts";
import { mergeL0 } from "./merge-l0.ts";
import { applyRetention } from "./retention.ts";
import { runUpkeep, type UpkeepDeps } from "./upkeep.ts";

const MINUTE_MS = 60_000;

/** Merging, and retention with garbage, each sleep between their turns. */
const SLEEPERS = 2;

async function atRest({ clock }: UpkeepWorld): Promise<void> {
  for (let turns = 0; clock.sleeping < SLEEPERS; turns++) {
    if (turns > 10_000) throw new Error("upkeep does not come to rest");
    await setImmediate();
  }
}

/** Lets upkeep look `times` times, a second apart, and finish each time. */
async function look(world: UpkeepWorld, times: number): Promise<void> {
  for (let i = 0; i < times; i++) {
    await world.clock.advance(1000);
    await atRest(world);
  }
}

/** Runs upkeep while `body` runs. */
async function withUpkeep(
  world: UpkeepWorld,
  deps: UpkeepDeps,
  body: () => Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  const running = runUpkeep(deps, stop.signal);
  try {
    await atRest(world);
    await body();
  } finally {
    stop.abort(new Error("the test is over"));
    await running;
  }
}

test("a due unit is merged, one that is not due waits", async () => {
  await using world = await upkeepWorld();
  await withUpkeep(world, world.deps(), async () => {
    await world.commit(entriesOf(1));
    await look(world, 2);
    expect((await world.logs.planUnit(UNIT)).l0.length).toBe(1);
    await world.clock.advance(31 * MINUTE_MS);
    await look(world, 1);
    const { manifest, l0 } = await world.logs.planUnit(UNIT);
    expect(l0).toEqual([]);
    expect(manifest.segments.length).toBe(1);
    expect(await visible(world.logs)).toEqual(idTexts(entriesOf(1)));
  });
});

test("a damaged row stops its unit alone, and is logged once a try", async () => {
  await using world = await upkeepWorld();
  const other = parseAppId("019a0000-0000-7000-8000-0000000000cc");
  await world.commit(entriesOf(1));
  await world.commit(entriesOf(2));
  await world.commit(entriesOf(3), other);
  const damaged = (await world.logs.planUnit(UNIT)).l0[1]?.id;
  let broken = true;
  const deps = world.deps({
    readL0: async (id) => {
      const bytes = await world.logs.readL0(id);
      if (broken && id === damaged && bytes !== undefined) bytes[20] = (bytes[20] ?? 0) ^ 1;
      return bytes;
    },
  });
  await world.clock.advance(31 * MINUTE_MS);
  await withUpkeep(world, deps, async () => {
    await look(world, 5);
    const { manifest, l0 } = await world.logs.planUnit(UNIT);
    expect({ version: manifest.version, rows: l0.length }).toEqual({ version: 0, rows: 2 });
    expect((await world.logs.planUnit({ ...UNIT, app: other })).l0).toEqual([]);
    expect(world.lines.length).toBe(1);
    expect(world.lines[0]).toMatchObject({
      level: "error",
      fields: { unit: `${APP}/${BUCKET}/0` },
    });
    await look(world, 10);
    expect(world.lines.length).toBe(2);
    broken = false;
    await look(world, 10);
    expect((await world.logs.planUnit(UNIT)).l0).toEqual([]);
    expect(await visible(world.logs)).toEqual(idTexts([...entriesOf(1), ...entriesOf(2)]));
  });
});

test("a store that fails is tried again", async () => {
  await using world = await upkeepWorld();
  await world.commit(entriesOf(1));
  await world.clock.advance(31 * MINUTE_MS);
  let failures = 3;
  const deps = world.deps({
    mergeWork: (limit) =>
      failures-- > 0 ? Promise.reject(new Error("out of reach")) : world.logs.mergeWork(limit),
  });
  await withUpkeep(world, deps, async () => {
    await look(world, 4);
    expect(world.lines.map(({ level }) => level)).toEqual(["error", "error", "error"]);
    expect((await world.logs.planUnit(UNIT)).l0).toEqual([]);
  });
});

test("a store out of reach is said once, and once more when it is back", async () => {
  await using world = await upkeepWorld();
  let failures = 5;
  const deps = world.deps({
    mergeWork: (limit) =>
      failures-- > 0 ? Promise.reject(overloaded("no node is up")) : world.logs.mergeWork(limit),
  });
  await withUpkeep(world, deps, () => look(world, 10));
  expect(world.lines.map(({ level, message }) => `${level}: ${message}`)).toEqual([
    "warn: merging waits for the store",
    "info: merging goes on",
  ]);
});

test("retention is applied at once and every hour, a deletion that was cut short too", async () => {
  await using world = await upkeepWorld();
  const deleted = parseAppId("019a0000-0000-7000-8000-0000000000dd");
  world.retentions.push({ id: APP, retentionDays: 1 });
  await withUpkeep(world, world.deps(), async () => {
    expect(await world.logs.floor(APP)).toBe(bucketOfMs(START_MS - DAY_MS));
    world.retentions.push({ id: deleted, retentionDays: 0, isDeleted: true });
    await world.clock.advance(60 * MINUTE_MS);
    await atRest(world);
    expect(await world.logs.floor(APP)).toBe(bucketOfMs(START_MS - DAY_MS) + 1);
    expect(await world.logs.floor(deleted)).toBe(MAX_BUCKET);
    expect(world.finished).toEqual([deleted]);
  });
});

test("an application whose retention fails costs no other its turn, and what fails on is tried less and less", async () => {
  await using world = await upkeepWorld();
  const ids = ["e1", "e2", "e3", "e4"].map((n) =>
    parseAppId(`019a0000-0000-7000-8000-0000000000${n}`),
  );
  world.retentions.push(...ids.map((id) => ({ id, retentionDays: 1 })));
  let tries = 0;
  const deps = world.deps({
    raiseFloor: async (id, floor) => {
      if (id === ids[0]) tries++;
      if (id === ids[0] || id === ids[2]) throw new Error(`no floor of ${id}`);
      await world.logs.raiseFloor(id, floor);
    },
  });
  await withUpkeep(world, deps, async () => {
    const floors = await Promise.all(ids.map((id) => world.logs.floor(id)));
    const floor = bucketOfMs(START_MS - DAY_MS);
    expect(floors).toEqual([0, floor, 0, floor]);
    expect(world.lines.map(({ message, fields }) => [message, fields])).toEqual([
      ["retention failed for an application, it is tried again", { id: ids[2] }],
      ["retention failed, it is tried again", {}],
    ]);
    await look(world, 60 * 60);
    // After 1, 3, 7, 15 and 31 minutes.
    expect(tries).toBe(6);
  });
});

test("a look through the whole store that fails is not made again each minute", async () => {
  await using world = await upkeepWorld();
  const reaches: unknown[] = [];
  const deps = world.deps({
    collectGarbage: (reach) => {
      reaches.push(reach);
      return reaches.length === 1
        ? Promise.reject(new Error("one is damaged"))
        : Promise.resolve([]);
    },
  });
  await withUpkeep(world, deps, () => look(world, 61 * 60));
  expect(reaches.indexOf("all", 1)).toBe(60);
  expect(new Set(reaches.slice(1, 60))).toEqual(new Set(["shared"]));
});

test("retention that failed is tried again in a minute", async () => {
  await using world = await upkeepWorld();
  world.retentions.push({ id: APP, retentionDays: 1 });
  let failures = 1;
  const deps = world.deps({
    raiseFloor: (...args) =>
      failures-- > 0 ? Promise.reject(new Error("out of reach")) : world.logs.raiseFloor(...args),
  });
  await withUpkeep(world, deps, async () => {
    expect(await world.logs.floor(APP)).toBe(0);
    await look(world, 60);
    expect(await world.logs.floor(APP)).toBe(bucketOfMs(START_MS - DAY_MS));
    expect(world.lines.map(({ message }) => message)).toEqual([
      "retention failed, it is tried again",
    ]);
  });
});

test("who stops does not wait for garbage", async () => {
  await using world = await upkeepWorld();
  const { promise, resolve } = Promise.withResolvers<readonly []>();
  const stop = new AbortController();
  const running = runUpkeep(world.deps({ collectGarbage: () => promise }), stop.signal);
  while (world.clock.sleeping === 0) await setImmediate();
  stop.abort(new Error("the test is over"));
  await running;
  expect(world.lines).toEqual([]);
  resolve([]);
});

test("what waits is told after each look", async () => {
  await using world = await upkeepWorld();
  const told: Backlog[] = [];
  const deps = { ...world.deps(), onBacklog: (backlog: Backlog) => void told.push(backlog) };
  await withUpkeep(world, deps, async () => {
    expect(told).toEqual([{ rows: 0, bytes: 0, oldestMs: undefined, full: [] }]);
    await world.commit(entriesOf(1));
    await world.commit(entriesOf(2));
    await look(world, 1);
    expect(told.at(-1)).toMatchObject({ rows: 2, oldestMs: START_MS, full: [] });
    expect(told.at(-1)?.bytes).toBeGreaterThan(0);
  });
});

test("garbage goes a grace after it was replaced, and its space with it", async () => {
  await using world = await upkeepWorld();
  await withUpkeep(world, world.deps(), async () => {
    await world.commit(entriesOf(1));
    await mergeL0(UNIT, world.deps());
    const absorbed = await world.logs.l0After(APP, 0, 10);
    const [row] = absorbed.rows;
    if (row === undefined) throw new Error("the row is not there");
    expect(await world.logs.readL0(row.id)).toBeDefined();
    await look(world, 130);
    expect(await world.logs.readL0(row.id)).toBeUndefined();
    expect(await visible(world.logs)).toEqual(idTexts(entriesOf(1)));
  });
});

test.each([
  { days: 0, ageDays: 400, kept: true },
  { days: 30, ageDays: 29, kept: true },
  { days: 30, ageDays: 30, kept: true },
  { days: 30, ageDays: 31, kept: false },
  { days: 1, ageDays: 2, kept: false },
])("with $days days of retention an entry of $ageDays days: kept $kept", async (given) => {
  await using world = await upkeepWorld();
  await world.commit(entriesOf(1));
  await mergeL0(UNIT, world.deps());
  await world.commit(entriesOf(2));
  const nowMs = START_MS + given.ageDays * DAY_MS;
  await applyRetention({ id: APP, retentionDays: given.days }, world.logs, nowMs);
  const entries = given.kept ? [...entriesOf(1), ...entriesOf(2)] : [];
  expect(await visible(world.logs)).toEqual(idTexts(entries));
  await world.clock.advance(given.ageDays * DAY_MS);
  await world.logs.collectGarbage();
  const usage = await world.logs.usage(APP);
  expect(usage.rows).toBe(entries.length);
  expect(usage.sizeBytes > 0).toBe(given.kept);
});

test("a file that cannot be deleted is said once, with what to do, and again when it comes back", async () => {
  await using world = await upkeepWorld();
  const a = { name: "blocks/a", reason: "EPERM" };
  const b = { name: "blocks/b", reason: "EBUSY" };
  const runs = [[a], [a, b], [b], [b], [a, b]];
  let run = 0;
  const deps = world.deps({ collectGarbage: () => Promise.resolve(runs[run++] ?? []) });
  await withUpkeep(world, deps, () => look(world, 60 * (runs.length - 1) + 1));
  expect(run).toBe(runs.length);
  expect(world.lines.map(({ level, fields }) => [level, fields])).toEqual(
    [a, b, a].map(({ name, reason }) => ["warn", { file: name, reason }]),
  );
  expect(world.lines[0]?.message).toContain("delete it by hand");
});

test("a longer retention does not bring the floor down", async () => {
  await using world = await upkeepWorld();
  await applyRetention({ id: APP, retentionDays: 1 }, world.logs, START_MS);
  await applyRetention({ id: APP, retentionDays: 30 }, world.logs, START_MS);
  expect(await world.logs.floor(APP)).toBe(bucketOfMs(START_MS - DAY_MS));
});

test("a merge that the floor overtook leaves nothing behind", async () => {
  await using world = await upkeepWorld();
  await world.commit(entriesOf(1));
  const written: Parameters<typeof world.logs.writeBlob>[] = [];
  const deps = world.deps({
    writeBlob: async (...args) => {
      written.push(args);
      await world.logs.writeBlob(...args);
      await world.logs.raiseFloor(APP, bucketOfMs(START_MS + DAY_MS));
    },
  });
  expect(await mergeL0(UNIT, deps)).toBe("stale");
  for (const [app, bucket, id, bytes] of written)
    expect(await world.logs.readBlob(app, bucket, id, 0, bytes.length)).toBeUndefined();
  expect(await visible(world.logs)).toEqual([]);
});
