/** Merges of rows and of segments: the same entries before and after, whatever comes between. */
import { expect, test } from "vitest";
import { overloaded } from "../domain/fault.ts";
import type { Entry } from "../domain/entry.ts";
import { MERGED_FORM_ROWS } from "../engine/block/encode-block.ts";
import type { L0Row, LogStore, Manifest, SegmentRef } from "../storage/log-store.ts";
import {
  absorbed,
  APP,
  BUCKET,
  batchId,
  countSegments,
  countsIn,
  entriesOf,
  idTexts,
  makeSegments,
  rowsOfBlocks,
  START_MS,
  UNIT,
  upkeepWorld,
  type UpkeepWorld,
  visible,
} from "../../test/support/upkeep-world.ts";
import { mergeL0 } from "./merge-l0.ts";
import { mergeLevels } from "./merge-levels.ts";

async function manifestOf({ logs }: Pick<UpkeepWorld, "logs">): Promise<Manifest> {
  return (await logs.planUnit(UNIT)).manifest;
}

/** Each blob ever written, and whether it is there now. */
function watchBlobs(logs: LogStore): {
  store: Pick<LogStore, "writeBlob">;
  left: () => Promise<string[]>;
} {
  const written: { id: Parameters<LogStore["writeBlob"]>[2]; length: number }[] = [];
  return {
    store: {
      writeBlob: async (app, bucket, id, bytes) => {
        written.push({ id, length: bytes.length });
        await logs.writeBlob(app, bucket, id, bytes);
      },
    },
    left: async () => {
      const left: string[] = [];
      for (const { id, length } of written)
        if ((await logs.readBlob(APP, BUCKET, id, 0, length)) !== undefined) left.push(id);
      return left;
    },
  };
}

test("an L0 merge absorbs all closed rows and changes nothing that is visible", async () => {
  await using world = await upkeepWorld();
  const entries = [1, 2, 3, 4].map((n) => entriesOf(n));
  for (const held of entries) await world.commit(held);
  expect(await mergeL0(UNIT, world.deps())).toBe("merged");
  const { manifest, l0 } = await world.logs.planUnit(UNIT);
  expect(l0).toEqual([]);
  expect(manifest.segments).toMatchObject([{ level: 0, rows: 12, minEpoch: 1 }]);
  expect(await visible(world.logs)).toEqual(idTexts(entries.flat()));
  expect(countsIn(manifest)).toEqual(await countSegments(world.logs, manifest));
  expect(await absorbed(world.logs)).toEqual([1, 2, 3, 4].map(batchId));
  expect(await mergeL0(UNIT, world.deps())).toBe("nothing");
});

test("rows of epochs that are still open stay where they are", async () => {
  await using world = await upkeepWorld();
  for (const n of [1, 2, 3]) await world.commit(entriesOf(n));
  const closedEpoch = (): Promise<number> => Promise.resolve(2);
  expect(await mergeL0(UNIT, world.deps({ closedEpoch }))).toBe("merged");
  const { manifest, l0 } = await world.logs.planUnit(UNIT);
  expect(manifest.through).toBe(2);
  expect(l0.map(({ batches }) => batches)).toEqual([[batchId(3)]]);
});

test("a merge takes as many whole epochs as it may, one at least", async () => {
  await using world = await upkeepWorld();
  const all = [1, 2, 3, 4].flatMap((n) => entriesOf(n));
  for (const n of [4, 2, 3, 1]) await world.commit(entriesOf(n));
  const results = [];
  for (const entries of [7, 1, 7, 7]) results.push(await mergeL0(UNIT, world.deps(), entries));
  expect(results).toEqual(["more", "more", "merged", "nothing"]);
  const { segments } = await manifestOf(world);
  expect(segments.map(({ rows }) => rows)).toEqual([6, 3, 3]);
  expect(await visible(world.logs)).toEqual(idTexts(all));
});

