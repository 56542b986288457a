/**
 * How many statements the log store sends. A number that grows is a cost at every commit or query of every process.
 */
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

import type { CassandraStore } from "../../src/storage/cassandra/open-store.ts";
import type { LogStore } from "../../src/storage/log-store.ts";
import { newKeyspace, openForTests } from "../support/cassandra/keyspace.ts";
import { type LogWorld, logWorld, watched } from "../support/cassandra/log-world.ts";
import { createLogSamples, HOUR, mergeAll } from "./log-samples.ts";
import { hour, unitKey } from "./log-store-under-test.ts";

const found = inject("cassandra");

describe.skipIf("missing" in found)("statements of the log store on Cassandra", () => {
  let opened: CassandraStore;
  let world: LogWorld;
  beforeAll(async () => {
    opened = await openForTests(newKeyspace(found));
    world = logWorld(opened.session);
  });
  afterAll(() => opened[Symbol.asyncDispose]());

  /** A store, and what `act` makes it send, by name. */
  function counting(): {
    logs: LogStore;
    sentBy: (act: () => Promise<unknown>) => Promise<Record<string, number>>;
  } {
    let sent: Record<string, number> = {};
    const session = watched(opened.session, ({ name }) => {
      sent[name] = (sent[name] ?? 0) + 1;
    });
    // As in production: these commits share a chunk.
    const logs = world.store({ session, epochsAChunk: 32 });
    return {
      logs,
      sentBy: async (act) => {
        sent = {};
        await act();
        return sent;
      },
    };
  }

  test("a commit into known buckets is one insert a row, and the parts of what is large", async () => {
    const { logs, sentBy } = counting();
    const s = createLogSamples();
    const app = world.app();
    const first = await sentBy(() => logs.commit([s.write(app, HOUR, [s.batch()])]));
    expect(first).toMatchObject({
      insert_tail: 1,
      insert_dirty: 1,
      // The bucket, and the one before it, which says how many shards this one needs.
      read_bucket: 2,
      insert_bucket: 1,
      insert_l0: 1,
    });
    expect(await sentBy(() => logs.commit([s.write(app, hour(1), [s.batch()])]))).toEqual({
      read_bucket: 1,
      read_manifest_usage: 1,
      insert_bucket: 1,
      insert_l0: 1,
    });
    const small = [s.write(app, HOUR, [s.batch()]), s.write(app, hour(1), [s.batch()])];
    expect(await sentBy(() => logs.commit(small))).toEqual({ insert_l0: 2 });
    const large = [s.write(app, HOUR, [s.batch()], 300_000)];
    expect(await sentBy(() => logs.commit(large))).toEqual({ insert_blob: 2, insert_l0: 1 });
  });

  test("a plan reads the tail, the catalogue, the live chunk, a manifest a bucket, and the floor", async () => {
    const { logs, sentBy } = counting();
    const s = createLogSamples();
    const app = world.app();
    for (let i = 0; i < 10; i++)
      await logs.commit([0, 1, 2].map((at) => s.write(app, hour(at), [s.batch()])));
    const plan = { read_tail: 1, list_buckets: 1, list_l0: 1, read_manifest: 3, read_floor: 1 };
    expect(await sentBy(() => logs.plan(app, hour(0), hour(2)))).toEqual(plan);
    expect(await sentBy(() => logs.planUnit(unitKey(app)))).toEqual({ ...plan, read_manifest: 1 });
    expect(await sentBy(() => logs.plan(app, hour(5), hour(9)))).toEqual({
      read_tail: 1,
      list_buckets: 1,
    });
  });

  test("a merge changes its manifest by one compare-and-set, and no other", async () => {
    const { logs, sentBy } = counting();
    const s = createLogSamples();
    const app = world.app();
    await logs.commit([s.write(app, HOUR, [s.batch()])]);
    await world.closeEpochs();
    expect(await sentBy(() => mergeAll(logs, s, unitKey(app)))).toEqual({
      read_epoch: 1,
      read_tail: 1,
      list_buckets: 1,
      list_l0: 1,
      read_manifest: 1,
      insert_blob: 1,
      read_floor: 2,
      insert_manifest: 1,
    });
  });

  test("a poll of a quiet tail asks for nothing of what was absorbed", async () => {
    const { logs, sentBy } = counting();
    const s = createLogSamples();
    const app = world.app();
    await logs.commit([s.write(app, HOUR, [s.batch()])]);
    await world.closeEpochs();
    const closed = await logs.closedEpoch();
    expect(await sentBy(() => logs.l0After(app, closed, 100))).toEqual({
      read_floor: 1,
      read_tail: 1,
      list_l0: 1,
    });
  });
});
