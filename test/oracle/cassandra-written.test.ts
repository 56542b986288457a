/** Queries as they are written, over a real Cassandra, against a naive reading. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, inject, test } from "vitest";
import type { CassandraStore } from "../../src/storage/cassandra/open-store.ts";
import { newKeyspace, openForTests } from "../support/cassandra/keyspace.ts";
import { type LogWorld, logWorld } from "../support/cassandra/log-world.ts";
import { arbQuestion, expectAnswered, expectSurrounded } from "./questions.ts";
import type { OpenWorld } from "./worlds.ts";

const found = inject("cassandra");
/** The entries lie up to four hours behind where test clocks begin. */
const BEHIND_MS = 5 * 3_600_000;

describe.skipIf("missing" in found)("a real Cassandra", () => {
  let store: CassandraStore;
  let world: LogWorld;
  let segments = 0;
  beforeAll(async () => {
    store = await openForTests(newKeyspace(found));
    world = logWorld(store.session);
    await world.clock.advance(BEHIND_MS);
    await world.openEpoch();
  });
  afterAll(() => store[Symbol.asyncDispose]());

  /** An application of its own in a process of its own. */
  const open: OpenWorld = () =>
    Promise.resolve({
      logs: world.store(),
      app: world.app(),
      nextSegment: () => segments++,
      closeEpochs: world.closeEpochs,
      [Symbol.asyncDispose]: () => Promise.resolve(),
    });

  test("what is written gives what a naive reading gives", async () => {
    await fc.assert(
      fc.asyncProperty(arbQuestion, (question) => expectAnswered(question, open)),
      { numRuns: 60 },
    );
  }, 180_000);

  test("context surrounds entries as a naive reading does", async () => {
    const arb = fc.tuple(arbQuestion, fc.integer({ min: 1, max: 6 }));
    await fc.assert(
      fc.asyncProperty(arb, ([question, count]) => expectSurrounded(question, count, open)),
      { numRuns: 20 },
    );
  }, 180_000);
});