test.each([
  { name: "in two rows", merges: 0 },
  { name: "in a segment already", merges: 1 },
  { name: "in a segment of the next level", merges: 8 },
])("a batch $name is kept once", async ({ merges }) => {
  await using world = await upkeepWorld();
  const twice = entriesOf(1);
  await world.commit([...twice, ...entriesOf(90)]);
  for (let n = 0; n < merges; n++) {
    if (n > 0) await world.commit(entriesOf(100 + n));
    await mergeL0(UNIT, world.deps());
  }
  if (merges === 8) expect(await mergeLevels(UNIT, world.deps())).toBe("merged");
  await world.commitAgain([...twice, ...entriesOf(2)]);
  const before = await visible(world.logs);
  expect(before).toEqual([...new Set(before)]);
  await mergeL0(UNIT, world.deps());
  expect(await visible(world.logs)).toEqual(before);
  const manifest = await manifestOf(world);
  expect(countsIn(manifest)).toEqual(await countSegments(world.logs, manifest));
  const batches = await absorbed(world.logs);
  expect(batches).toEqual([...new Set(batches)]);
});

test("a row as large as a merged block becomes one as it is, unless copies must go from it", async () => {
  await using world = await upkeepWorld();
  const large = (n: number): Entry[] => entriesOf(n, MERGED_FORM_ROWS, START_MS);
  const entries = [large(1), entriesOf(2), [...large(3), ...entriesOf(4)]];
  for (const held of entries) await world.commit(held);
  // With a copy of what is in a row before.
  await world.commitAgain([...large(5), ...entriesOf(2)]);
  const { l0 } = await world.logs.planUnit(UNIT);
  const kept = await Promise.all([0, 2].map((i) => world.logs.readL0((l0[i] as L0Row).id)));
  const before = await visible(world.logs);
  expect(await mergeL0(UNIT, world.deps())).toBe("merged");
  expect(await visible(world.logs)).toEqual(before);
  const manifest = await manifestOf(world);
  expect(countsIn(manifest)).toEqual(await countSegments(world.logs, manifest));
  expect(await absorbed(world.logs)).toEqual([1, 2, 3, 4, 5].map(batchId));

  const segment = manifest.segments[0] as SegmentRef;
  const blob = await world.logs.readBlob(APP, BUCKET, segment.id, 0, segment.sizeBytes);
  const stored = Buffer.from(blob ?? []);
  expect(
    kept.map((bytes) => stored.includes(bytes === undefined ? "gone" : Buffer.from(bytes))),
  ).toEqual([true, true]);
  // The two others, without the copy, are one block.
  expect((await rowsOfBlocks(world.logs, manifest)).toSorted((a, b) => a - b)).toEqual([
    MERGED_FORM_ROWS,
    MERGED_FORM_ROWS + 3,
    MERGED_FORM_ROWS + 3,
  ]);
});

test("a damaged row that would be taken as it is stops the merge", async () => {
  await using world = await upkeepWorld();
  await world.commit(entriesOf(1, MERGED_FORM_ROWS));
  const readL0: LogStore["readL0"] = async (id) => {
    const bytes = await world.logs.readL0(id);
    if (bytes !== undefined) bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    return bytes;
  };
  await expect(mergeL0(UNIT, world.deps({ readL0 }))).rejects.toThrow(/checksum/);
  expect((await manifestOf(world)).segments).toEqual([]);
});

test("rows that hold copies only are absorbed without a segment", async () => {
  await using world = await upkeepWorld();
  await world.commit(entriesOf(1));
  await mergeL0(UNIT, world.deps());
  await world.commitAgain(entriesOf(1));
  expect(await mergeL0(UNIT, world.deps())).toBe("merged");
  const { manifest, l0 } = await world.logs.planUnit(UNIT);
  expect(l0).toEqual([]);
  expect(manifest.segments.length).toBe(1);
  expect(countsIn(manifest).rows).toBe(3);
});

test("a segment tells the oldest epoch of its rows, of those with nothing but copies too", async () => {
  await using world = await upkeepWorld();
  await world.commit(entriesOf(1));
  await mergeL0(UNIT, world.deps());
  await world.commitAgain(entriesOf(1));
  const [copies] = (await world.logs.planUnit(UNIT)).l0;
  await world.commit(entriesOf(2));
  expect(await mergeL0(UNIT, world.deps())).toBe("merged");
  const { segments } = await manifestOf(world);
  expect(segments.at(-1)).toMatchObject({ rows: 3, minEpoch: copies?.epoch });
});

