/**
 * The contracts against the embedded store: on disk, in memory, and from another thread's end of a port.
 */
import { join } from "node:path";
import { MessageChannel } from "node:worker_threads";
import { describe } from "vitest";

import { openSqliteRecordReader } from "../../src/storage/sqlite/open-reader.ts";
import { openSqliteStore, type SqliteStore } from "../../src/storage/sqlite/open-store.ts";
import { keepRecords } from "../../src/storage/sqlite/record-cache.ts";
import { connectStore, serveStore } from "../../src/storage/remote-store.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { describeLogStore } from "./log-store.ts";
import { describeReaders } from "./log-store-readers.ts";
import { describeRetries, describeVersions } from "./log-store-retries.ts";
import type { LogStoreUnderTest } from "./log-store-under-test.ts";
import { describeRecordStore, type RecordStoreUnderTest } from "./record-store.ts";

type UnderTest = LogStoreUnderTest & RecordStoreUnderTest;

/** Every commit is an epoch of its own. */
const closeEpochs = async (): Promise<void> => undefined;

async function inMemory(): Promise<UnderTest> {
  const clock = new FakeClock();
  const store = await openSqliteStore({ folder: ":memory:", clock });
  return {
    logs: store.logs,
    records: store.records,
    reopen: undefined,
    advance: (ms) => clock.advance(ms),
    closeEpochs,
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

async function onDisk(): Promise<UnderTest> {
  const clock = new FakeClock();
  const temp = await tempFolder();
  const folder = join(temp.path, "data");
  let store: SqliteStore = await openSqliteStore({ folder, clock });
  return {
    logs: store.logs,
    records: store.records,
    reopen: async () => {
      await store[Symbol.asyncDispose]();
      store = await openSqliteStore({ folder, clock });
      return store.logs;
    },
    advance: (ms) => clock.advance(ms),
    closeEpochs,
    [Symbol.asyncDispose]: async () => {
      await store[Symbol.asyncDispose]();
      await temp[Symbol.asyncDispose]();
    },
  };
}

/** As the server has it: the main thread reads the small rows itself and keeps them, all else goes to the store's thread. */
async function readBeside(): Promise<UnderTest> {
  const clock = new FakeClock();
  const temp = await tempFolder();
  const store = await openSqliteStore({ folder: join(temp.path, "data"), clock });
  const reader = openSqliteRecordReader(join(temp.path, "data"));
  const { port1, port2 } = new MessageChannel();
  serveStore(store, port1);
  const remote = connectStore(port2, reader);
  return {
    logs: remote.logs,
    records: keepRecords(remote.records),
    reopen: undefined,
    advance: (ms) => clock.advance(ms),
    closeEpochs,
    [Symbol.asyncDispose]: async () => {
      remote[Symbol.dispose]();
      reader[Symbol.dispose]();
      await store[Symbol.asyncDispose]();
      await temp[Symbol.asyncDispose]();
    },
  };
}

async function overPort(): Promise<UnderTest> {
  const clock = new FakeClock();
  const store = await openSqliteStore({ folder: ":memory:", clock });
  const { port1, port2 } = new MessageChannel();
  serveStore(store, port1);
  const remote = connectStore(port2);
  return {
    logs: remote.logs,
    records: remote.records,
    reopen: undefined,
    advance: (ms) => clock.advance(ms),
    closeEpochs,
    [Symbol.asyncDispose]: async () => {
      remote[Symbol.dispose]();
      await store[Symbol.asyncDispose]();
    },
  };
}

const ON_DISK = { name: "sqlite on disk", namesDuplicates: true, open: onDisk };
const BACKENDS = [
  { name: "sqlite in memory", namesDuplicates: true, open: inMemory },
  ON_DISK,
  { name: "sqlite over a port", namesDuplicates: true, open: overPort },
];
const READ_BESIDE = { name: "sqlite over a port, read beside it", open: readBeside };
for (const backend of BACKENDS) {
  describeLogStore(backend);
  describeRecordStore(backend);
}
describeRecordStore(READ_BESIDE);
// Whole entries and real merges: the store in a folder stands for the others, and can be opened again.
describe("entries in sqlite on disk", () => {
  describeRetries(ON_DISK);
  describeVersions(ON_DISK);
  describeReaders(ON_DISK);
});
