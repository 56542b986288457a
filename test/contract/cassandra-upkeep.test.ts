/**
 * Upkeep of processes that are killed, or stopped past their lease, before the statements that matter most. All of them:
 * `npm run torture -- --upkeep`.
 */
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

import type { CassandraStore } from "../../src/storage/cassandra/open-store.ts";
import { newKeyspace, openForTests } from "../support/cassandra/keyspace.ts";
import { type CrashCase, type CrashWorld, crashWorld } from "../support/cassandra/upkeep-crash.ts";
import type { CrashScene } from "../support/cassandra/upkeep-looks.ts";

const found = inject("cassandra");

const CASES: readonly CrashCase[] = [
  { task: "merge", signal: "SIGKILL", before: { statement: "update_manifest", nth: 0 } },
  { task: "merge", signal: "SIGSTOP", before: { statement: "update_manifest", nth: 0 } },
  { task: "merge", signal: "SIGSTOP", before: { statement: "update_manifest", nth: 1 } },
  { task: "retention", signal: "SIGSTOP", before: { statement: "insert_floor", nth: 0 } },
  { task: "garbage", signal: "SIGSTOP", before: { statement: "update_manifest", nth: 0 } },
  { task: "garbage", signal: "SIGSTOP", before: { statement: "delete_manifest", nth: 0 } },
  { task: "garbage", signal: "SIGKILL", before: { statement: "delete_bucket", nth: 0 } },
];

describe.skipIf("missing" in found)("upkeep that ends on Cassandra", () => {
  let store: CassandraStore;
  let world: CrashWorld;
  let scenes: readonly CrashScene[];
  beforeAll(async () => {
    const options = newKeyspace(found);
    store = await openForTests(options);
    world = crashWorld(store, options);
    scenes = await world.prepare(CASES.map(({ task }) => task));
  });
  afterAll(() => store[Symbol.asyncDispose]());

  test.concurrent.each(
    CASES.map((one, i) => ({ ...one, i, at: Object.values(one.before ?? {}).join(" ") })),
  )("$task, $signal before $at", async ({ i, at: _at, ...one }) => {
    const scene = scenes[i];
    if (scene === undefined) throw new Error("no scene was prepared");
    const report = await world.crash(one, scene);
    expect(report).toMatchObject({ wasStopped: true, faults: [] });
  });
});
