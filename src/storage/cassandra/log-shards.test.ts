import { expect, test } from "vitest";

import { type BatchId, parseBatchId } from "../../domain/ids.ts";
import { MAX_SHARDS, shardOf, shardsForRate, shardsOf } from "./log-shards.ts";

const uuid = (n: number, prefix: string): BatchId =>
  parseBatchId(`${prefix}${n.toString(16).padStart(12, "0")}`);
/** Ids of one millisecond, ids that count, and ids by chance. */
const KINDS = {
  "count at their end": (n: number) => uuid(n, "019ab9e2-d800-7000-8000-"),
  "differ in their time alone": (n: number) =>
    parseBatchId(
      `${(0x01_9a_b9_e2 + n).toString(16).padStart(8, "0")}-d800-7000-8000-00000000aaaa`,
    ),
} as const;

test.each(Object.entries(KINDS))("batches whose ids %s are spread over the shards", (_, idOf) => {
  const batches = Array.from({ length: 4000 }, (_id, n) => idOf(n));
  for (const shards of [2, 3, 4, 8, MAX_SHARDS]) {
    const even = batches.length / shards;
    const own = Map.groupBy(batches, (batch) => shardOf(batch, shards));
    expect([...own.keys()].toSorted((a, b) => a - b)).toEqual([...Array(shards).keys()]);
    for (const { length } of own.values())
      expect(Math.abs(length - even) / even).toBeLessThan(0.25);
    expect(shardsOf(batches, shards)).toBe(2 ** shards - 1);
  }
});

// Stored rows lie where they were put: these never change.
test.each([
  { id: "019ab9e2-d800-7000-8000-000000000001", want: [0, 0, 1, 6] },
  { id: "f47ac10b-58cc-4372-a567-0e02b2c3d479", want: [0, 1, 2, 8] },
])("batch $id lies in the same shard for ever", ({ id, want }) => {
  expect([1, 2, 4, 16].map((shards) => shardOf(parseBatchId(id), shards))).toEqual(want);
});

test.each([
  [0, 1],
  [125_000, 1],
  [125_001, 2],
  [1_000_000, 8],
  [100_000_000, 16],
])("%i entries a second take %i shards", (rate, want) => {
  expect(shardsForRate(rate)).toBe(want);
});
