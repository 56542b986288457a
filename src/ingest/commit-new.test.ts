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
  expect(await commitNew(logs, early)).toEqual(new Set());
  const both = await rowsOf([FIRST, { buckets: [BUCKET, NEXT] }], [SECOND, { buckets: [BUCKET] }]);
  expect(await commitNew(logs, both)).toEqual(new Set());
  const again = await rowsOf([FIRST, { buckets: [BUCKET, NEXT] }]);
  expect(await commitNew(logs, again)).toEqual(new Set([batchKey({ app: TOY_APP, batch: FIRST })]));
  const { rows } = await logs.l0After(TOY_APP, -1, 10);
  expect(rows.map(({ bucket, batches }) => [bucket, batches])).toEqual([
    [BUCKET, [FIRST]],
    [BUCKET, [SECOND]],
    [NEXT, [FIRST]],
  ]);
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
  await expect(commitNew({ commit }, rows)).rejects.toThrow("were not sent, or kept the rows");
  expect(asked).toBe(1);
});