test("eight segments of a level become one of the next, and go into the trash", async () => {
  await using world = await upkeepWorld();
  await makeSegments(world, 1, 7);
  expect(await mergeLevels(UNIT, world.deps())).toBe("nothing");
  await makeSegments(world, 8, 1);
  const [before, batches, old] = [
    await visible(world.logs),
    await absorbed(world.logs),
    await manifestOf(world),
  ];
  expect(await mergeLevels(UNIT, world.deps())).toBe("merged");
  const manifest = await manifestOf(world);
  expect(manifest.segments).toMatchObject([{ level: 1, rows: 24, minEpoch: 1 }]);
  expect(manifest.trash.toSorted()).toEqual(old.segments.map(({ id }) => id).toSorted());
  expect(countsIn(manifest)).toEqual(countsIn(old));
  expect(countsIn(manifest)).toEqual(await countSegments(world.logs, manifest));
  expect(await visible(world.logs)).toEqual(before);
  expect(await absorbed(world.logs)).toEqual(batches);
});

const MERGES = [
  { name: "an L0 merge", merge: mergeL0, segments: 0, rebases: false },
  { name: "a level merge", merge: mergeLevels, segments: 8, rebases: true },
];

test.each(MERGES)(
  "$name that lost its compare-and-set to an L0 merge deletes what it wrote, or goes on if it may",
  async ({ merge, segments, rebases }) => {
    await using world = await upkeepWorld();
    await makeSegments(world, 1, segments);
    await world.commit(entriesOf(50));
    const blobs = watchBlobs(world.logs);
    let raced = false;
    const deps = world.deps({
      ...blobs.store,
      compareAndSetManifest: async (expected, next) => {
        if (!raced) {
          raced = true;
          await world.commit(entriesOf(60));
          expect(await mergeL0(UNIT, world.deps())).toBe("merged");
        }
        return world.logs.compareAndSetManifest(expected, next);
      },
    });
    expect(await merge(UNIT, deps)).toBe(rebases ? "merged" : "stale");
    const named = (await manifestOf(world)).segments.map(({ id }) => id);
    const left = await blobs.left();
    expect(left.length).toBe(rebases ? 1 : 0);
    expect(named).toEqual(expect.arrayContaining(left));
    const all = [...Array.from({ length: segments }, (_, i) => i + 1), 50, 60];
    expect(await visible(world.logs)).toEqual(idTexts(all.flatMap((n) => entriesOf(n))));
  },
);

test("a level merge whose inputs another merged gives up, and deletes what it wrote", async () => {
  await using world = await upkeepWorld();
  await makeSegments(world, 1, 8);
  const blobs = watchBlobs(world.logs);
  let rival: Manifest | undefined;
  const deps = world.deps({
    ...blobs.store,
    compareAndSetManifest: async (expected, next) => {
      if (rival === undefined) {
        expect(await mergeLevels(UNIT, world.deps())).toBe("merged");
        rival = await manifestOf(world);
      }
      return world.logs.compareAndSetManifest(expected, next);
    },
  });
  expect(await mergeLevels(UNIT, deps)).toBe("stale");
  expect(await blobs.left()).toEqual([]);
  expect(await manifestOf(world)).toEqual(rival);
});

test("a level merge that loses time and again gives up, and deletes what it wrote", async () => {
  await using world = await upkeepWorld();
  await makeSegments(world, 1, 8);
  const blobs = watchBlobs(world.logs);
  let n = 100;
  const deps = world.deps({
    ...blobs.store,
    compareAndSetManifest: async (expected, next) => {
      await world.commit(entriesOf(n++));
      expect(await mergeL0(UNIT, world.deps())).toBe("merged");
      return world.logs.compareAndSetManifest(expected, next);
    },
  });
  expect(await mergeLevels(UNIT, deps)).toBe("stale");
  expect(await blobs.left()).toEqual([]);
  expect((await manifestOf(world)).segments.length).toBe(8 + n - 100);
});

/** What becomes of a compare-and-set whose answer is lost. */
const LOST = [
  { fate: "had applied", applies: true, later: false, want: "merged" },
  { fate: "had applied and was built upon", applies: true, later: true, want: "merged" },
  { fate: "came too late", applies: false, later: true, want: "stale" },
  { fate: "never came", applies: false, later: false, want: "overloaded" },
] as const;

