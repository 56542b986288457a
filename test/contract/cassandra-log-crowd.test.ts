/**
 * Several processes at once on one application: commits with retries, merges of rows and levels, garbage, epochs that close
 * under all of them, clocks that do not agree. Which statements meet is the database's choice; what each process does next is drawn by a seed.
 */
import { describe, expect, inject, test } from "vitest";

import type { Clock } from "../../src/domain/clock.ts";
import type { Entry } from "../../src/domain/entry.ts";
import { isFault } from "../../src/domain/fault.ts";
import type { Bucket } from "../../src/domain/time-range.ts";
import type { CassandraStore } from "../../src/storage/cassandra/open-store.ts";
import { mergeL0 } from "../../src/upkeep/merge-l0.ts";
import { mergeLevels } from "../../src/upkeep/merge-levels.ts";
import { newKeyspace, openForTests } from "../support/cassandra/keyspace.ts";
import { openBehindGuard } from "../support/cassandra/keyspaces-world.ts";
import { logWorld } from "../support/cassandra/log-world.ts";
import type { FakeClock } from "../support/fake-clock.ts";
import { absorbed, BUCKET, countSegments, countsIn } from "../support/upkeep-world.ts";
import { createLogSamples } from "./log-samples.ts";
import {
  HOURS,
  idsFrom,
  mergeDeps,
  sendOnce,
  threeHours,
  unitOf,
  unitsThere,
  visibleHours,
} from "./real-merges.ts";

const found = inject("cassandra");
/** Of each process's wall clock: half a minute is usual, a year must change nothing. */
const AHEAD_MS = [0, 30_000, 365 * 86_400_000] as const;
const STEPS = 25;

describe.skipIf("missing" in found)("a crowd of processes on Cassandra", () => {
  test.each<{
    where: string;
    shards: number;
    open: () => Promise<Opened>;
    /** Only there may an outcome stay unknown. */
    attempt?: typeof unlessUnknown;
  }>([
    { where: "one shard", shards: 1, open: () => openForTests(newKeyspace(found)) },
    { where: "four shards", shards: 4, open: () => openForTests(newKeyspace(found)) },
    {
      where: "two shards, where any statement may time out, done or not",
      shards: 2,
      open: () => openBehindGuard(found, { throttled: 0.05, paged: 0.2, inDoubt: true }),
      attempt: unlessUnknown,
    },
  ])(
    "what one of them acknowledged is there once, in $where",
    async ({ shards, open, attempt = (work) => work() }) => {
      await using opened = await open();
      const world = logWorld(opened.session);
      const start = (aheadMs = 0) =>
        world.store({ chooseShards: async () => shards, clock: ahead(world.clock, aheadMs) });
      const sent: Entry[] = [];
      let batches = 0;
      await Promise.all(
        AHEAD_MS.map(async (_, process) => {
          const random = drawing(process + 1);
          const logs = start(AHEAD_MS[process]);
          const deps = mergeDeps(logs, createLogSamples(process + 1));
          const unit = () => ({
            ...unitOf((BUCKET + random(HOURS.length)) as Bucket),
            shard: random(shards),
          });
          for (let step = 0; step < STEPS; step++) {
            const what = random(10);
            if (what < 4) {
              const n = ++batches;
              await untilAcknowledged(() => sendOnce(logs, threeHours(n)));
              sent.push(...threeHours(n));
            } else if (what < 5 && batches > 0) {
              // Somebody's retry, which may be under way there.
              const n = 1 + random(batches);
              await untilAcknowledged(() => sendOnce(logs, threeHours(n)));
            } else if (what < 7) await attempt(() => mergeL0(unit(), deps, 40));
            else if (what < 8) await attempt(() => mergeLevels(unit(), deps, 2));
            else if (what < 9) await attempt(() => world.closeEpochs());
            else await attempt(() => world.passGrace(logs));
          }
        }),
      );
      const logs = start();
      const all = new Map(sent.map((entry) => [idsFrom([entry])[0], entry]));
      expect(await visibleHours(logs)).toEqual(idsFrom([...all.values()]));
      await world.closeEpochs();
      const deps = mergeDeps(logs, createLogSamples());
      for (const unit of await unitsThere(logs)) {
        while ((await mergeL0(unit, deps)) === "more");
        const { manifest, l0 } = await logs.planUnit(unit);
        expect(l0).toEqual([]);
        expect(countsIn(manifest)).toEqual(await countSegments(logs, manifest));
        const held = await absorbed(logs, unit);
        expect(held).toEqual([...new Set(held)]);
      }
      expect(await visibleHours(logs)).toEqual(idsFrom([...all.values()]));
    },
  );
});

type Opened = Pick<CassandraStore, "session"> & AsyncDisposable;

/** What is given up for an outcome that stays unknown is done again at another time. */
async function unlessUnknown(work: () => Promise<unknown>): Promise<unknown> {
  try {
    return await work();
  } catch (error) {
    if (isFault(error, "overloaded")) return undefined;
    throw error;
  }
}

function ahead(clock: FakeClock, aheadMs: number): Clock {
  return {
    nowMs: () => clock.nowMs() + aheadMs,
    monotonicMs: () => clock.monotonicMs(),
    sleep: (ms, signal) => clock.sleep(ms, signal),
  };
}

/** As a client does: the same batch again, when an epoch closed under its commit. */
async function untilAcknowledged(send: () => Promise<void>): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      return await send();
    } catch (error) {
      if (!isFault(error, "overloaded") || tries === 20) throw error;
    }
  }
}

/** @returns what draws a number below its argument, always the same ones for a seed. */
function drawing(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
