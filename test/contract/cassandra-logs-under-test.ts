/**
 * The log store on Cassandra as the suites of its contract take it.
 * Invariant: it begins empty; a garbage collection goes before the time that its grace takes.
 */
import type { Session } from "../../src/storage/cassandra/session.ts";
import { logWorld } from "../support/cassandra/log-world.ts";
import { GRACE_MS, type LogStoreUnderTest } from "./log-store-under-test.ts";

/** @param session on a keyspace whose logs were emptied; it stays the caller's. */
export function cassandraLogsUnderTest(session: Session): LogStoreUnderTest {
  const { clock, closeEpochs, store: start } = logWorld(session);
  let logs = start();
  return {
    logs,
    reopen: async () => (logs = start()),
    advance: async (ms) => {
      // Garbage is deleted a grace after it was first seen.
      if (ms >= GRACE_MS) await logs.collectGarbage();
      await clock.advance(ms);
    },
    closeEpochs,
    [Symbol.asyncDispose]: async () => undefined,
  };
}
