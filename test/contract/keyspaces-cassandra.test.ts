/**
 * The contracts against Cassandra behind the guard that behaves as Amazon Keyspaces does.
 */
import { afterAll, describe, expect, inject, test } from "vitest";

import { MIGRATION_STATEMENTS, MIGRATIONS } from "../../src/storage/cassandra/migrations.ts";
import { textOf } from "../../src/storage/cassandra/row.ts";
import { type GuardedStore, openBehindGuard } from "../support/cassandra/keyspaces-world.ts";
import { describeAccounts } from "./accounts.ts";
import { describeLease } from "./lease.ts";
import { describeRecordStore, type RecordStoreBackend } from "./record-store.ts";

const found = inject("cassandra");

describe.skipIf("missing" in found)("Cassandra behind the guard of Keyspaces", () => {
  let opening: Promise<GuardedStore> | undefined;
  const opened = () => (opening ??= openBehindGuard(found, { throttled: 0.02, paged: 0.4 }));
  afterAll(async () => {
    await (await opening)?.[Symbol.asyncDispose]();
  });

  test("makes its tables, each after the one before is there", async () => {
    await using own = await openBehindGuard(found);
    const { session } = own.store;
    const rows = await session.read(MIGRATION_STATEMENTS.tables, [session.keyspace]);
    const wanted = MIGRATIONS.flatMap(({ changes }) => changes.map(({ name }) => name));
    expect(rows.map((row) => textOf(row, "table_name")).toSorted()).toEqual(
      [...wanted, "job_lock", "schema_migration"].toSorted(),
    );
    expect(own.guard.refused).toEqual([]);
  });

  const RECORDS: RecordStoreBackend = {
    name: "keyspaces",
    open: async () => {
      const { store, empty } = await opened();
      await empty(["record"]);
      return { records: store.records, [Symbol.asyncDispose]: async () => undefined };
    },
  };
  describeRecordStore(RECORDS);
  describeAccounts(RECORDS);
  describeLease({
    name: "keyspaces",
    open: async () => {
      const { store } = await opened();
      return { locks: store.locks, [Symbol.asyncDispose]: async () => undefined };
    },
  });

  test("met hardship, and had nothing refused", async () => {
    const { guard } = await opened();
    expect(guard.refused).toEqual([]);
    expect(guard.met.throttled).toBeGreaterThan(0);
    expect(guard.met.shortPage).toBeGreaterThan(0);
    expect(guard.met.emptyPage).toBeGreaterThan(0);
  });
});
