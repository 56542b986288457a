/**
 * The live tail over Cassandra: rows that become visible late, batches that come again, a reader that was away.
 */
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

import type { Entry } from "../../src/domain/entry.ts";
import type { AppId } from "../../src/domain/ids.ts";
import { engineOpener } from "../../src/search/engine-opener.ts";
import { sharedLooks } from "../../src/search/looks.ts";
import { createSearch, type Search } from "../../src/search/search.ts";
import type { TailEvent } from "../../src/search/tail.ts";
import type { CassandraStore } from "../../src/storage/cassandra/open-store.ts";
import type { LogStore } from "../../src/storage/log-store.ts";
import { mergeL0 } from "../../src/upkeep/merge-l0.ts";
import { newKeyspace, openForTests } from "../support/cassandra/keyspace.ts";
import { type LogWorld, logWorld, watched } from "../support/cassandra/log-world.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { entryRows } from "../support/stored-entries.ts";
import { until } from "../support/until.ts";
import { BUCKET, entriesOf, START_MS } from "../support/upkeep-world.ts";
import { createLogSamples } from "./log-samples.ts";
import { unitKey } from "./log-store-under-test.ts";
import { idsFrom, mergeDeps } from "./real-merges.ts";

const found = inject("cassandra");

describe.skipIf("missing" in found)("the tail over Cassandra", () => {
  let opened: CassandraStore;
  let world: LogWorld;
  beforeAll(async () => {
    opened = await openForTests(newKeyspace(found));
    world = logWorld(opened.session);
  });
  afterAll(() => opened[Symbol.asyncDispose]());

  /** Follows an application with a clock of its own, a poll at a time. */
  function follow(app: AppId, logs: LogStore, position = "", clock = new FakeClock(START_MS)) {
    return followBy(
      createSearch({ store: logs, opener: engineOpener, clock }),
      clock,
      app,
      position,
    );
  }
  function followBy(search: Pick<Search, "tail">, clock: FakeClock, app: AppId, position = "") {
    const stop = new AbortController();
    const events: TailEvent[] = [];
    const reading = (async () => {
      for await (const event of search.tail({ app, query: "", position }, stop.signal))
        events.push(event);
    })();
    const isWaiting = () => until("the tail has polled", () => clock.sleeping > 0);
    return {
      isWaiting,
      poll: async (): Promise<void> => {
        await isWaiting();
        await clock.advance(1_000);
        await isWaiting();
      },
      given: (): Entry[] =>
        events.flatMap((event) => (event.kind === "entry" ? [event.entry] : [])),
      dropped: (): string[] =>
        events.flatMap((event) => (event.kind === "dropped" ? [event.reason] : [])),
      position: (): string => events.findLast((event) => event.kind === "position")?.position ?? "",
      [Symbol.asyncDispose]: async () => {
        stop.abort();
        await reading;
      },
    };
  }
  const send = (logs: LogStore, app: AppId, ...batches: number[]) =>
    logs.commit(batches.flatMap((n) => entryRows(app, entriesOf(n))));
  const idsOf = (...batches: number[]): string[] => idsFrom(batches.flatMap((n) => entriesOf(n)));

  test("a row that becomes visible half a minute after newer ones is given", async () => {
    const app = world.app();
    const held = Promise.withResolvers<void>();
    /** Which row of this process waits; the first is 0. */
    let rows = 0;
    const slow = world.store({
      session: {
        ...opened.session,
        write: async (what, values) => {
          if (what.name === "insert_l0" && rows++ === 1) await held.promise;
          await opened.session.write(what, values);
        },
      },
    });
    await send(slow, app, 1);
    await using tail = follow(app, world.store());
    await tail.isWaiting();
    const late = send(slow, app, 2);
    await until("its row waits", () => rows === 2);
    await send(slow, app, 3);
    await tail.poll();
    expect(idsFrom(tail.given())).toEqual(idsOf(3));
    for (let second = 0; second < 30; second++) await tail.poll();
    held.resolve();
    await late;
    await tail.poll();
    expect(idsFrom(tail.given())).toEqual(idsOf(2, 3));
    await world.closeEpochs();
    for (let second = 0; second < 12; second++) await tail.poll();
    expect(idsFrom(tail.given())).toEqual(idsOf(2, 3));
  });

  test("a batch that comes again, through another process, is given once", async () => {
    const app = world.app();
    const [one, other] = [world.store(), world.store()];
    await using tail = follow(app, world.store());
    await tail.isWaiting();
    await send(one, app, 1, 2);
    await tail.poll();
    await send(other, app, 2, 3);
    await tail.poll();
    await world.closeEpochs();
    await send(one, app, 1, 3);
    await tail.poll();
    expect(idsFrom(tail.given())).toEqual(idsOf(1, 2, 3));
  });

  test("a reader that was away for twenty minutes gets what was merged and deleted meanwhile", async () => {
    const app = world.app();
    const logs = world.store();
    let position = "";
    {
      await using tail = follow(app, world.store());
      await send(logs, app, 1);
      await tail.poll();
      await world.closeEpochs();
      for (let second = 0; second < 11; second++) await tail.poll();
      position = tail.position();
    }
    await send(logs, app, 2, 3);
    await world.closeEpochs();
    await mergeL0(
      unitKey(app, BUCKET),
      mergeDeps(logs, { ...createLogSamples(), blob: world.blob }),
    );
    await send(logs, app, 3, 4);
    await world.passGrace(logs);
    expect((await logs.l0After(app, -1, 10)).complete).toBe(false);
    await using tail = follow(app, world.store(), position);
    await tail.poll();
    // Who resumes drops the ids it has: what filled a gap may come again with a row of an open epoch.
    const ids = (): string[] => [...new Set(idsFrom(tail.given()))];
    const given = ids();
    expect(given.filter((id) => !idsOf(1).includes(id))).toEqual(idsOf(2, 3, 4));
    expect(tail.dropped()).toEqual([]);
    await send(logs, app, 5);
    await tail.poll();
    expect(ids()).toEqual([...given, ...idsOf(5)].toSorted());
  });

  test("ten tails of an application read its rows as often as one, and each gives all of them", async () => {
    const app = world.app();
    const sent: string[] = [];
    const session = watched(opened.session, ({ name }) => void sent.push(name));
    const clock = new FakeClock(START_MS);
    const store = world.store({ session });
    const looks = sharedLooks(store, clock);
    const search = createSearch({ store, opener: engineOpener, clock, looks });
    await using open = new AsyncDisposableStack();
    const tails = Array.from({ length: 10 }, () => open.use(followBy(search, clock, app)));
    const allWait = () => until("all tails have polled", () => clock.sleeping === tails.length);
    await allWait();
    const writer = world.store();
    for (let n = 1; n <= 5; n++) {
      await send(writer, app, n);
      sent.length = 0;
      await clock.advance(1_000);
      await allWait();
      expect(sent.filter((name) => name === "list_l0")).toHaveLength(1);
    }
    for (const tail of tails) expect(idsFrom(tail.given())).toEqual(idsOf(1, 2, 3, 4, 5));
  });
});
