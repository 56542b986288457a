/**
 * The store of another thread, over a MessagePort: one thread owns it, because SQLite's calls block and a driver's
 * connections are dear.
 * Invariant: calls begin in the order they were made, and each is answered once: by its result, by the FaultError
 * it met, or by `overloaded` when the port closes. Calls under way and waiting are bounded. How: domain/port-calls.ts.
 */
import type { MessagePort } from "node:worker_threads";

import { overloaded } from "../domain/fault.ts";
import {
  aloneInBuffer,
  connectCalls,
  Moved,
  type PortFunction,
  serveCalls,
} from "../domain/port-calls.ts";
import type { EmbeddedStore } from "./embedded-store.ts";
import type { LockStore } from "./lock-store.ts";
import type { L0Write, LogStore, Manifest } from "./log-store.ts";
import type { RecordReads, RecordStore } from "./record-store.ts";
import type { SharedStore } from "./shared-store.ts";
import type { Store } from "./store.ts";

/** Asking a store for what is the embedded one's, or the shared one's, is a bug, where it is another. */
export interface RemoteStore extends Store, EmbeddedStore, SharedStore, Disposable {}

/** Enough to keep the store's thread busy between two turns of ours. */
const IN_FLIGHT = 64;
/** More than this is not a queue but a store that does not keep up. */
const WAITING = 4096;

const LOG_METHODS = [
  "known",
  "commit",
  "plan",
  "planUnit",
  "l0After",
  "closedEpoch",
  "readL0",
  "writeBlob",
  "readBlob",
  "deleteBlob",
  "compareAndSetManifest",
  "mergeWork",
  "floor",
  "raiseFloor",
  "collectGarbage",
  "usage",
] as const satisfies readonly (keyof LogStore)[];
const RECORD_METHODS = [
  "get",
  "list",
  "insert",
  "replace",
  "remove",
] as const satisfies readonly (keyof RecordStore)[];
const LOCK_METHODS = ["read", "compareAndSet"] as const satisfies readonly (keyof LockStore)[];
const OWN_METHODS = ["backup", "freeSpace", "clockAheadMs"] as const satisfies readonly (
  | keyof EmbeddedStore
  | keyof SharedStore
)[];

/** Answers calls that come through `port` until it closes. The store stays the caller's. */
export function serveStore(
  store: Store & Partial<EmbeddedStore & SharedStore>,
  port: MessagePort,
): void {
  const all = [
    ...LOG_METHODS.map((name) => [`logs.${name}`, called(store.logs[name])] as const),
    ...RECORD_METHODS.map((name) => [`records.${name}`, called(store.records[name])] as const),
    ...LOCK_METHODS.map((name) => [`locks.${name}`, called(store.locks[name])] as const),
    ...OWN_METHODS.flatMap((name) => {
      const method = store[name];
      return method === undefined ? [] : [[name, called(method)] as const];
    }),
  ];
  serveCalls(port, Object.fromEntries(all));
}

/** Arguments come as a list. What reads answer is a copy that nobody else has: it is moved. */
function called(method: (...args: never[]) => Promise<unknown>): PortFunction {
  return async (args: readonly unknown[]) => {
    const value = await method(...(args as never[]));
    if (!(value instanceof Uint8Array)) return value;
    const bytes = aloneInBuffer(value);
    return new Moved(bytes, [bytes.buffer]);
  };
}

/**
 * The other end of `serveStore`. Disposing of it closes the port.
 * @param reads answers reads of small rows here instead; it must see every change acknowledged before.
 */
export function connectStore(port: MessagePort, reads?: RecordReads): RemoteStore {
  const { call, end } = connectCalls(port, {
    inFlight: IN_FLIGHT,
    waiting: WAITING,
    full: () => overloaded("the store does not keep up"),
  });
  port.on("close", () => end(overloaded("the store was closed")));

  // The methods' types are the contract's; the casts only say that the other end keeps them.
  const log = <K extends keyof LogStore>(name: K): LogStore[K] =>
    ((...args: unknown[]) => call(`logs.${name}`, args)) as unknown as LogStore[K];
  const record = <K extends keyof RecordStore>(name: K): RecordStore[K] =>
    ((...args: unknown[]) => call(`records.${name}`, args)) as unknown as RecordStore[K];
  const lock = <K extends keyof LockStore>(name: K): LockStore[K] =>
    ((...args: unknown[]) => call(`locks.${name}`, args)) as unknown as LockStore[K];

  return {
    logs: {
      known: log("known"),
      commit: (rows) => {
        const sent = rows.map(toSend);
        const give = [...new Set(sent.map(({ bytes }) => bytes.buffer))];
        return call("logs.commit", [sent], { give }) as ReturnType<LogStore["commit"]>;
      },
      plan: log("plan"),
      planUnit: log("planUnit"),
      l0After: log("l0After"),
      closedEpoch: log("closedEpoch"),
      readL0: log("readL0"),
      writeBlob: (app, bucket, id, bytes) =>
        call("logs.writeBlob", [app, bucket, id, aloneInBuffer(bytes)]) as Promise<void>,
      readBlob: log("readBlob"),
      deleteBlob: log("deleteBlob"),
      compareAndSetManifest: (expected, next) => {
        const sent: Manifest = { ...next, totals: aloneInBuffer(next.totals) };
        // Plans are wider than what is expected of them.
        const { version, nonce } = expected;
        return call("logs.compareAndSetManifest", [{ version, nonce }, sent]) as Promise<boolean>;
      },
      mergeWork: log("mergeWork"),
      floor: log("floor"),
      raiseFloor: log("raiseFloor"),
      collectGarbage: log("collectGarbage"),
      usage: log("usage"),
    },
    records: {
      get: reads?.get ?? record("get"),
      list: reads?.list ?? record("list"),
      insert: record("insert"),
      replace: record("replace"),
      remove: record("remove"),
    },
    locks: { read: lock("read"), compareAndSet: lock("compareAndSet") },
    backup: (destination) => call("backup", [destination]) as Promise<void>,
    freeSpace: () => call("freeSpace", []) as ReturnType<EmbeddedStore["freeSpace"]>,
    clockAheadMs: () => call("clockAheadMs", []) as Promise<number>,
    [Symbol.dispose]: () => port.close(),
  };
}

function toSend(row: L0Write): L0Write & { readonly bytes: Uint8Array<ArrayBuffer> } {
  return {
    ...row,
    meta: { ...row.meta, summary: aloneInBuffer(row.meta.summary) },
    bytes: aloneInBuffer(row.bytes),
  };
}
