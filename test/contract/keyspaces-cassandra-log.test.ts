/**
 * The contract of the log store against Cassandra behind the guard that behaves as Amazon Keyspaces does.
 */
import { afterAll, describe, expect, inject, test } from "vitest";

import { LOG_TABLES } from "../../src/storage/cassandra/log-tables.ts";
import { type GuardedStore, openBehindGuard } from "../support/cassandra/keyspaces-world.ts";
import { logWorld } from "../support/cassandra/log-world.ts";
import { cassandraLogsUnderTest } from "./cassandra-logs-under-test.ts";
import { createLogSamples, HOUR, mergeAll } from "./log-samples.ts";
import { describeLogStore } from "./log-store.ts";
import { describeReaders } from "./log-store-readers.ts";
import { describeRetries, describeVersions } from "./log-store-retries.ts";
import { type LogStoreUnderTest, unitKey } from "./log-store-under-test.ts";

const found = inject("cassandra");
const TABLES = LOG_TABLES.map(({ name }) => name);

describe.skipIf("missing" in found)("Cassandra behind the guard of Keyspaces", () => {
  let opening: Promise<GuardedStore> | undefined;
  const opened = () => (opening ??= openBehindGuard(found, { throttled: 0.01, paged: 0.3 }));
  afterAll(async () => {
    await (await opening)?.[Symbol.asyncDispose]();
  });

  async function open(): Promise<LogStoreUnderTest> {
    const { store, empty } = await opened();
    await empty(TABLES);
    return cassandraLogsUnderTest(store.session);
  }

  const BACKEND = { name: "keyspaces", namesDuplicates: false, effort: 0.05, open };
  describeLogStore(BACKEND);
  describeRetries(BACKEND);
  describeVersions(BACKEND);
  describeReaders(BACKEND);

  test("a drained chunk of more rows than one deletion takes is deleted", async () => {
    const { store, guard } = await opened();
    const world = logWorld(store.session);
    const logs = world.store();
    const s = { ...createLogSamples(), app: world.app, blob: world.blob };
    const app = s.app();
    for (const rows of [600, 600, 300])
      await logs.commit(Array.from({ length: rows }, () => s.write(app, HOUR, [s.batch()])));
    await world.closeEpochs();
    await mergeAll(logs, s, unitKey(app));
    await world.passGrace(logs);
    const { rows, complete } = await logs.l0After(app, -1, 10);
    expect([rows, complete]).toEqual([[], false]);
    expect(guard.refused).toEqual([]);
  });

  test("met hardship, and had nothing refused", async () => {
    const { guard } = await opened();
    expect(guard.refused).toEqual([]);
    const { throttled, shortPage, emptyPage, emptyLastPage } = guard.met;
    expect(Math.min(throttled, shortPage, emptyPage, emptyLastPage)).toBeGreaterThan(10);
  });
});
