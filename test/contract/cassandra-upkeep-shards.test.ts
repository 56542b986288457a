/**
 * One busy application, whose hours are cut into shards: the processes on its store merge it together.
 */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

import { parseAppId, parseBlobId } from "../../src/domain/ids.ts";
import { systemClock } from "../../src/server/system-clock.ts";
import type { CassandraStore } from "../../src/storage/cassandra/open-store.ts";
import { createLeases } from "../../src/storage/lease.ts";
import { runUpkeep } from "../../src/upkeep/upkeep.ts";
import { newKeyspace, openForTests } from "../support/cassandra/keyspace.ts";
import { logWorld } from "../support/cassandra/log-world.ts";
import { keepingLogger } from "../support/silent.ts";
import { entryRows } from "../support/stored-entries.ts";
import { until } from "../support/until.ts";
import { BUCKET, entriesOf, idTexts, NO_ACCOUNTS, visible } from "../support/upkeep-world.ts";

const found = inject("cassandra");
const PROCESSES = 3;
const SHARDS = 8;
const BATCHES = 60;
/** Those that the machine stops for so long lose their seats, and take them again. */
const LEASE_MS = 3_000;

describe.skipIf("missing" in found)("shards on Cassandra", () => {
  let opened: CassandraStore;
  beforeAll(async () => {
    opened = await openForTests(newKeyspace(found));
  });
  afterAll(() => opened[Symbol.asyncDispose]());

  test("of one application each process merges some, and all of them are merged once", async () => {
    const world = logWorld(opened.session);
    const chooseShards = async () => SHARDS;
    const writer = world.store({ chooseShards });
    const app = parseAppId(randomUUID());
    const entries = Array.from({ length: BATCHES }, (_, n) => entriesOf(n + 1));
    for (const batch of entries) await writer.commit(entryRows(app, batch));
    await world.closeEpochs();
    const stop = new AbortController();
    /** The shards of which each process made a manifest. */
    const merged = Array.from({ length: PROCESSES }, () => new Set<number>());
    const seated = new Set<number>();
    let isOpen = false;
    const running = merged.map((shards, process) => {
      const leases = createLeases({
        locks: {
          ...opened.locks,
          compareAndSet: async (name, expected, next) => {
            const held = await opened.locks.compareAndSet(name, expected, next);
            if (held && name.startsWith("upkeep/merge/")) seated.add(process);
            return held;
          },
        },
        clock: systemClock,
        leaseMs: LEASE_MS,
        owner: randomUUID(),
        host: "tests",
        newNonce: randomUUID,
      });
      const logs = world.store({ chooseShards, clock: systemClock });
      return runUpkeep(
        {
          store: {
            ...logs,
            // Who comes first would else have done all before the others are there.
            mergeWork: async (limit) => (isOpen ? logs.mergeWork(limit) : []),
            compareAndSetManifest: async (expected, next) => {
              const held = await logs.compareAndSetManifest(expected, next);
              if (held) shards.add(next.shard);
              return held;
            },
          },
          ...NO_ACCOUNTS,
          clock: systemClock,
          logger: keepingLogger(),
          shared: { leases, leaseMs: LEASE_MS },
          newBlobId: () => parseBlobId(randomUUID()),
          newNonce: randomUUID,
          pace: { lookMs: 100 },
        },
        stop.signal,
      );
    });
    try {
      await until("all have seats", () => seated.size === PROCESSES);
      // And have seen each other's.
      await until("they see each other", async () => {
        const rows = await Promise.all(
          merged.map((_, at) => opened.locks.read(`upkeep/merge/${at}`)),
        );
        return rows.every((row) => row !== undefined && row.beat >= 2);
      });
      isOpen = true;
      const units = Array.from({ length: SHARDS }, (_, shard) => ({ app, bucket: BUCKET, shard }));
      await until(
        "all is merged",
        async () => {
          const plans = await Promise.all(units.map((unit) => writer.planUnit(unit)));
          return plans.every(({ l0 }) => l0.length === 0);
        },
        60_000,
      );
      const seen: string[] = [];
      for (const unit of units) seen.push(...(await visible(writer, unit)));
      expect(seen.toSorted()).toEqual(idTexts(entries.flat()));
      expect(merged.map((shards) => shards.size > 0)).toEqual(merged.map(() => true));
    } finally {
      stop.abort(new Error("the test is over"));
      await Promise.all(running);
    }
  });
});
