/**
 * The contract of the log store against a real Cassandra.
 */
import { randomUUID } from "node:crypto";
import { afterAll, describe, inject } from "vitest";

import { createEpochCloser } from "../../src/storage/cassandra/log-epochs.ts";
import { createCassandraLogStore } from "../../src/storage/cassandra/log-store.ts";
import type { CassandraStore } from "../../src/storage/cassandra/open-store.ts";
import type { LogStore } from "../../src/storage/log-store.ts";
import { newKeyspace, openForTests, truncate } from "../support/cassandra/keyspace.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { describeLogStore } from "./log-store.ts";
import { GRACE_MS, type LogStoreUnderTest } from "./log-store-under-test.ts";

const found = inject("cassandra");
const TABLES = [
  "log_epoch",
  "log_app",
  "log_tail",
  "log_l0",
  "log_dirty",
  "log_dirty_low",
  "log_bucket",
  "log_manifest",
  "log_blob",
];

describe.skipIf("missing" in found)("a real Cassandra", () => {
  const options = "missing" in found ? undefined : newKeyspace(found);
  let store: Promise<CassandraStore> | undefined;
  afterAll(async () => {
    await (await store)?.[Symbol.asyncDispose]();
  });

  async function open(): Promise<LogStoreUnderTest> {
    if (options === undefined) throw new Error("there is no Cassandra");
    const { session } = await (store ??= openForTests(options));
    await truncate(options, TABLES);
    const clock = new FakeClock();
    const newNonce = randomUUID;
    const closer = createEpochCloser({ session, clock, newNonce });
    const start = (): LogStore =>
      createCassandraLogStore({
        session,
        clock,
        newNonce,
        writer: randomUUID(),
        retentionMs: async () => undefined,
        // What is absorbed is deleted with its chunk.
        epochsAChunk: 1,
      });
    let logs = start();
    return {
      logs,
      reopen: async () => (logs = start()),
      advance: async (ms) => {
        // Garbage is deleted a grace after it was first seen.
        if (ms >= GRACE_MS) await logs.collectGarbage();
        await clock.advance(ms);
      },
      closeEpochs: async () => {
        for (const passMs of [10_000, 0, 22_000]) {
          await closer.step();
          await clock.advance(passMs);
        }
        await closer.step();
      },
      [Symbol.asyncDispose]: async () => undefined,
    };
  }

  describeLogStore({ name: "cassandra", namesDuplicates: false, open });
});
