/**
 * Log stores on one keyspace of a real Cassandra, as processes of their own, with a clock that tests move.
 * Invariant: names are fresh, so nothing need be emptied between tests; what a store asks of its session can be seen and held up.
 */
import { randomUUID } from "node:crypto";

import { type AppId, type BlobId, parseAppId, parseBlobId } from "../../../src/domain/ids.ts";
import { createEpochCloser } from "../../../src/storage/cassandra/log-epochs.ts";
import type { ClockWatch } from "../../../src/storage/cassandra/log-clock.ts";
import { createCassandraLogStore } from "../../../src/storage/cassandra/log-store.ts";
import type { CqlValue, Session } from "../../../src/storage/cassandra/session.ts";
import { type Statement, statement } from "../../../src/storage/cassandra/statement.ts";
import type { LogStore } from "../../../src/storage/log-store.ts";
import { FakeClock } from "../fake-clock.ts";

const EMPTY = [
  "log_epoch",
  "log_app",
  "log_tail",
  "log_l0",
  "log_dirty",
  "log_dirty_low",
  "log_bucket",
  "log_manifest",
  "log_blob",
].map((table) => statement("define", `empty ${table}`, `TRUNCATE ks.${table}`));

/** Takes all logs out, for tests whose applications have the same names: a keyspace for each would take seconds. */
export async function emptyLogs(session: Session): Promise<void> {
  await Promise.all(EMPTY.map((each) => session.define(each)));
}

/** Tests move their clocks as they like, without the node's. */
const UNWATCHED: ClockWatch = {
  aheadMs: async () => 0,
  isAhead: async () => false,
  requireRight: async () => undefined,
  requireBegun: async () => undefined,
};

/** Each is read at every look for work. */
export const WORK_LISTS = 2;

export interface LogWorld {
  readonly session: Session;
  readonly clock: FakeClock;
  readonly app: () => AppId;
  readonly blob: () => BlobId;
  /** A process: its memory is empty. */
  readonly store: (own?: Partial<Parameters<typeof createCassandraLogStore>[0]>) => LogStore;
  /** Opens the next epoch; the one before stays open for a while. */
  readonly openEpoch: () => Promise<void>;
  /** Closes every epoch that has rows, as time would. */
  readonly closeEpochs: () => Promise<void>;
  /** Time passes, and with it the garbage that `logs` sees now. */
  readonly passGrace: (logs: LogStore) => Promise<void>;
}

export function logWorld(session: Session, graceMs = 3_600_000): LogWorld {
  const clock = new FakeClock();
  const newNonce = randomUUID;
  const closer = createEpochCloser({ session, clock, newNonce });
  return {
    session,
    clock,
    app: () => parseAppId(randomUUID()),
    blob: () => parseBlobId(randomUUID()),
    store: (own = {}) =>
      createCassandraLogStore({
        session,
        clock,
        clockWatch: UNWATCHED,
        newNonce,
        writer: randomUUID(),
        retentionMs: async () => undefined,
        // What is absorbed is deleted with its chunk.
        epochsAChunk: 1,
        workLists: WORK_LISTS,
        ...own,
      }),
    openEpoch: async () => {
      await closer.step();
      await clock.advance(10_000);
      await closer.step();
    },
    closeEpochs: async () => {
      for (const passMs of [10_000, 0, 22_000]) {
        await closer.step();
        await clock.advance(passMs);
      }
      await closer.step();
    },
    passGrace: async (logs) => {
      await logs.collectGarbage();
      await clock.advance(graceMs);
      await logs.collectGarbage();
    },
  };
}

/** The session, with a look at each statement before it is sent. */
export function watched(
  session: Session,
  before: (what: Statement, values: readonly CqlValue[]) => Promise<void> | void,
): Session {
  return {
    ...session,
    read: async (what, values) => {
      await before(what, values);
      return session.read(what, values);
    },
    async *rows(what, values) {
      await before(what, values);
      yield* session.rows(what, values);
    },
    write: async (what, values) => {
      await before(what, values);
      await session.write(what, values);
    },
    compareAndSet: async (what, values) => {
      await before(what, values);
      return session.compareAndSet(what, values);
    },
  };
}

/** A row is a megabyte there, names and all; a key's parts are 2 KB together, or 850 bytes in order. */
const KEYSPACES_ROW_BYTES = 900_000;
const KEYSPACES_TEXT_BYTES = 850;
/** Texts that are no key. */
const LONG_TEXTS = new Set(["insert_l0"]);

/** The session, refusing what Amazon Keyspaces would refuse for its size. */
export function withinKeyspaces(session: Session): Session {
  return watched(session, ({ name }, values) => {
    const sizes = values.map((value) =>
      typeof value === "string"
        ? Buffer.byteLength(value)
        : value instanceof Uint8Array
          ? value.length
          : 16,
    );
    const sum = sizes.reduce((total, size) => total + size, 0);
    if (sum > KEYSPACES_ROW_BYTES) throw new RangeError(`${name}: a row of ${sum} bytes`);
    const texts = sizes.filter((_, i) => typeof values[i] === "string");
    const longest = Math.max(0, ...texts);
    if (longest > KEYSPACES_TEXT_BYTES && !LONG_TEXTS.has(name))
      throw new RangeError(`${name}: a key of ${longest} bytes`);
  });
}
