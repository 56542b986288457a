/**
 * Power cuts at every point of a merge, an expiry and a backup, any subset of unsynced data lost, two in a row.
 */
import { expect, test } from "vitest";

import type { Bucket } from "../../src/domain/time-range.ts";
import { CrashWorld, type Moment, type Rule, RULES } from "./crash-world.ts";
import { HOUR } from "./log-samples.ts";

/** With more undecided things than this, subsets are picked. */
const ALL_SUBSETS_UP_TO = 4;

const NEXT_DAY = (HOUR + 24) as Bucket;

/** @returns which subsets of `count` undecided things to lose: all of them, or every single one kept or lost. */
function subsets(count: number): ((i: number) => boolean)[] {
  if (count <= ALL_SUBSETS_UP_TO)
    return Array.from({ length: 2 ** count }, (_, mask) => (i: number) => ((mask >> i) & 1) === 1);
  const one = Array.from({ length: count }, (_, k) => k);
  return [
    () => false,
    () => true,
    ...one.map((k) => (i: number) => i === k),
    ...one.map((k) => (i: number) => i !== k),
  ];
}

/** For the many runs that differ by when something else passed through. */
function fewSubsets(count: number): ((i: number) => boolean)[] {
  return distinct([() => false, () => true, (i) => i % 2 === 0, (i) => i % 2 === 1], count);
}

/** @returns those that lose different things of `count`: mostly there are few, and what is the same breaks the same. */
function distinct(
  ways: readonly ((i: number) => boolean)[],
  count: number,
): (typeof ways)[number][] {
  const named = ways.map(
    (keeps) => [Array.from({ length: count }, (_, i) => keeps(i)).join(), keeps] as const,
  );
  return [...new Map(named).values()];
}

function* crashes(moment: Moment, choose: typeof subsets): Generator<Moment> {
  for (const keeps of choose(moment.disk.undecided))
    yield { ...moment, disk: moment.disk.cutPower(keeps) };
}

/** Merges, a lost merge, a level merge and its garbage, over two days. */
async function mergeScenario(world: CrashWorld): Promise<void> {
  await world.commit(HOUR);
  await world.merge(HOUR);
  await world.commit(HOUR);
  await world.commit(NEXT_DAY);
  const [mine, theirs] = [await world.plan(HOUR), await world.plan(HOUR)];
  const my = await world.writeSegment(mine.unit);
  const their = await world.writeSegment(theirs.unit);
  await world.publish(mine, my);
  await world.publish(theirs, their);
  await world.levelMerge(HOUR);
  await world.merge(NEXT_DAY);
  await world.collect();
}

async function expiryScenario(world: CrashWorld): Promise<void> {
  await world.commit(HOUR);
  await world.merge(HOUR);
  await world.commit(HOUR);
  await world.merge(HOUR);
  await world.levelMerge(HOUR);
  await world.commit(NEXT_DAY);
  await world.merge(NEXT_DAY);
  await world.raiseFloor(NEXT_DAY);
  await world.collect();
}

/** A backup; before its n-th operation a merge, an expiry and a collection pass through. */
async function backupScenario(world: CrashWorld, interruptAt: number): Promise<number> {
  for (let i = 0; i < 2; i++) {
    await world.commit(HOUR);
    await world.merge(HOUR);
  }
  await world.commit((HOUR - 24) as Bucket);
  await world.merge((HOUR - 24) as Bucket);
  // What came before is the other scenarios' matter.
  world.moments.length = 0;
  const note = world.disk.onPoint;
  let points = 0;
  world.disk.onPoint = async () => {
    await note?.();
    if (points++ !== interruptAt) return;
    world.disk.onPoint = note;
    await world.levelMerge(HOUR);
    await world.commit(NEXT_DAY);
    await world.merge(NEXT_DAY);
    await world.raiseFloor(HOUR);
    await world.collect();
    world.disk.onPoint = async () => {
      points++;
      await note?.();
    };
  };
  await world.backup();
  world.disk.onPoint = note;
  await world.collect();
  return points;
}

