/**
 * A whole store, whichever it is: logs, small rows and locks. Each part has its contract in a file of its own.
 */
import type { LockStore } from "./lock-store.ts";
import type { LogStore } from "./log-store.ts";
import type { RecordStore } from "./record-store.ts";

export interface Store {
  readonly logs: LogStore;
  readonly records: RecordStore;
  readonly locks: LockStore;
}
