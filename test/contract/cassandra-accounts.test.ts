/**
 * Accounts over a real Cassandra.
 */
import { afterAll, describe, inject } from "vitest";

import type { CassandraStore } from "../../src/storage/cassandra/open-store.ts";
import { newKeyspace, openForTests, truncate } from "../support/cassandra/keyspace.ts";
import { describeAccounts } from "./accounts.ts";

const found = inject("cassandra");

describe.skipIf("missing" in found)("a real Cassandra", () => {
  const options = "missing" in found ? undefined : newKeyspace(found);
  let store: Promise<CassandraStore> | undefined;
  afterAll(async () => {
    await (await store)?.[Symbol.asyncDispose]();
  });

  describeAccounts({
    name: "cassandra",
    open: async () => {
      if (options === undefined) throw new Error("there is no Cassandra");
      const { records } = await (store ??= openForTests(options));
      await truncate(options, ["record"]);
      return { records, [Symbol.asyncDispose]: async () => undefined };
    },
  });
});
