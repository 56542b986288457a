/**
 * The distributed store behind the guard that stands in for Amazon Keyspaces.
 * Invariant: what the store waits between two tries is cut short: no hardship of the guard is cured by waiting.
 */
import { randomUUID } from "node:crypto";

import type { Clock } from "../../../src/domain/clock.ts";
import { systemClock } from "../../../src/server/system-clock.ts";
import {
  type CassandraStore,
  openCassandraStore,
} from "../../../src/storage/cassandra/open-store.ts";
import type { Session } from "../../../src/storage/cassandra/session.ts";
import type { CassandraForTests } from "./global-setup.ts";
import { newKeyspace } from "./keyspace.ts";
import {
  type KeyspacesGuard,
  type KeyspacesGuardOptions,
  startKeyspacesGuard,
} from "./keyspaces-guard.ts";

const IMPATIENT: Clock = {
  ...systemClock,
  sleep: (ms, signal) => systemClock.sleep(Math.min(ms, 1), signal),
};

export interface GuardedStore extends AsyncDisposable {
  readonly guard: KeyspacesGuard;
  readonly store: CassandraStore;
  readonly session: Session;
  /** At the node itself: Keyspaces cannot. */
  readonly empty: (tables: readonly string[]) => Promise<void>;
}

export async function openBehindGuard(
  found: CassandraForTests,
  own: Partial<KeyspacesGuardOptions> = {},
): Promise<GuardedStore> {
  await using undo = new AsyncDisposableStack();
  const options = newKeyspace(found);
  const guard = undo.use(
    await startKeyspacesGuard({
      node: options.contactPoints[0] ?? "",
      localDataCenter: options.localDataCenter,
      seed: 1,
      ...own,
    }),
  );
  const store = undo.use(
    await openCassandraStore({
      options: { ...options, contactPoints: [guard.contactPoint] },
      clock: IMPATIENT,
      owner: randomUUID(),
      host: "tests",
      newNonce: randomUUID,
    }),
  );
  // As `openToEmpty` does, and for the same reason.
  await guard.direct.execute(`ALTER KEYSPACE ${options.keyspace} WITH durable_writes = false`);
  const held = undo.move();
  return {
    guard,
    store,
    session: store.session,
    empty: async (tables) => {
      const { direct } = guard;
      await Promise.all(
        tables.map((table) => direct.execute(`TRUNCATE ${options.keyspace}.${table}`)),
      );
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}
