/**
 * A world of logs of which one session goes through a proxy that fails statements as it is told, and one past it.
 * Invariant: what is opened is closed when it is disposed of.
 */
import type { CassandraStore } from "../../../src/storage/cassandra/open-store.ts";
import { type FaultyProxy, startFaultyProxy } from "./faulty-proxy.ts";
import type { CassandraForTests } from "./global-setup.ts";
import { newKeyspace, openForTests } from "./keyspace.ts";
import { type LogWorld, logWorld } from "./log-world.ts";

export interface LogWorldBehindProxy extends AsyncDisposable {
  readonly proxy: FaultyProxy;
  /** Through the proxy. */
  readonly store: CassandraStore;
  readonly direct: CassandraStore;
  /** On the direct one, unless its stores are given another session. */
  readonly world: LogWorld;
}

export async function openBehindProxy(found: CassandraForTests): Promise<LogWorldBehindProxy> {
  await using undo = new AsyncDisposableStack();
  const options = newKeyspace(found);
  const proxy = undo.use(await startFaultyProxy(options.contactPoints[0] ?? ""));
  const direct = undo.use(await openForTests(options));
  const store = undo.use(await openForTests({ ...options, contactPoints: [proxy.contactPoint] }));
  const open = undo.move();
  return {
    proxy,
    store,
    direct,
    world: logWorld(direct.session),
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}
