/**
 * Opens the store of the settings in a thread of its own, and says how the other threads reach it.
 * Invariants: one thread owns the store, whichever it is. Only where no other process can change them are small rows
 * kept in memory; there the search thread reads beside the commits, too.
 */
import type { MessagePort } from "node:worker_threads";
import type { Clock } from "../domain/clock.ts";
import type { EmbeddedStore } from "../storage/embedded-store.ts";
import type { Logger } from "../domain/logger.ts";
import type { LogStore } from "../storage/log-store.ts";
import type { RecordStore } from "../storage/record-store.ts";
import { connectStore } from "../storage/remote-store.ts";
import { openSqliteRecordReader } from "../storage/sqlite/open-reader.ts";
import { keepRecords } from "../storage/sqlite/record-cache.ts";
import { commitWithRoom } from "./free-space.ts";
import type { StoreSettings } from "./settings.ts";
import type { SearchThreadStart } from "./threads/open-search-thread.ts";
import { openStoreThread } from "./threads/open-store-thread.ts";

export interface ServerStore extends AsyncDisposable {
  readonly logs: LogStore;
  readonly records: RecordStore;
  /** 0 where the store has no other clock than this machine's. */
  clockAheadMs(): Promise<number>;
  /** A connection for another thread, to be transferred. */
  connect(): MessagePort;
  /** What the search thread reads from. */
  searchStart(): SearchThreadStart;
}

export interface OpenStoreDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly pretty: boolean;
  /** Told when the store's thread ends by itself. */
  readonly onEnd: (error: Error) => void;
}

type Parts = Omit<ServerStore, "connect" | keyof AsyncDisposable>;

/** Throws what opening the store throws. */
export async function openStore(store: StoreSettings, deps: OpenStoreDeps): Promise<ServerStore> {
  const { clock, logger } = deps;
  await using undo = new AsyncDisposableStack();
  const thread = undo.use(await openStoreThread({ store, pretty: deps.pretty }, deps.onEnd));
  const parts = store.kind === "sqlite" ? embedded(store.folder) : distributed();
  const opened = undo.move();
  return {
    ...parts,
    connect: () => thread.connect(),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };

  function embedded(folder: string): Parts {
    const reader = undo.use(openSqliteRecordReader(folder));
    const remote = undo.use(connectStore(thread.connect(), reader));
    const { logs } = remote;
    const freeSpace: EmbeddedStore["freeSpace"] = () => remote.freeSpace();
    const commit: LogStore["commit"] = (rows) => logs.commit(rows);
    return {
      logs: { ...logs, commit: commitWithRoom(commit, freeSpace, clock, { folder, logger }) },
      records: keepRecords(remote.records),
      clockAheadMs: () => Promise.resolve(0),
      searchStart: () => ({ kind: "folder", folder }),
    };
  }

  function distributed(): Parts {
    const remote = undo.use(connectStore(thread.connect()));
    return {
      logs: remote.logs,
      records: remote.records,
      clockAheadMs: () => remote.clockAheadMs(),
      searchStart: () => ({ kind: "port", port: thread.connect() }),
    };
  }
}
