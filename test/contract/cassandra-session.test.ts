/** A statement that the driver says nothing of: its answer stays away while its connection lives. */
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import {
  openSession,
  SESSION_STATEMENTS,
  type Session,
} from "../../src/storage/cassandra/session.ts";
import { STATEMENT_LIMIT_MS } from "../../src/storage/cassandra/statement-limit.ts";
import { type FaultyProxy, startFaultyProxy } from "../support/cassandra/faulty-proxy.ts";
import { newKeyspace } from "../support/cassandra/keyspace.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { keepingLogger } from "../support/silent.ts";
import { until } from "../support/until.ts";

const found = inject("cassandra");

describe.skipIf("missing" in found)("a statement that is never answered", () => {
  const open = new AsyncDisposableStack();
  const clock = new FakeClock();
  const logger = keepingLogger();
  let proxy: FaultyProxy;
  let session: Session;

  beforeAll(async () => {
    const options = newKeyspace(found);
    proxy = open.use(await startFaultyProxy(options.contactPoints[0] ?? ""));
    const through = { ...options, contactPoints: [proxy.contactPoint] };
    session = open.use(await openSession({ options: through, clock, logger }));
  });
  afterAll(() => open.disposeAsync());

  test("is given up, tried again, and told of; what it comes to later changes nothing", async () => {
    // The driver's own timers run by the real time, in which hardly any passes.
    const read = (): Promise<unknown[]> => session.read(SESSION_STATEMENTS.ownSchema, []);
    expect(await read()).toHaveLength(1);
    proxy.arm(/FROM system.local/, "hold the answer");
    let rows: unknown[] | undefined;
    const reading = read().then((answer) => (rows = answer));
    await until("the answer is held", () => proxy.armed === 0);
    await clock.advance(STATEMENT_LIMIT_MS - 1_000);
    expect(rows).toBeUndefined();
    await until("it is tried again", async () => {
      await clock.advance(1_000);
      return rows !== undefined;
    });
    expect(rows).toHaveLength(1);
    await proxy.releaseHeld();
    expect(await reading).toHaveLength(1);
    expect(await read()).toHaveLength(1);
    expect(logger.lines).toEqual([
      {
        level: "warn",
        message: "a statement was given up, the driver has said nothing of it",
        fields: { store: session.where, statement: "own_schema", seconds: 60, calls: 1 },
      },
    ]);
  });
});
