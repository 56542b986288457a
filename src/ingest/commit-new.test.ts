/** What a commit makes of a store that names fragments it has: with one that keeps the contract, and with those that do not. */
import { expect, test } from "vitest";
import { FakeClock } from "../../test/support/fake-clock.ts";
import { TOY_APP, toyBatch, toyBatchId, toyEncode } from "../../test/support/toy-encoder.ts";
import type { Bucket } from "../domain/time-range.ts";
import type { CommitOutcome, L0Write } from "../storage/log-store.ts";
import { openSqliteStore } from "../storage/sqlite/open-store.ts";
import { batchKey } from "./acknowledged.ts";
import { commitNew } from "./commit-new.ts";

const BUCKET = 498_756 as Bucket;
const NEXT = (BUCKET + 1) as Bucket;
const [FIRST, SECOND] = [toyBatchId(0, 1), toyBatchId(0, 2)];

async function rowsOf(...batches: Parameters<typeof toyBatch>[]): Promise<readonly L0Write[]> {
  return (await toyEncode(batches.map((batch) => toyBatch(...batch)))).rows;
}

test("a batch of which an hour is new is no repeated one, and each hour is stored once", async () => {
  await using sqlite = await openSqliteStore({ folder: ":memory:", clock: new FakeClock() });
  const { logs } = sqlite;
  const early = (await rowsOf([FIRST, { buckets: [BUCKET] }])).map((row) => ({
    ...row,
    unfinished: [FIRST],
  }));
  const nothing = { repeated: new Set(), expired: new Map() };
  expect(await commitNew(logs, early)).toEqual(nothing);
  const both = await rowsOf([FIRST, { buckets: [BUCKET, NEXT] }], [SECOND, { buckets: [BUCKET] }]);
  expect(await commitNew(logs, both)).toEqual(nothing);
  const again = await rowsOf([FIRST, { buckets: [BUCKET, NEXT] }]);
  const repeated = new Set([batchKey({ app: TOY_APP, batch: FIRST })]);
  expect(await commitNew(logs, again)).toEqual({ ...nothing, repeated });
  const { rows } = await logs.l0After(TOY_APP, -1, 10);
  expect(rows.map(({ bucket, batches }) => [bucket, batches])).toEqual([
    [BUCKET, [FIRST]],
    [BUCKET, [SECOND]],
    [NEXT, [FIRST]],
  ]);
});

test("entries of a bucket that has expired are named, and all others are stored", async () => {
  await using sqlite = await openSqliteStore({ folder: ":memory:", clock: new FakeClock() });
  const { logs } = sqlite;
  const expired = [{ app: TOY_APP, bucket: BUCKET }];
  const commit = async (rows: readonly L0Write[]): Promise<CommitOutcome> =>
    rows.some(({ bucket }) => bucket === BUCKET)
      ? { duplicates: [], expired, unstored: rows }
      : logs.commit(rows);
  const rows = await rowsOf(
    [FIRST, { buckets: [NEXT, BUCKET, NEXT, BUCKET] }],
    [SECOND, { buckets: [BUCKET] }],
  );
  expect(await commitNew({ commit }, rows)).toEqual({
    repeated: new Set(),
    expired: new Map([
      [batchKey({ app: TOY_APP, batch: FIRST }), [1, 3]],
      [batchKey({ app: TOY_APP, batch: SECOND }), [0]],
    ]),
  });
  const stored = (await logs.l0After(TOY_APP, -1, 10)).rows;
  expect(stored.map(({ bucket, batches }) => [bucket, batches])).toEqual([[NEXT, [FIRST]]]);
});

test.each<{ what: string; answer: (rows: readonly L0Write[]) => CommitOutcome }>([
  {
    what: "names what was not sent",
    answer: (unstored) => ({
      duplicates: [{ app: TOY_APP, batch: SECOND, bucket: BUCKET }],
      unstored,
    }),
  },
  {
    what: "hides what was not sent",
    answer: (unstored) => ({
      duplicates: [],
      expired: [{ app: TOY_APP, bucket: NEXT }],
      unstored,
    }),
  },
  {
    what: "keeps the rows",
    answer: () => ({ duplicates: [{ app: TOY_APP, batch: FIRST, bucket: BUCKET }] }),
  },
])("a store that $what is a bug, and is not asked again", async ({ answer }) => {
  let asked = 0;
  const commit = (rows: readonly L0Write[]): Promise<CommitOutcome> => {
    asked++;
    return Promise.resolve(answer(rows));
  };
  const rows = await rowsOf([FIRST, { buckets: [BUCKET] }]);
  await expect(commitNew({ commit }, rows)).rejects.toThrow("was not sent, or kept the rows");
  expect(asked).toBe(1);
});
