/**
 * The store of another thread, over a MessagePort: SQLite's calls block, so one thread owns it.
 * Invariant: calls begin in the order they were made, and each is answered once: by its result, by the FaultError
 * it met, or by `overloaded` when the port closes. Calls under way and waiting are bounded.
 */
import type { MessagePort, Transferable } from "node:worker_threads";

import { type Fault, FaultError, overloaded } from "../../domain/fault.ts";
import type { L0Write, LogStore, Manifest } from "../log-store.ts";
import type { RecordStore } from "../record-store.ts";
import type { RecordReads } from "./record-store.ts";
import type { SqliteStore } from "./store-on.ts";

type Whole = Pick<SqliteStore, "backup" | "freeSpace">;

export interface RemoteStore extends Whole, Disposable {
  readonly logs: LogStore;
  readonly records: RecordStore;
}

/** Enough to keep the store's thread busy between two turns of ours. */
const IN_FLIGHT = 64;
/** More than this is not a queue but a store that does not keep up. */
const WAITING = 4096;

// Both ends are this file of one program: what comes out of a port is one of these.
interface Call {
  readonly id: number;
  readonly name: string;
  readonly args: readonly unknown[];
}
type Answer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly fault: Fault }
  | { readonly id: number; readonly bug: { message: string; stack: string | undefined } };

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

/** Answers calls that come through `port` until it closes. The store stays the caller's. */
export function serveStore(
  store: Omit<SqliteStore, keyof AsyncDisposable>,
  port: MessagePort,
): void {
  const methods = new Map<string, (...args: never[]) => Promise<unknown>>([
    ...LOG_METHODS.map((name) => [`logs.${name}`, store.logs[name]] as const),
    ...RECORD_METHODS.map((name) => [`records.${name}`, store.records[name]] as const),
    ["backup", store.backup],
    ["freeSpace", store.freeSpace],
  ]);

  const answer = async ({ id, name, args }: Call): Promise<void> => {
    try {
      const method = methods.get(name);
      if (method === undefined) throw new TypeError(`the store has no method ${name}`);
      const value = await method(...(args as never[]));
      // What reads answer is a copy that nobody else has.
      const give = value instanceof Uint8Array ? transferOf(value) : [];
      port.postMessage({ id, value } satisfies Answer, give);
    } catch (error) {
      port.postMessage(failureOf(id, error));
    }
  };
  port.on("message", (call: Call) => {
    void answer(call);
  });
}

function failureOf(id: number, error: unknown): Answer {
  if (error instanceof FaultError) return { id, fault: error.fault };
  const bug = error instanceof Error ? error : new Error(String(error));
  return { id, bug: { message: bug.message, stack: bug.stack } };
}

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The other end of `serveStore`. Disposing of it closes the port.
 * @param reads answers reads of small rows here instead; it must see every change acknowledged before.
 */
export function connectStore(port: MessagePort, reads?: RecordReads): RemoteStore {
  const inFlight = new Map<number, Pending>();
  const waiting: { readonly send: () => void; readonly pending: Pending }[] = [];
  let lastId = 0;
  let isClosed = false;

  const call = (
    name: string,
    args: readonly unknown[],
    give: Transferable[] = [],
  ): Promise<unknown> => {
    const { promise, ...pending } = Promise.withResolvers<unknown>();
    const send = (): void => {
      const id = ++lastId;
      try {
        port.postMessage({ id, name, args } satisfies Call, give);
        inFlight.set(id, pending);
      } catch (error) {
        // What cannot be sent (a buffer given away before) is a bug of the caller's.
        pending.reject(error);
      }
    };
    if (isClosed) pending.reject(portClosed());
    else if (inFlight.size < IN_FLIGHT) send();
    else if (waiting.length < WAITING) waiting.push({ send, pending });
    else pending.reject(overloaded("the store does not keep up"));
    return promise;
  };

  port.on("message", (answer: Answer) => {
    const pending = inFlight.get(answer.id);
    if (pending === undefined) return;
    inFlight.delete(answer.id);
    if ("value" in answer) pending.resolve(answer.value);
    else if ("fault" in answer) pending.reject(new FaultError(answer.fault));
    else pending.reject(bugOf(answer.bug));
    while (inFlight.size < IN_FLIGHT && waiting.length > 0) waiting.shift()?.send();
  });
  port.on("close", () => {
    isClosed = true;
    const all = [...inFlight.values(), ...waiting.map(({ pending }) => pending)];
    inFlight.clear();
    waiting.length = 0;
    for (const { reject } of all) reject(portClosed());
  });

  // The methods' types are the contract's; the casts only say that the other end keeps them.
  const log = <K extends keyof LogStore>(name: K): LogStore[K] =>
    ((...args: unknown[]) => call(`logs.${name}`, args)) as unknown as LogStore[K];
  const record = <K extends keyof RecordStore>(name: K): RecordStore[K] =>
    ((...args: unknown[]) => call(`records.${name}`, args)) as unknown as RecordStore[K];

  return {
    logs: {
      known: log("known"),
      commit: (rows) => {
        const sent = rows.map(toSend);
        return call(
          "logs.commit",
          [sent],
          [...new Set(sent.flatMap(({ bytes }) => transferOf(bytes)))],
        ) as ReturnType<LogStore["commit"]>;
      },
      plan: log("plan"),
      planUnit: log("planUnit"),
      l0After: log("l0After"),
      closedEpoch: log("closedEpoch"),
      readL0: log("readL0"),
      writeBlob: (app, bucket, id, bytes) =>
        call("logs.writeBlob", [app, bucket, id, compact(bytes)]) as Promise<void>,
      readBlob: log("readBlob"),
      deleteBlob: log("deleteBlob"),
      compareAndSetManifest: (expected, next) => {
        const sent: Manifest = { ...next, totals: compact(next.totals) };
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
    backup: (destination) => call("backup", [destination]) as Promise<void>,
    freeSpace: () => call("freeSpace", []) as ReturnType<Whole["freeSpace"]>,
    [Symbol.dispose]: () => port.close(),
  };
}

function toSend(row: L0Write): L0Write {
  return {
    ...row,
    meta: { ...row.meta, summary: compact(row.meta.summary) },
    bytes: compact(row.bytes),
  };
}

/** A message takes the whole buffer below a view along; a view of a part is copied out first. */
function compact(bytes: Uint8Array): Uint8Array {
  return isWhole(bytes) ? bytes : Uint8Array.from(bytes);
}

function transferOf(bytes: Uint8Array): Transferable[] {
  return bytes.buffer instanceof ArrayBuffer && isWhole(bytes) ? [bytes.buffer] : [];
}

function isWhole(bytes: Uint8Array): boolean {
  return bytes.byteLength === bytes.buffer.byteLength;
}

function portClosed(): FaultError {
  return overloaded("the store was closed");
}

function bugOf(bug: { message: string; stack: string | undefined }): Error {
  const error = new Error(bug.message);
  if (bug.stack !== undefined) error.stack = bug.stack;
  return error;
}
