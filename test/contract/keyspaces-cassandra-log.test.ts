/**
 * The contract of the log store against Cassandra behind the guard that behaves as Amazon Keyspaces does.
 */
import { afterAll, describe, expect, inject, test } from "vitest";

import { LOG_TABLES } from "../../src/storage/cassandra/log-tables.ts";
import { type GuardedStore, openBehindGuard } from "../support/cassandra/keyspaces-world.ts";
import { logWorld } from "../support/cassandra/log-world.ts";
import { describeLogStore } from "./log-store.ts";
import { describeReaders } from "./log-store-readers.ts";
import { describeRetries, describeVersions } from "./log-store-retries.ts";
import { GRACE_MS, type LogStoreUnderTest } from "./log-store-under-test.ts";

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
    const { clock, closeEpochs, store: start } = logWorld(store.session);
    let logs = start();
    return {
      logs,
      reopen: async () => (logs = start()),
      advance: async (ms) => {
        // Garbage is deleted a grace after it was first seen.
        if (ms >= GRACE_MS) await logs.collectGarbage();
        await clock.advance(ms);
      },
      closeEpochs,
      [Symbol.asyncDispose]: async () => undefined,
    };
  }

  const BACKEND = { name: "keyspaces", namesDuplicates: false, effort: 0.05, open };
  describeLogStore(BACKEND);
  describeRetries(BACKEND);
  describeVersions(BACKEND);
  describeReaders(BACKEND);

  test("met hardship, and had nothing refused", async () => {
    const { guard } = await opened();
    expect(guard.refused).toEqual([]);
    const { throttled, shortPage, emptyPage, emptyLastPage } = guard.met;
    expect(Math.min(throttled, shortPage, emptyPage, emptyLastPage)).toBeGreaterThan(10);
  });
});
