/**
 * The contract of locks and leases against the embedded store: in memory, on disk, and over a port.
 */
import { join } from "node:path";
import { MessageChannel } from "node:worker_threads";

import { openSqliteStore } from "../../src/storage/sqlite/open-store.ts";
import { connectStore, serveStore } from "../../src/storage/remote-store.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { describeLease } from "./lease.ts";

describeLease({
  name: "sqlite in memory",
  open: () => openSqliteStore({ folder: ":memory:", clock: new FakeClock() }),
});

describeLease({
  name: "sqlite on disk",
  open: async () => {
    const undo = new AsyncDisposableStack();
    const temp = undo.use(await tempFolder());
    const folder = join(temp.path, "data");
    const { locks } = undo.use(await openSqliteStore({ folder, clock: new FakeClock() }));
    return { locks, [Symbol.asyncDispose]: () => undo.disposeAsync() };
  },
});

describeLease({
  name: "sqlite over a port",
  open: async () => {
    const undo = new AsyncDisposableStack();
    const store = undo.use(await openSqliteStore({ folder: ":memory:", clock: new FakeClock() }));
    const { port1, port2 } = new MessageChannel();
    serveStore(store, port1);
    const { locks } = undo.use(connectStore(port2));
    return { locks, [Symbol.asyncDispose]: () => undo.disposeAsync() };
  },
});
