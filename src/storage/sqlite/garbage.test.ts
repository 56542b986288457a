/** A file that the disk does not let go holds up nothing else, is named, and goes when the disk lets it. */
import { basename } from "node:path";
import { expect, test } from "vitest";

import {
  createLogSamples,
  HOUR,
  mergeAll,
  nextManifest,
  segmentOf,
} from "../../../test/contract/log-samples.ts";
import { FakeClock } from "../../../test/support/fake-clock.ts";
import { FaultyFiles } from "../../../test/support/faulty-files.ts";
import type { AppId, BlobId } from "../../domain/ids.ts";
import type { Bucket } from "../../domain/time-range.ts";
import { blobPath } from "./blob-files.ts";
import { openWriter } from "./database.ts";
import { openStoreOn, type SqliteStore } from "./store-on.ts";

const LARGE = 65_536;
const GRACE_MS = 60_000;

async function rig() {
  const files = new FaultyFiles();
  const clock = new FakeClock();
  const db = openWriter(":memory:");
  /** Ids of blobs that cannot be unlinked. */
  const stuck = new Set<string>();
  files.refuse = (operation, path) =>
    operation === "unlink" && stuck.has(basename(path))
      ? Object.assign(new Error(`EPERM: not permitted, unlink '${path}'`), { code: "EPERM" })
      : undefined;
  const open = (from = db): Promise<SqliteStore> =>
    openStoreOn({
      db: from,
      files,
      root: "/",
      clock,
      where: "/",
      graceMs: GRACE_MS,
      copyDatabase: () => Promise.reject(new Error("not here")),
    });
  const store = await open();
  const names = (): string[] => files.paths("/").map((path) => basename(path));
  return {
    files,
    clock,
    stuck,
    names,
    store,
    s: createLogSamples(),
    /** Another store on what this one has left. */
    restart: async (): Promise<SqliteStore> => {
      const again = openWriter(":memory:");
      again.deserialize(db.serialize());
      await store[Symbol.asyncDispose]();
      return open(again);
    },
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

/** Segments of a bucket, then one that replaces them. @returns those replaced, now in the trash. */
async function replaced(
  { store: { logs }, s }: Pick<Awaited<ReturnType<typeof rig>>, "store" | "s">,
  app: AppId,
  count: number,
): Promise<BlobId[]> {
  const unit = { app, bucket: HOUR, shard: 0 };
  await logs.commit([s.write(app, HOUR, [s.batch()])]);
  const { l0, manifest } = await logs.planUnit(unit);
  const ids = Array.from({ length: count }, () => s.blob());
  for (const id of ids) await logs.writeBlob(app, HOUR, id, s.bytes(LARGE));
  const first = nextManifest(
    { manifest, l0 },
    { nonce: s.nonce(), segments: ids.map((id) => segmentOf(id, l0, LARGE)) },
  );
  expect(await logs.compareAndSetManifest(manifest, first)).toBe(true);
  const next = nextManifest(
    { manifest: first, l0 },
    { nonce: s.nonce(), segments: [], trash: ids },
  );
  expect(await logs.compareAndSetManifest(first, next)).toBe(true);
  return ids;
}

test("replaced files that cannot be unlinked hold none up, and go when they can", async () => {
  await using of = await rig();
  const app = of.s.app();
  // More than one step takes, and more stuck at the front than one step takes.
  const ids = await replaced(of, app, 150);
  const kept = ids.slice(0, 70);
  for (const id of kept) of.stuck.add(id);
  await of.clock.advance(GRACE_MS);
  const told = await of.store.logs.collectGarbage();
  expect(of.names().toSorted()).toEqual(kept.toSorted());
  expect(told).toHaveLength(kept.length);
  expect(told[0]?.name).toBe(blobPath(app, HOUR, kept[0] ?? of.s.blob()));
  expect(told[0]?.reason).toContain("EPERM");
  // Nothing carries them but the database: the next run finds them again.
  of.stuck.delete(kept[0] ?? "");
  expect(await of.store.logs.collectGarbage()).toHaveLength(kept.length - 1);
  of.stuck.clear();
  expect(await of.store.logs.collectGarbage()).toEqual([]);
  expect(of.names()).toEqual([]);
});

test("a whole disk that lets nothing go is told in a few", async () => {
  await using of = await rig();
  for (const id of await replaced(of, of.s.app(), 150)) of.stuck.add(id);
  await of.clock.advance(GRACE_MS);
  expect(await of.store.logs.collectGarbage()).toHaveLength(100);
});

test("a stuck file below the floor holds up no bucket and no row", async () => {
  await using of = await rig();
  const { logs } = of.store;
  const app = of.s.app();
  const buckets = [0, 1, 2].map((offset) => (HOUR + offset) as Bucket);
  const ids: BlobId[] = [];
  for (const bucket of buckets) {
    await logs.commit([of.s.write(app, bucket, [of.s.batch()])]);
    ids.push((await mergeAll(logs, of.s, { app, bucket, shard: 0 }, LARGE)).id);
  }
  const [first, , last] = ids;
  of.stuck.add(first ?? "");
  await logs.raiseFloor(app, (HOUR + 2) as Bucket);
  for (let run = 0; run < 2; run++) {
    expect((await logs.collectGarbage()).map(({ name }) => basename(name))).toEqual([first]);
    expect(new Set(of.names())).toEqual(new Set([first, last]));
    expect(await logs.plan(app, HOUR, (HOUR + 1) as Bucket)).toEqual([]);
    expect((await logs.l0After(app, -1, 10)).rows.map(({ bucket }) => bucket)).toEqual([HOUR + 2]);
  }
  await using again = await of.restart();
  expect((await again.logs.collectGarbage()).map(({ name }) => basename(name))).toEqual([first]);
  of.stuck.clear();
  expect(await again.logs.collectGarbage()).toEqual([]);
  expect(of.names()).toEqual([last]);
});

test("a stuck file that no manifest names keeps no store from starting", async () => {
  await using of = await rig();
  const app = of.s.app();
  const [stuck, free] = [of.s.blob(), of.s.blob()];
  for (const id of [stuck, free]) await of.store.logs.writeBlob(app, HOUR, id, of.s.bytes(LARGE));
  await of.files.write(`/blocks/${app}/2026-11-24/lost+found`, of.s.bytes(1));
  of.stuck.add(stuck).add("lost+found");
  await using again = await of.restart();
  expect(of.names().toSorted()).toEqual([stuck, "lost+found"].toSorted());
  expect((await again.logs.collectGarbage()).map(({ name }) => name)).toEqual([
    blobPath(app, HOUR, stuck),
  ]);
  of.stuck.clear();
  expect(await again.logs.collectGarbage()).toEqual([]);
  expect(of.names()).toEqual(["lost+found"]);
});
