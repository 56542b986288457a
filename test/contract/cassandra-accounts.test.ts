/**
 * Accounts over a real Cassandra.
 */
import { afterAll, describe, expect, inject, test } from "vitest";

import { DAY_MS } from "../../src/domain/time-range.ts";
import { systemClock } from "../../src/server/system-clock.ts";
import { createClockWatch } from "../../src/storage/cassandra/log-clock.ts";
import type { CassandraStore } from "../../src/storage/cassandra/open-store.ts";
import { accountsFixture, ORIGIN } from "../support/accounts-fixture.ts";
import { newKeyspace, openToEmpty, truncate } from "../support/cassandra/keyspace.ts";
import { describeAccounts } from "./accounts.ts";

const found = inject("cassandra");

describe.skipIf("missing" in found)("a real Cassandra", () => {
  const options = "missing" in found ? undefined : newKeyspace(found);
  let store: Promise<CassandraStore> | undefined;
  afterAll(async () => {
    await (await store)?.[Symbol.asyncDispose]();
  });

  async function emptied(): Promise<CassandraStore> {
    if (options === undefined) throw new Error("there is no Cassandra");
    const opened = await (store ??= openToEmpty(options));
    await truncate(options, ["record"]);
    return opened;
  }

  describeAccounts({
    name: "cassandra",
    open: async () => {
      const { records } = await emptied();
      return { records, [Symbol.asyncDispose]: async () => undefined };
    },
  });

  test.each([
    { name: "two years ahead of the node's", aheadMs: 800 * DAY_MS, isTidied: false },
    { name: "as the node's", aheadMs: 0, isTidied: true },
  ])("audit events of two years ago, by a clock that is $name", async ({ aheadMs, isTidied }) => {
    const { records, session } = await emptied();
    const now = systemClock.nowMs();
    const { accounts, clock } = await accountsFixture(records, (own) =>
      createClockWatch({ session, clock: own }).aheadMs(),
    );
    // Written today, or two years ago: by the process's own clock it is two years in either case.
    await clock.advance(now - 800 * DAY_MS + aheadMs - clock.nowMs());
    const change = { action: "session.reuse", target: "a", details: {} } as const;
    const by = { principal: { kind: "nobody" }, ...ORIGIN } as const;
    await accounts.audit.run("instance", by, change, async () => undefined);
    const month = new Date(clock.nowMs()).toISOString().slice(0, 7);
    const kept = () => records.list("audit_month", month, { limit: 10 });
    expect(await kept()).toHaveLength(1);
    await clock.advance(800 * DAY_MS);
    const outcome = await accounts.tidy().catch(String);
    expect(await kept()).toHaveLength(isTidied ? 0 : 1);
    expect(outcome === undefined).toBe(isTidied);
    if (!isTidied) expect(outcome).toContain("synchronise the clocks");
  });
});