test.each(MERGES.flatMap((merge) => LOST.map((lost) => ({ ...merge, ...lost }))))(
  "$name whose answer was lost and that $fate is $want, or goes on if it may",
  async ({ merge, segments, rebases, applies, later, want: wantIfNot }) => {
    const want = rebases && wantIfNot === "stale" ? "merged" : wantIfNot;
    await using world = await upkeepWorld();
    await makeSegments(world, 1, segments);
    await world.commit(entriesOf(50));
    const blobs = watchBlobs(world.logs);
    let tries = 0;
    const deps = world.deps({
      ...blobs.store,
      compareAndSetManifest: async (expected, next) => {
        if (tries++ > 0) return world.logs.compareAndSetManifest(expected, next);
        if (applies) expect(await world.logs.compareAndSetManifest(expected, next)).toBe(true);
        if (later) {
          await world.commit(entriesOf(60));
          expect(await mergeL0(UNIT, world.deps())).toBe("merged");
        }
        throw overloaded("no answer came");
      },
    });
    const before = await visible(world.logs);
    const outcome = await merge(UNIT, deps).catch(() => "overloaded");
    expect(outcome).toBe(want);
    const manifest = await manifestOf(world);
    const own = await blobs.left();
    // Named, or still possibly named later; deleted only when it certainly never will be.
    expect(own.length).toBe(want === "stale" ? 0 : 1);
    if (applies) expect(manifest.segments.map(({ id }) => id)).toEqual(expect.arrayContaining(own));
    const after = await visible(world.logs);
    expect(after).toEqual([...before, ...(later ? idTexts(entriesOf(60)) : [])].toSorted());
    expect(countsIn(manifest)).toEqual(await countSegments(world.logs, manifest));
    // Tried again, it comes to its end.
    await merge(UNIT, world.deps());
    expect(await visible(world.logs)).toEqual(after);
  },
);

test("a merge that was merged again before its answer was lost keeps everything", async () => {
  await using world = await upkeepWorld();
  await makeSegments(world, 1, 7);
  await world.commit(entriesOf(8));
  const deps = world.deps({
    compareAndSetManifest: async (expected, next) => {
      expect(await world.logs.compareAndSetManifest(expected, next)).toBe(true);
      expect(await mergeLevels(UNIT, world.deps())).toBe("merged");
      throw overloaded("no answer came");
    },
  });
  expect(await mergeL0(UNIT, deps)).toBe("merged");
  const all = [1, 2, 3, 4, 5, 6, 7, 8].flatMap((n) => entriesOf(n));
  expect(await visible(world.logs)).toEqual(idTexts(all));
});

test.each([
  { what: "a row", around: { readL0: () => Promise.resolve(undefined) }, merge: mergeL0 },
  { what: "a segment", around: { readBlob: () => Promise.resolve(undefined) }, merge: mergeLevels },
])("$what that is gone makes the merge look again", async ({ around, merge }) => {
  await using world = await upkeepWorld();
  await makeSegments(world, 1, 8);
  await world.commit(entriesOf(50));
  const before = await manifestOf(world);
  expect(await merge(UNIT, world.deps(around))).toBe("stale");
  expect(await manifestOf(world)).toEqual(before);
});

test("blobs that could not all be written are deleted again", async () => {
  await using world = await upkeepWorld();
  await world.commit(entriesOf(1));
  const blobs = watchBlobs(world.logs);
  const writeBlob: LogStore["writeBlob"] = async (...args) => {
    await blobs.store.writeBlob(...args);
    throw overloaded("the disk is full");
  };
  await expect(mergeL0(UNIT, world.deps({ writeBlob }))).rejects.toThrow(/disk is full/);
  expect(await blobs.left()).toEqual([]);
  expect(await visible(world.logs)).toEqual(idTexts(entriesOf(1)));
});

test("an unsuccessful clean-up does not hide why the merge failed", async () => {
  await using world = await upkeepWorld();
  await world.commit(entriesOf(1));
  const deps = world.deps({
    writeBlob: () => Promise.reject(overloaded("the disk is full")),
    deleteBlob: () => Promise.reject(overloaded("out of reach")),
  });
  await expect(mergeL0(UNIT, deps)).rejects.toThrow(/disk is full/);
});