/** @returns what the first crash that breaks a promise breaks. */
async function firstProblem(world: CrashWorld, choose = subsets): Promise<string[]> {
  for (const moment of world.moments.splice(0)) {
    for (const crash of crashes(moment, choose)) {
      const problems = await world.problemsAfter(crash);
      if (problems.length > 0) return problems;
    }
  }
  return [];
}

const SCENARIOS = [
  { name: "merge", run: mergeScenario },
  { name: "expiry", run: expiryScenario },
];

test.each(SCENARIOS)("no power cut during a $name breaks a promise", async ({ run }) => {
  await using world = await CrashWorld.start();
  await run(world);
  expect(world.moments.length).toBeGreaterThan(30);
  expect(await firstProblem(world)).toEqual([]);
});

/** The longest explorations are cut in parts, so that none is in a hurry on a busy machine; together they are whole. */
const PARTS = 12;
const PART_NUMBERS = Array.from({ length: PARTS }, (_, part) => part);

test.each(SCENARIOS.flatMap((scenario) => PART_NUMBERS.map((part) => ({ ...scenario, part }))))(
  "no second crash after a kill or a power cut during a $name breaks one, part $part",
  async ({ run, part }) => {
    await using world = await CrashWorld.start();
    await run(world);
    const moments = world.moments.splice(0);
    expect(moments.length).toBeGreaterThan(30);
    for (const moment of moments.filter((_, i) => i % PARTS === part)) {
      // A kill loses nothing, and what was not synced still is not.
      const cut = { ...moment, disk: moment.disk.cutPower((i) => i % 2 === 0) };
      for (const crash of moment.disk.undecided === 0 ? [moment] : [moment, cut]) {
        await using again = await world.restartFrom(crash);
        await again.commit(HOUR);
        await again.merge(HOUR);
        for (const second of again.moments.splice(0)) {
          const ways = [() => false, (i: number) => i % 2 === 1];
          for (const keeps of distinct(ways, second.disk.undecided)) {
            const left = { ...second, disk: second.disk.cutPower(keeps) };
            expect(await again.problemsAfter(left)).toEqual([]);
          }
        }
      }
    }
  },
);

test("a backup is whole, wherever the power is cut", async () => {
  await using world = await CrashWorld.start();
  await backupScenario(world, Infinity);
  expect(await firstProblem(world)).toEqual([]);
});

test.each(PART_NUMBERS)(
  "a backup is whole, whatever passes through and wherever the power is cut, part %i",
  async (part) => {
    // Points come in pairs, before and after an operation; after one is before the next.
    for (let interruptAt = 2 * part; ; interruptAt += 2 * PARTS) {
      await using world = await CrashWorld.start();
      const points = await backupScenario(world, interruptAt);
      expect(await firstProblem(world, fewSubsets)).toEqual([]);
      if (interruptAt >= points) break;
    }
  },
);

async function breaksWithout(off: Rule): Promise<string[]> {
  for (const { run } of SCENARIOS) {
    await using world = await CrashWorld.start(off);
    await run(world);
    const problems = await firstProblem(world);
    if (problems.length > 0) return problems;
  }
  // Points come in pairs, before and after an operation; after one is before the next.
  for (let interruptAt = 0; ; interruptAt += 2) {
    await using world = await CrashWorld.start(off);
    const points = await backupScenario(world, interruptAt).catch(
      (error: unknown) => `the backup failed: ${error instanceof Error ? error.message : ""}`,
    );
    if (typeof points === "string") return [points];
    const problems = await firstProblem(world, fewSubsets);
    if (problems.length > 0) return problems;
    if (interruptAt >= points) return [];
  }
}

const SEEN: Readonly<Record<Rule, RegExp>> = {
  fsyncFile: /^torn/,
  fsyncDir: /^missing/,
  fsyncParent: /^missing/,
  fileBeforeTx: /^missing/,
  unlinkAfterTx: /^missing/,
  sweepByDb: /^orphan/,
  uniqueNames: /^missing/,
  dbFirstBackup: /^backup: missing/,
  // A file that the copy names is gone before it is linked.
  holdUnlink: /^the backup failed: ENOENT/,
};

test.each(RULES)("the checker sees a store without %s", async (rule) => {
  expect(await breaksWithout(rule)).toContainEqual(expect.stringMatching(SEEN[rule]));
});
