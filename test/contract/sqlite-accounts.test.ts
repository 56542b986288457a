/**
 * Accounts over the embedded store, as several objects over one database.
 */
import { onTestFinished } from "vitest";

import { openSqliteStore } from "../../src/storage/sqlite/open-store.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { describeAccounts } from "./accounts.ts";

describeAccounts({
  name: "sqlite",
  open: async () => {
    const store = await openSqliteStore({ folder: ":memory:", clock: new FakeClock() });
    onTestFinished(() => store[Symbol.asyncDispose]());
    return { records: store.records, [Symbol.asyncDispose]: async () => undefined };
  },
});
