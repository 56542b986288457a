import { copyFile, mkdir, readdir, rm, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";

import { createLogSamples, HOUR, mergeAll } from "../../../test/contract/log-samples.ts";
import { FakeClock } from "../../../test/support/fake-clock.ts";
import { FaultyFiles } from "../../../test/support/faulty-files.ts";
import { tempFolder } from "../../../test/support/temp-folder.ts";
import { isFault, messageOf } from "../../domain/fault.ts";
import type { Bucket } from "../../domain/time-range.ts";
import { openWriter } from "./database.ts";
import { diskFiles, type FileLayer } from "./file-layer.ts";
import { openSqliteReader } from "./open-reader.ts";
import { openSqliteStore } from "./open-store.ts";

const LARGE = 70_000;

async function faultOfOpening(folder: string): Promise<string> {
  try {
    await using store = await openSqliteStore({ folder, clock: new FakeClock() });
    return `opened ${typeof store}`;
  } catch (error) {
    if (isFault(error, "conflict") || isFault(error, "corrupt") || isFault(error, "invalid"))
      return messageOf(error.fault);
    throw error;
  }
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

test("the folder is its owner's alone", async () => {
  await using temp = await tempFolder();
  const folder = join(temp.path, "a", "data");
  await using store = await openSqliteStore({ folder, clock: new FakeClock() });
  const s = createLogSamples();
  const [app, id] = [s.app(), s.blob()];
  await store.logs.writeBlob(app, HOUR, id, s.bytes(LARGE));
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  for (const name of ["argus.db", "argus.db-wal"])
    expect((await stat(join(folder, name))).mode & 0o077, name).toBe(0);
  expect((await stat(join(folder, "blocks", app))).mode & 0o777).toBe(0o700);
});

test("a second store on a folder is told which folder is in use, and gets it afterwards", async () => {
  await using temp = await tempFolder();
  const folder = join(temp.path, "data");
  {
    await using store = await openSqliteStore({ folder, clock: new FakeClock() });
    expect(await faultOfOpening(folder)).toContain(`${folder} is in use`);
    expect(await store.logs.closedEpoch()).toBe(0);
  }
  expect(await faultOfOpening(folder)).toBe("opened object");
});

test.each([
  { folder: "taken", says: "a file of that name is in its place" },
  { folder: "taken/data", says: "a part of its path is a file" },
  { folder: "x".repeat(300), says: "its name is too long" },
])("a folder that cannot be made is told with what to set: $says", async ({ folder, says }) => {
  await using temp = await tempFolder();
  await writeFile(join(temp.path, "taken"), "");
  const path = join(temp.path, folder);
  const told = await faultOfOpening(path);
  expect(told).toContain(`no folder can be made at ${path}: ${says}`);
  expect(told).toContain("ARGUS_DATA");
});

test("a place where the system makes no folders is told, not tried for ever", async () => {
  expect(await faultOfOpening("/proc/argus/data")).toContain(
    "no folder can be made at /proc/argus/data",
  );
});

test("a failed start lets the folder go", async () => {
  await using temp = await tempFolder();
  const folder = join(temp.path, "data");
  await mkdir(folder);
  await writeFile(
    join(folder, "argus.db"),
    "this is no database, however long one looks at it".repeat(99),
  );
  expect(await faultOfOpening(folder)).toContain(`the database in ${folder} is damaged`);
  await rm(join(folder, "argus.db"));
  expect(await faultOfOpening(folder)).toBe("opened object");
});

test("blocks without their database are not swept away", async () => {
  await using temp = await tempFolder();
  const folder = join(temp.path, "data");
  const s = createLogSamples();
  const app = s.app();
  {
    await using store = await openSqliteStore({ folder, clock: new FakeClock() });
    await store.logs.commit([s.write(app, HOUR, [s.batch()])]);
    await mergeAll(store.logs, s, { app, bucket: HOUR, shard: 0 }, LARGE);
  }
  for (const name of await readdir(folder))
    if (name.startsWith("argus.db")) await rm(join(folder, name));
  expect(await faultOfOpening(folder)).toContain("argus.db is missing");
  expect((await filesBelow(join(folder, "blocks"))).length).toBe(1);
});

test("every commit is synced before it is acknowledged", async () => {
  await using temp = await tempFolder();
  const folder = join(temp.path, "data");
  const db = openWriter(join(temp.path, "settings.db"));
  expect(db.prepare("PRAGMA synchronous").get()).toEqual({ synchronous: 2 });
  expect(db.prepare("PRAGMA journal_mode").get()).toEqual({ journal_mode: "wal" });
  expect(db.prepare("PRAGMA page_size").get()).toEqual({ page_size: 16384 });
  db.close();

  // What the files hold when the call resolves, without closing anything, is a store with the rows.
  await using store = await openSqliteStore({ folder, clock: new FakeClock() });
  const s = createLogSamples();
  const app = s.app();
  for (let i = 1; i <= 3; i++) {
    await store.logs.commit([s.write(app, HOUR, [s.batch()], 30_000)]);
    const copy = join(temp.path, `copy-${i}`);
    await mkdir(copy);
    for (const name of ["argus.db", "argus.db-wal"])
      await copyFile(join(folder, name), join(copy, name));
    await using left = await openSqliteStore({ folder: copy, clock: new FakeClock() });
    expect(await left.logs.plan(app, HOUR, HOUR)).toEqual(await store.logs.plan(app, HOUR, HOUR));
  }
});

test("a blob is synced in order: folders, then bytes, then its name", async () => {
  await using temp = await tempFolder();
  const done: string[] = [];
  const real = diskFiles();
  const files: FileLayer = {
    ...real,
    mkdir: (path) => note("mkdir", path, real.mkdir(path)),
    write: (path, bytes) => note("write", path, real.write(path, bytes)),
    fsync: (path) => note("fsync", path, real.fsync(path)),
    fsyncDir: (path) => note("fsyncDir", path, real.fsyncDir(path)),
  };
  async function note(what: string, path: string, work: Promise<void>): Promise<void> {
    await work;
    done.push(`${what} ${path.slice(temp.path.length)}`);
  }
  await using store = await openSqliteStore({ folder: temp.path, clock: new FakeClock(), files });
  const s = createLogSamples();
  const [app, first, second] = [s.app(), s.blob(), s.blob()];
  done.length = 0;
  await store.logs.writeBlob(app, HOUR, first, s.bytes(LARGE));
  const day = `/blocks/${app}/2026-11-24`;
  expect(done).toEqual([
    "mkdir /blocks",
    "fsyncDir ",
    `mkdir /blocks/${app}`,
    "fsyncDir /blocks",
    `mkdir ${day}`,
    `fsyncDir /blocks/${app}`,
    `write ${day}/${first}`,
    `fsync ${day}/${first}`,
    `fsyncDir ${day}`,
  ]);
  done.length = 0;
  await store.logs.writeBlob(app, HOUR, second, s.bytes(LARGE));
  expect(done).toEqual([`write ${day}/${second}`, `fsync ${day}/${second}`, `fsyncDir ${day}`]);
});

test("a truncated block is damage that names its file, a missing one is undefined", async () => {
  await using temp = await tempFolder();
  await using store = await openSqliteStore({ folder: temp.path, clock: new FakeClock() });
  const s = createLogSamples();
  const [app, id] = [s.app(), s.blob()];
  await store.logs.writeBlob(app, HOUR, id, s.bytes(LARGE));
  const path = join("blocks", app, "2026-11-24", id);
  await truncate(join(temp.path, path), 1000);
  const failed = await store.logs
    .readBlob(app, HOUR, id, 500, 600)
    .catch((error: unknown) => error);
  expect(isFault(failed, "corrupt") && failed.message).toContain(path);
  expect((await store.logs.readBlob(app, HOUR, id, 500, 500))?.byteLength).toBe(500);
  await rm(join(temp.path, path));
  expect(await store.logs.readBlob(app, HOUR, id, 0, 1)).toBeUndefined();
});

test("garbage leaves no file and no folder of a deleted application after a restart", async () => {
  await using temp = await tempFolder();
  const clock = new FakeClock();
  const s = createLogSamples();
  const app = s.app();
  {
    await using store = await openSqliteStore({ folder: temp.path, clock });
    for (const offset of [0, 30]) {
      const bucket = (HOUR + offset) as Bucket;
      await store.logs.commit([s.write(app, bucket, [s.batch()])]);
      await mergeAll(store.logs, s, { app, bucket, shard: 0 }, LARGE);
    }
    expect((await filesBelow(join(temp.path, "blocks"))).length).toBe(2);
    await store.logs.raiseFloor(app, (HOUR + 1) as Bucket);
    await store.logs.collectGarbage();
    expect((await filesBelow(join(temp.path, "blocks"))).length).toBe(1);
    await store.logs.raiseFloor(app, (HOUR + 99) as Bucket);
    await store.logs.collectGarbage();
    expect(await filesBelow(join(temp.path, "blocks"))).toEqual([]);
  }
  await using store = await openSqliteStore({ folder: temp.path, clock });
  expect(await readdir(join(temp.path, "blocks"))).toEqual([]);
  expect(await store.logs.floor(app)).toBe(HOUR + 99);
});

test("a full disk refuses blobs in clear words, keeps nothing of them, and goes on when there is room", async () => {
  const files = new FaultyFiles();
  await using store = await openSqliteStore({ folder: ":memory:", clock: new FakeClock(), files });
  const s = createLogSamples();
  const app = s.app();
  await store.logs.commit([s.write(app, HOUR, [s.batch()])]);
  for (const operation of ["mkdir", "write", "fsync", "fsyncDir"] as const) {
    files.refuse = (asked) =>
      asked === operation ? Object.assign(new Error("no space"), { code: "ENOSPC" }) : undefined;
    const failed = await mergeAll(store.logs, s, { app, bucket: HOUR, shard: 0 }, LARGE).catch(
      (error: unknown) => error,
    );
    expect(isFault(failed, "overloaded") && failed.message, operation).toContain(
      "the server's disk is full",
    );
  }
  files.refuse = undefined;
  expect((await mergeAll(store.logs, s, { app, bucket: HOUR, shard: 0 }, LARGE)).held).toBe(true);
  files.space = { freeBytes: 5, totalBytes: 100 };
  expect(await store.freeSpace()).toEqual({ freeBytes: 5, totalBytes: 100 });
});

test("the real disk says what is left of it", async () => {
  await using temp = await tempFolder();
  await using store = await openSqliteStore({ folder: temp.path, clock: new FakeClock() });
  const { freeBytes, totalBytes } = await store.freeSpace();
  expect(freeBytes).toBeGreaterThan(0);
  expect(totalBytes).toBeGreaterThanOrEqual(freeBytes);
});

test("a reader on a connection of its own sees every acknowledged commit and cannot write", async () => {
  await using temp = await tempFolder();
  await using store = await openSqliteStore({ folder: temp.path, clock: new FakeClock() });
  using reader = openSqliteReader(temp.path);
  const s = createLogSamples();
  const app = s.app();
  for (let i = 0; i < 3; i++) {
    await store.logs.commit([s.write(app, HOUR, [s.batch()])]);
    expect(await reader.plan(app, HOUR, HOUR)).toEqual(await store.logs.plan(app, HOUR, HOUR));
  }
  const { id } = await mergeAll(store.logs, s, { app, bucket: HOUR, shard: 0 }, LARGE);
  const unit = { app, bucket: HOUR, shard: 0 };
  expect(await reader.planUnit(unit)).toEqual(await store.logs.planUnit(unit));
  expect(await reader.readBlob(app, HOUR, id, 5, 9)).toEqual(
    await store.logs.readBlob(app, HOUR, id, 5, 9),
  );
  expect(await reader.usage(app)).toEqual(await store.logs.usage(app));
  expect(await reader.closedEpoch()).toBe(await store.logs.closedEpoch());
  const db = new DatabaseSync(join(temp.path, "argus.db"), { readOnly: true });
  expect(() => db.exec("DELETE FROM l0")).toThrow("readonly");
  db.close();
});

test("a backup is a store of its own, which later changes do not touch", async () => {
  await using temp = await tempFolder();
  const [folder, copy] = [join(temp.path, "data"), join(temp.path, "copy")];
  await using store = await openSqliteStore({ folder, clock: new FakeClock() });
  const s = createLogSamples();
  const app = s.app();
  const unit = { app, bucket: HOUR, shard: 0 };
  await store.logs.commit([s.write(app, HOUR, [s.batch()])]);
  const { id } = await mergeAll(store.logs, s, unit, LARGE);
  await store.records.insert({ table: "user", partition: "", key: "u" }, { name: "Ä" });
  const before = await store.logs.planUnit(unit);
  await store.backup(copy);
  await expect(store.backup(copy)).rejects.toThrow("not empty");
  await expect(store.backup(join(copy, "no", "where"))).rejects.toThrow("no such folder");
  expect((await readdir(copy)).toSorted()).toEqual(["argus.db", "blocks"]);

  await store.logs.raiseFloor(app, (HOUR + 1) as Bucket);
  await store.logs.collectGarbage();
  await using restored = await openSqliteStore({ folder: copy, clock: new FakeClock() });
  expect(await restored.logs.planUnit(unit)).toEqual(before);
  expect((await restored.logs.readBlob(app, HOUR, id, 0, LARGE))?.byteLength).toBe(LARGE);
  expect((await restored.records.get({ table: "user", partition: "", key: "u" }))?.value).toEqual({
    name: "Ä",
  });
});
