/**
 * What processes ask of Cassandra while there is nothing to keep fit: a cluster of a hundred must not hum.
 */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

import { parseBlobId } from "../../src/domain/ids.ts";
import { WORK_LISTS } from "../../src/storage/cassandra/log-work-list.ts";
import { createCassandraLockStore } from "../../src/storage/cassandra/lock-store.ts";
import type { CassandraStore } from "../../src/storage/cassandra/open-store.ts";
import { createLeases } from "../../src/storage/lease.ts";
import { runUpkeep, UPKEEP_LEASE_MS } from "../../src/upkeep/upkeep.ts";
import { newKeyspace, openForTests } from "../support/cassandra/keyspace.ts";
import { logWorld, watched } from "../support/cassandra/log-world.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { keepingLogger } from "../support/silent.ts";
import { until } from "../support/until.ts";
import { NO_ACCOUNTS } from "../support/upkeep-world.ts";

const found = inject("cassandra");
/** Merging, sharing, deleting what was seen, and the sweep or its wait; leases sleep too, where there are any. */
const SLEEPERS = 4;
const MINUTES = 5;

interface Process extends AsyncDisposable {
  readonly clock: FakeClock;
  /** How often each statement was sent. */
  readonly sent: Map<string, number>;
}

describe.skipIf("missing" in found)("idle upkeep on Cassandra", () => {
  let opened: CassandraStore;
  beforeAll(async () => {
    opened = await openForTests(newKeyspace(found));
  });
  afterAll(() => opened[Symbol.asyncDispose]());

  function start(): Process {
    const clock = new FakeClock();
    const sent = new Map<string, number>();
    const session = watched(opened.session, ({ name }) => {
      sent.set(name, (sent.get(name) ?? 0) + 1);
    });
    const leases = createLeases({
      locks: createCassandraLockStore(session),
      clock,
      leaseMs: UPKEEP_LEASE_MS,
      owner: randomUUID(),
      host: "tests",
      newNonce: randomUUID,
    });
    const stop = new AbortController();
    const running = runUpkeep(
      {
        store: logWorld(session).store({ clock, workLists: WORK_LISTS }),
        ...NO_ACCOUNTS,
        clock,
        logger: keepingLogger(),
        shared: { leases, leaseMs: UPKEEP_LEASE_MS },
        newBlobId: () => parseBlobId(randomUUID()),
        newNonce: randomUUID,
      },
      stop.signal,
    );
    return {
      clock,
      sent,
      [Symbol.asyncDispose]: async () => {
        stop.abort(new Error("the test is over"));
        await running;
      },
    };
  }

  test("three processes make few statements", async () => {
    await using a = start();
    await using b = start();
    await using c = start();
    const all = [a, b, c];
    const settle = ({ clock }: Process): Promise<unknown> =>
      until("it sleeps again", () => clock.sleeping >= SLEEPERS);
    const pass = async (seconds: number): Promise<void> => {
      for (let left = seconds; left > 0; left--) {
        await Promise.all(
          all.map(async (process) => {
            await process.clock.advance(1_000);
            await settle(process);
          }),
        );
      }
    };
    await Promise.all(all.map((process) => settle(process)));
    await pass(60);
    for (const { sent } of all) sent.clear();
    await pass(MINUTES * 60);
    const perMinute = (of: (name: string) => boolean): number[] =>
      all.map(({ sent }) => {
        const counts = [...sent].filter(([name]) => of(name)).map(([, n]) => n);
        return counts.reduce((sum, n) => sum + n, 0) / MINUTES;
      });
    const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
    const isRead = (name: string): boolean => /^(read|list)_/.test(name);
    // Mostly the lists of work, three times a minute; seats and the sweep, six times.
    expect(Math.max(...perMinute(isRead))).toBeLessThan(300);
    // Three seats and the sweep, six times a minute, and now and then one that was taken anew.
    expect(sum(perMinute((name) => name.endsWith("_lock") && !isRead(name)))).toBeLessThan(30);
    // The lists' positions, when a chunk of epochs is over.
    expect(sum(perMinute((name) => !name.endsWith("_lock") && !isRead(name)))).toBeLessThan(30);
  });
});
