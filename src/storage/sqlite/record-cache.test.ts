import { expect, test } from "vitest";
import type { RecordAddress, RecordStore } from "../record-store.ts";
import { openSqliteStore } from "./open-store.ts";
import { keepRecords } from "./record-cache.ts";
import { FakeClock } from "../../../test/support/fake-clock.ts";

const AT: RecordAddress = { table: "user", partition: "p", key: "k" };

async function rig(maxRecords?: number) {
  const store = await openSqliteStore({ folder: ":memory:", clock: new FakeClock() });
  const reads: string[] = [];
  const counted: RecordStore = {
    ...store.records,
    get: (at) => {
      reads.push(at.key);
      return store.records.get(at);
    },
  };
  return {
    records: keepRecords(counted, maxRecords),
    reads,
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

test("reads a record once until it changes", async () => {
  await using of = await rig();
  await of.records.insert(AT, { n: 1 });
  await of.records.get(AT);
  expect(await of.records.get(AT)).toMatchObject({ version: 1, value: { n: 1 } });
  expect(of.reads).toEqual(["k"]);
  await of.records.replace(AT, 1, { n: 2 });
  expect(await of.records.get(AT)).toMatchObject({ version: 2, value: { n: 2 } });
  await of.records.remove(AT, 2);
  expect(await of.records.get(AT)).toBeUndefined();
  await of.records.insert(AT, { n: 3 });
  expect(await of.records.get(AT)).toMatchObject({ value: { n: 3 } });
});

test("what is read while a change is under way is not kept", async () => {
  await using of = await rig();
  await of.records.insert(AT, { n: 1 });
  const changing = of.records.replace(AT, 1, { n: 2 });
  await of.records.get(AT);
  await changing;
  await of.records.get(AT);
  expect(of.reads).toEqual(["k", "k"]);
  expect(await of.records.get(AT)).toMatchObject({ version: 2 });
  expect(of.reads).toEqual(["k", "k"]);
});

test("keeps a bounded number", async () => {
  await using of = await rig(1);
  const other = { ...AT, key: "other" };
  await of.records.insert(AT, { n: 1 });
  await of.records.insert(other, { n: 1 });
  for (const at of [AT, other, AT]) await of.records.get(at);
  expect(of.reads).toEqual(["k", "other", "k"]);
});
