import type { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";

import { createLogSamples, HOUR } from "../../../test/contract/log-samples.ts";
import { FakeClock } from "../../../test/support/fake-clock.ts";
import { isFault } from "../../domain/fault.ts";
import { openWriter } from "./database.ts";
import { memoryFiles } from "./memory-files.ts";
import { openStoreOn, type SqliteStore } from "./store-on.ts";

async function storeOn(db: DatabaseSync): Promise<SqliteStore> {
  return openStoreOn({
    db,
    files: memoryFiles(),
    root: "/",
    clock: new FakeClock(),
    where: "/data",
    copyDatabase: () => Promise.reject(new Error("not here")),
  });
}

test("a full database refuses commits in clear words, stores nothing of them, and goes on when there is room", async () => {
  const db = openWriter(":memory:");
  await using store = await storeOn(db);
  const s = createLogSamples();
  const app = s.app();
  const pages = Number(db.prepare("PRAGMA page_count").get()?.["page_count"]);
  db.exec(`PRAGMA max_page_count = ${pages + 2}`);

  const [first, second] = [s.batch(), s.batch()];
  const rows = () => [s.write(app, HOUR, [first], 1000), s.write(app, HOUR, [second], 1_000_000)];
  for (let i = 0; i < 2; i++) {
    const failed = await store.logs.commit(rows()).catch((error: unknown) => error);
    expect(isFault(failed, "overloaded") && failed.message).toContain("the server's disk is full");
    expect(await store.logs.plan(app, HOUR, HOUR)).toEqual([]);
    expect(await store.logs.known([{ app, batch: first }])).toEqual([]);
  }
  db.exec("PRAGMA max_page_count = 100000");
  expect(await store.logs.commit(rows())).toEqual({ duplicates: [] });
  expect((await store.logs.plan(app, HOUR, HOUR))[0]?.l0.length).toBe(2);
});

test("a row that cannot be stored takes its whole commit with it", async () => {
  await using store = await storeOn(openWriter(":memory:"));
  const s = createLogSamples();
  const app = s.app();
  const good = s.write(app, HOUR, [s.batch()]);
  const bad = s.write(app, HOUR, [s.batch()]);
  const broken = { ...bad, meta: { ...bad.meta, minTimeNanos: 1n << 80n } };
  await expect(store.logs.commit([good, broken])).rejects.toThrow();
  expect(await store.logs.plan(app, HOUR, HOUR)).toEqual([]);
  expect(await store.logs.commit([good])).toEqual({ duplicates: [] });
});

test.each([
  { name: "falls", through: -1 },
  { name: "passes the closed epoch", through: 99 },
])("a manifest whose through $name is a bug, not an answer", async ({ through }) => {
  await using store = await storeOn(openWriter(":memory:"));
  const s = createLogSamples();
  const app = s.app();
  await store.logs.commit([s.write(app, HOUR, [s.batch()])]);
  const { manifest } = await store.logs.planUnit({ app, bucket: HOUR, shard: 0 });
  const first = { ...manifest, version: 1, nonce: s.nonce(), through: 1 };
  expect(await store.logs.compareAndSetManifest(manifest, first)).toBe(true);
  const next = { ...first, version: 2, nonce: s.nonce(), through };
  await expect(store.logs.compareAndSetManifest(first, next)).rejects.toThrow(RangeError);
});

test("batches are known across a clock that was set back", async () => {
  const db = openWriter(":memory:");
  const clock = new FakeClock();
  const parts = {
    files: memoryFiles(),
    root: "/",
    clock,
    where: "/data",
    copyDatabase: () => Promise.reject(new Error("not here")),
  };
  const store = await openStoreOn({ ...parts, db });
  const s = createLogSamples();
  const name = { app: s.app(), batch: s.batch() };
  await store.logs.commit([s.write(name.app, HOUR, [name.batch])]);
  clock.jumpWall(-12 * 3_600_000);
  expect(await store.logs.known([name])).toEqual([name]);
  const again = openWriter(":memory:");
  again.deserialize(db.serialize());
  await store[Symbol.asyncDispose]();
  await using restarted = await openStoreOn({ ...parts, db: again });
  expect(await restarted.logs.known([name])).toEqual([name]);
});
