/**
 * The contracts against a real Cassandra.
 */
import { afterAll, describe, inject } from "vitest";

import type { CassandraStore } from "../../src/storage/cassandra/open-store.ts";
import { newKeyspace, openToEmpty, truncate } from "../support/cassandra/keyspace.ts";
import { describeLease } from "./lease.ts";
import { describeRecordStore } from "./record-store.ts";

const found = inject("cassandra");

describe.skipIf("missing" in found)("a real Cassandra", () => {
  const options = "missing" in found ? undefined : newKeyspace(found);
  let store: Promise<CassandraStore> | undefined;
  const opened = (): Promise<CassandraStore> => {
    if (options === undefined) throw new Error("there is no Cassandra");
    return (store ??= openToEmpty(options));
  };
  afterAll(async () => {
    await (await store)?.[Symbol.asyncDispose]();
  });

  describeRecordStore({
    name: "cassandra",
    open: async () => {
      const { records } = await opened();
      if (options !== undefined) await truncate(options, ["record"]);
      return { records, [Symbol.asyncDispose]: async () => undefined };
    },
  });
  describeLease({
    name: "cassandra",
    open: async () => {
      const { locks } = await opened();
      return { locks, [Symbol.asyncDispose]: async () => undefined };
    },
  });
});
