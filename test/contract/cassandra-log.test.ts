/**
 * The contract of the log store against a real Cassandra.
 */
import { afterAll, describe, inject } from "vitest";

import type { CassandraStore } from "../../src/storage/cassandra/open-store.ts";
import { newKeyspace, openToEmpty } from "../support/cassandra/keyspace.ts";
import { emptyLogs, withinKeyspaces } from "../support/cassandra/log-world.ts";
import { cassandraLogsUnderTest } from "./cassandra-logs-under-test.ts";
import { describeLogStore } from "./log-store.ts";
import { describeReaders } from "./log-store-readers.ts";
import { describeRetries, describeVersions } from "./log-store-retries.ts";
import type { LogStoreUnderTest } from "./log-store-under-test.ts";

const found = inject("cassandra");

describe.skipIf("missing" in found)("a real Cassandra", () => {
  const options = "missing" in found ? undefined : newKeyspace(found);
  let store: Promise<CassandraStore> | undefined;
  afterAll(async () => {
    await (await store)?.[Symbol.asyncDispose]();
  });

  async function open(): Promise<LogStoreUnderTest> {
    if (options === undefined) throw new Error("there is no Cassandra");
    const { session } = await (store ??= openToEmpty(options));
    await emptyLogs(session);
    return cassandraLogsUnderTest(withinKeyspaces(session));
  }

  const BACKEND = { name: "cassandra", namesDuplicates: false, effort: 0.1, open };
  describeLogStore(BACKEND);
  describeRetries(BACKEND);
  describeVersions(BACKEND);
  describeReaders(BACKEND);
});
