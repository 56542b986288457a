/** A tail where several epochs are open at one time, and several processes write into each. */
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { type LogWorld, logWorld } from "../../test/support/cassandra/log-world.ts";
import { newKeyspace, openForTests } from "../../test/support/cassandra/keyspace.ts";
import { entryWith } from "../../test/support/entry-with.ts";
import { entryRows } from "../../test/support/stored-entries.ts";
import { until } from "../../test/support/until.ts";
import { type AppId, type BatchId, parseBatchId } from "../domain/ids.ts";
import type { CassandraStore } from "../storage/cassandra/open-store.ts";
import type { LogStore } from "../storage/log-store.ts";
import { engineOpener } from "./engine-opener.ts";
import { createSearch } from "./search.ts";

const found = inject("cassandra");

describe.skipIf("missing" in found)("a tail on Cassandra", () => {
  let opened: CassandraStore;
  let world: LogWorld;
  beforeAll(async () => {
    opened = await openForTests(newKeyspace(found));
    world = logWorld(opened.session);
  });
  afterAll(() => opened[Symbol.asyncDispose]());

  let batches = 0;
  const newBatch = (): BatchId =>
    parseBatchId(`019a0000-0000-7000-8000-${String(batches++).padStart(12, "0")}`);

  const commit = async (
    logs: LogStore,
    app: AppId,
    message: string,
    batch = newBatch(),
  ): Promise<void> => {
    const timeNanos = BigInt(world.clock.nowMs()) * 1_000_000n;
    const id = { timeNanos, batch, index: 0 };
    await logs.commit(entryRows(app, [entryWith(id, { observedNanos: timeNanos, message })]));
  };

  /** Follows from now on; polls when time passes. */
  async function follow(app: AppId) {
    const { clock } = world;
    const store = world.store();
    const search = createSearch({ store, opener: engineOpener, clock });
    const stop = new AbortController();
    const messages: string[] = [];
    const ended = (async () => {
      for await (const event of search.tail({ app, query: "" }, stop.signal))
        if (event.kind !== "position")
          messages.push(event.kind === "entry" ? event.entry.message : event.reason);
    })();
    /** Until it waits for its next poll. */
    const rests = (): Promise<unknown> => until("the tail rests", () => clock.sleeping > 0);
    await rests();
    return {
      messages,
      poll: async () => {
        await rests();
        await clock.advance(1_000);
        await rests();
      },
      [Symbol.asyncDispose]: async () => {
        stop.abort();
        await ended;
      },
    };
  }

  test("what was there before does not come, whatever epoch it is of", async () => {
    const [app, logs] = [world.app(), world.store()];
    await commit(logs, app, "before");
    await using tail = await follow(app);
    await tail.poll();
    await commit(logs, app, "after");
    await tail.poll();
    expect(tail.messages).toEqual(["after"]);
  });

  test("all that several processes write comes, also late into an older epoch", async () => {
    const app = world.app();
    const [fast, slow] = [world.store(), world.store()];
    await commit(slow, app, "slow 1");
    await using tail = await follow(app);
    await world.openEpoch();
    await commit(fast, app, "fast 1");
    await tail.poll();
    // It has not looked at the epoch since.
    await commit(slow, app, "slow 2");
    await tail.poll();
    await commit(fast, app, "fast 2");
    await tail.poll();
    expect(tail.messages).toEqual(["fast 1", "slow 2", "fast 2"]);
  });

  test("a copy of what it has given does not come again", async () => {
    const app = world.app();
    const [one, other] = [world.store(), world.store()];
    const [before, batch] = [newBatch(), newBatch()];
    await commit(one, app, "before", before);
    await using tail = await follow(app);
    await commit(one, app, "once", batch);
    await tail.poll();
    await commit(other, app, "once", batch);
    await commit(other, app, "before", before);
    await tail.poll();
    expect(tail.messages).toEqual(["once"]);
  });

  test("more rows in open epochs than a poll takes: the newest comes all the same", async () => {
    const [app, logs] = [world.app(), world.store()];
    const many = (from: string): Promise<unknown> =>
      Promise.all(Array.from({ length: 300 }, (_, n) => commit(logs, app, `${from} ${n}`)));
    await using tail = await follow(app);
    await many("a");
    await world.openEpoch();
    await many("b");
    await tail.poll();
    expect(tail.messages).toHaveLength(600);
    await commit(logs, app, "newest");
    await tail.poll();
    expect(tail.messages.at(-1)).toBe("newest");
    expect(new Set(tail.messages).size).toBe(601);
  });
});
