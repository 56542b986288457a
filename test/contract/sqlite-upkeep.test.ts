/**
 * Upkeep of the embedded store that ends before any call of its work, and the next start. What a killed process leaves is
 * what lies in its folder between two calls: a copy of it is opened, and goes on.
 */
import { cp, readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";

import type { Entry } from "../../src/domain/entry.ts";
import { type Bucket, bucketOfMs, DAY_MS } from "../../src/domain/time-range.ts";
import type { LogStore } from "../../src/storage/log-store.ts";
import { createMergeDue } from "../../src/upkeep/merge-due.ts";
import { applyRetention } from "../../src/upkeep/retention.ts";
import { onlySeat } from "../../src/upkeep/seats.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { seeded } from "../support/sample-logs.ts";
import { tempFolder } from "../support/temp-folder.ts";
import {
  APP,
  BUCKET,
  countSegments,
  countsIn,
  entriesOf,
  idTexts,
  makeSegments,
  START_MS,
  UNIT,
  type UpkeepWorld,
  upkeepWorld,
  visible,
} from "../support/upkeep-world.ts";

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const NEVER = new AbortController().signal;
const OLD_MS = START_MS - 48 * HOUR_MS;
const OLD_UNIT = { ...UNIT, bucket: bucketOfMs(OLD_MS) };
/** Large enough for files: smaller segments are rows. */
function largeBatch(n: number, atMs?: number): Entry[] {
  const random = seeded(n);
  return entriesOf(n, 400, atMs).map((entry) => ({ ...entry, message: random.hex(600) }));
}

type Call = keyof LogStore;

interface Scene {
  /** Seen of the live hour when all is done, and at every moment before. */
  readonly live: readonly Entry[];
  /** Seen of the old hour before, and afterwards or none. */
  readonly old: readonly Entry[];
}

interface Task {
  readonly name: string;
  prepare(world: UpkeepWorld): Promise<Scene>;
  /** The work that is cut short, and done again after the next start. */
  work(world: UpkeepWorld, around: Partial<LogStore>): Promise<void>;
  readonly dropsOld: boolean;
  /** Fewer would mean that what is to be tested was not reached. */
  readonly calls: number;
}

const mergeTask: Task = {
  name: "merging",
  dropsOld: false,
  calls: 25,
  prepare: async (world) => {
    await makeSegments(world, 1, 7);
    await world.commit(largeBatch(8));
    await world.commit(entriesOf(9));
    await world.clock.advance(31 * MINUTE_MS);
    const small = [1, 2, 3, 4, 5, 6, 7, 9].flatMap((n) => entriesOf(n));
    return { live: [...small, ...largeBatch(8)], old: [] };
  },
  work: async (world, around) => {
    const backlog = { saw: () => undefined };
    const failing = createMergeDue({ ...world.deps(around), seats: onlySeat(), backlog });
    await failing(NEVER);
  },
};

async function prepareOld(world: UpkeepWorld): Promise<Scene> {
  await world.commit(largeBatch(100, OLD_MS));
  await world.commit(entriesOf(1));
  await world.clock.advance(31 * MINUTE_MS);
  await mergeTask.work(world, {});
  return { live: entriesOf(1), old: largeBatch(100, OLD_MS) };
}

const TASKS: readonly Task[] = [
  mergeTask,
  {
    name: "retention",
    dropsOld: true,
    calls: 1,
    prepare: prepareOld,
    work: (world, around) =>
      applyRetention({ id: APP, retentionDays: 1 }, { ...world.logs, ...around }, START_MS),
  },
  {
    name: "deleting garbage",
    dropsOld: true,
    calls: 1,
    prepare: async (world) => {
      const scene = await prepareOld(world);
      await world.logs.raiseFloor(APP, (BUCKET - 1) as Bucket);
      await world.clock.advance(2 * MINUTE_MS);
      return { ...scene, old: [] };
    },
    work: async (world, around) => {
      await { ...world.logs, ...around }.collectGarbage();
    },
  },
];

test.each(TASKS)(
  "$name that ends before any of its calls is done by the next start",
  async (task) => {
    await using temp = await tempFolder();
    const folder = join(temp.path, "data");
    const clock = new FakeClock(START_MS);
    await using world = await upkeepWorld(folder, 0, clock);
    const scene = await task.prepare(world);

    const copies: string[] = [];
    const copying =
      <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
      async (...args: A): Promise<R> => {
        const copy = join(temp.path, `copy ${copies.length}`);
        await cp(folder, copy, { recursive: true });
        copies.push(copy);
        return call(...args);
      };
    const around = Object.fromEntries(
      (Object.keys(world.logs) as Call[]).map((name) => [name, copying(world.logs[name] as never)]),
    ) as Partial<LogStore>;
    await task.work(world, around);
    expect(copies.length).toBeGreaterThanOrEqual(task.calls);

    for (const [i, copy] of copies.entries()) {
      await using next = await upkeepWorld(copy, i + 1, new FakeClock(clock.nowMs()));
      const at = `before call ${i}`;
      expect({ at, live: await visible(next.logs) }).toEqual({ at, live: idTexts(scene.live) });
      expect(await visible(next.logs, OLD_UNIT)).toEqual(idTexts(scene.old));
      await task.work(next, {});
      expect({ at, live: await visible(next.logs) }).toEqual({ at, live: idTexts(scene.live) });
      expect(await visible(next.logs, OLD_UNIT)).toEqual(task.dropsOld ? [] : idTexts(scene.old));
      const { manifest } = await next.logs.planUnit(UNIT);
      expect(countsIn(manifest)).toEqual(await countSegments(next.logs, manifest));
      // Nothing lies there that no manifest names, and nothing waits.
      await next.clock.advance(DAY_MS);
      await next.logs.collectGarbage();
      const files = (await readdir(join(copy, "blocks"), { recursive: true, withFileTypes: true }))
        .filter((each) => each.isFile())
        .map(({ name }) => name);
      const large = manifest.segments.filter(({ sizeBytes }) => sizeBytes >= 65_536);
      expect(files.toSorted()).toEqual(large.map(({ id }) => id).toSorted());
      expect((await next.logs.planUnit(UNIT)).l0).toEqual([]);
    }
  },
);
