/**
 * Batches on their way through processes that share a Cassandra: where entries go does not hang on when they came.
 */
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

import { batchTimeMs, parseBatchId } from "../../src/domain/ids.ts";
import { createAdmission } from "../../src/ingest/admission.ts";
import { createIngest, type SendOutcome } from "../../src/ingest/ingest.ts";
import { createEncoder } from "../../src/server/encoder.ts";
import type { CassandraStore } from "../../src/storage/cassandra/open-store.ts";
import { newKeyspace, openForTests } from "../support/cassandra/keyspace.ts";
import { type LogWorld, logWorld } from "../support/cassandra/log-world.ts";
import { keepingLogger, keepingMeter } from "../support/silent.ts";
import { START_MS, visible } from "../support/upkeep-world.ts";
import { HOUR } from "./log-samples.ts";
import { hour, unitKey } from "./log-store-under-test.ts";

const found = inject("cassandra");
const MINUTE_MS = 60_000;

describe.skipIf("missing" in found)("ingest into Cassandra", () => {
  let opened: CassandraStore;
  let world: LogWorld;
  beforeAll(async () => {
    opened = await openForTests(newKeyspace(found));
  });
  afterAll(() => opened[Symbol.asyncDispose]());

  /** @param batchMs the client's time in the batch's id. */
  function scene(batchMs: number, entries: readonly { message: string; time?: string }[]) {
    world = logWorld(opened.session);
    const app = world.app();
    const time = batchMs.toString(16).padStart(12, "0");
    const batch = parseBatchId(`${time.slice(0, 8)}-${time.slice(8)}-7000-8000-00000000cccc`);
    const { clock } = world;
    const encode = createEncoder();
    const at = async (ms: number): Promise<void> => clock.advance(ms - clock.nowMs());
    /** As a request that reaches a process which has no memory of the batch. */
    const send = async (times = 1): Promise<SendOutcome[]> => {
      const logs = world.store();
      const admission = createAdmission({
        retentionDays: async () => 0,
        floor: (id) => logs.floor(id),
        clockAheadMs: async () => 0,
        clock,
      });
      await using ingest = createIngest({
        store: logs,
        encode: async (batches) => encode(batches),
        clock,
        meter: keepingMeter(),
        logger: keepingLogger(),
      });
      const bounds = await admission.boundsOf(app);
      return await Promise.all(
        Array.from({ length: times }, () =>
          ingest.send({
            app,
            batch,
            kind: "send-logs-json",
            body: new TextEncoder().encode(JSON.stringify({ entries })),
            defaultTimeMs: batchTimeMs(batch) ?? clock.nowMs(),
            receivedMs: clock.nowMs(),
            ...bounds,
            service: "",
            host: "",
            timeFromLine: false,
          }),
        ),
      );
    };
    const stored = async (at: number): Promise<number> =>
      (await visible(world.store(), unitKey(app, hour(at)))).length;
    return { app, at, send, stored };
  }
  const accepted = (outcomes: readonly SendOutcome[]) => outcomes.map((each) => each.accepted);

  test("entries without a time, sent again after the hour, are stored once", async () => {
    const { at, send, stored } = scene(START_MS + 60 * MINUTE_MS - 500, [
      { message: "one" },
      { message: "two" },
    ]);
    await at(START_MS + 60 * MINUTE_MS - 400);
    expect(accepted(await send())).toEqual([2]);
    await at(START_MS + 60 * MINUTE_MS + 10_000);
    expect(accepted(await send())).toEqual([2]);
    expect([await stored(0), await stored(1)]).toEqual([2, 0]);
  });

  test("an hour that lies ahead is refused whole, and taken whole when the batch comes again in time", async () => {
    const batchMs = START_MS + 20 * MINUTE_MS;
    const soon = (minutes: number): string =>
      new Date(START_MS + minutes * MINUTE_MS).toISOString();
    const { at, send, stored } = scene(batchMs, [
      { message: "now", time: soon(19) },
      { message: "soon", time: soon(61) },
      { message: "later", time: soon(75) },
    ]);
    await at(batchMs);
    const [first] = await send();
    expect([first?.accepted, first?.rejected.map(({ index }) => index)]).toEqual([1, [1, 2]]);
    expect([await stored(0), await stored(1)]).toEqual([1, 0]);
    await at(START_MS + 51 * MINUTE_MS);
    const [second] = await send();
    expect([second?.accepted, second?.rejected]).toEqual([3, []]);
    expect([await stored(0), await stored(1)]).toEqual([1, 2]);
  });

  test("a batch that two requests bring at the same time is stored once, and acknowledged to both", async () => {
    const { app, at, send, stored } = scene(START_MS, [{ message: "twice" }]);
    await at(START_MS + 1);
    expect(accepted(await send(2))).toEqual([1, 1]);
    expect(accepted((await Promise.all([send(), send()])).flat())).toEqual([1, 1]);
    expect(await stored(0)).toBe(1);
    const { l0 } = await world.store().planUnit(unitKey(app, HOUR));
    expect(l0.length).toBe(3);
  });
});
