/** What upkeep takes on, in what order, and what one unit's trouble means for the others. */
import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { type AppId, parseAppId } from "../domain/ids.ts";
import { bucketOfMs } from "../domain/time-range.ts";
import { MiB } from "../domain/limits.ts";
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
import { mergeL0 } from "./merge-l0.ts";
import { applyRetention } from "./retention.ts";
import { isDue, mergeUnit, runUpkeep, type UpkeepDeps } from "./upkeep.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 3_600_000;

/** Lets upkeep look `times` times, a second apart, and finish each time. */
async function look({ clock }: UpkeepWorld, times: number): Promise<void> {
  for (let i = 0; i < times; i++) {
    await clock.advance(1000);
    for (let turns = 0; clock.sleeping === 0; turns++) {
      if (turns > 10_000) throw new Error("upkeep does not come to rest");
      await setImmediate();
    }
  }
}

/** Runs upkeep while `body` runs. */
async function withUpkeep(deps: UpkeepDeps, body: () => Promise<void>): Promise<void> {
  const stop = new AbortController();
  const running = runUpkeep(deps, stop.signal);
  try {
    await body();
  } finally {
    stop.abort(new Error("the test is over"));
    await running;
  }
}

test("a due unit is merged, one that is not due waits", async () => {
  await using world = await upkeepWorld();
  await withUpkeep(world.deps(), async () => {
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
  await withUpkeep(deps, async () => {
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
  await withUpkeep(deps, async () => {
    await look(world, 4);
    expect(world.lines.map(({ level }) => level)).toEqual(["error", "error", "error"]);
    expect((await world.logs.planUnit(UNIT)).l0).toEqual([]);
  });
});

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

test("garbage goes a grace after it was replaced, and its space with it", async () => {
  await using world = await upkeepWorld();
  await withUpkeep(world.deps(), async () => {
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
  await applyRetention(applications(given.days), world.logs, nowMs);
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
  await withUpkeep(deps, () => look(world, 60 * runs.length + 1));
  expect(run).toBe(runs.length);
  expect(world.lines.map(({ level, fields }) => [level, fields])).toEqual(
    [a, b, a].map(({ name, reason }) => ["warn", { file: name, reason }]),
  );
  expect(world.lines[0]?.message).toContain("delete it by hand");
});

async function* applications(
  retentionDays: number,
): AsyncIterable<{ id: AppId; retentionDays: number }> {
  yield { id: APP, retentionDays };
}

test("a longer retention does not bring the floor down", async () => {
  await using world = await upkeepWorld();
  await applyRetention(applications(1), world.logs, START_MS);
  await applyRetention(applications(30), world.logs, START_MS);
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
  expect(isDue(work, START_MS)).toBe(given.due);
});
