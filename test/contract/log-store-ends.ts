/**
 * The part of the log store's suite about blobs and about what the floor ends.
 */
import { expect, test } from "vitest";

import { isFault } from "../../src/domain/fault.ts";
import type { Bucket } from "../../src/domain/time-range.ts";
import { MAX_BUCKET } from "../../src/storage/log-store.ts";
import { createLogSamples, HOUR, mergeAll, nextManifest, segmentOf } from "./log-samples.ts";
import {
  GRACE_MS,
  hour,
  l0Of,
  LARGE,
  type LogStoreBackend,
  only,
  unitKey,
} from "./log-store-under-test.ts";

export function describeBlobs(backend: LogStoreBackend): void {
  test.each([0, 1, 1000, 65_535, 65_536, 200_000])(
    "a blob of %i bytes is read by ranges",
    async (length) => {
      await using store = await backend.open();
      const { logs } = store;
      const s = createLogSamples();
      const [app, id] = [s.app(), s.blob()];
      const bytes = s.bytes(length);
      await logs.writeBlob(app, HOUR, id, bytes);
      expect(await logs.readBlob(app, HOUR, id, 0, length)).toEqual(bytes);
      const middle = Math.floor(length / 3);
      expect(await logs.readBlob(app, HOUR, id, middle, length - middle)).toEqual(
        bytes.slice(middle),
      );
      expect(await logs.readBlob(app, HOUR, id, length, 0)).toEqual(new Uint8Array(0));
      // What was read is the caller's: writing to it changes nothing.
      (await logs.readBlob(app, HOUR, id, 0, length))?.fill(7);
      expect(await logs.readBlob(app, HOUR, id, 0, length)).toEqual(bytes);
    },
  );

  test.each([100, LARGE])(
    "a range beyond a blob of %i bytes is damage, not nothing",
    async (length) => {
      await using store = await backend.open();
      const s = createLogSamples();
      const [app, id] = [s.app(), s.blob()];
      await store.logs.writeBlob(app, HOUR, id, s.bytes(length));
      const failed = await store.logs
        .readBlob(app, HOUR, id, 1, length)
        .catch((error: unknown) => error);
      expect(isFault(failed, "corrupt") && failed.message).toContain(id);
    },
  );

  test("a blob that never was, or was deleted, is undefined", async () => {
    await using store = await backend.open();
    const { logs } = store;
    const s = createLogSamples();
    const app = s.app();
    expect(await logs.readBlob(app, HOUR, s.blob(), 0, 1)).toBeUndefined();
    for (const length of [10, LARGE]) {
      const id = s.blob();
      await logs.writeBlob(app, HOUR, id, s.bytes(length));
      await logs.deleteBlob(app, HOUR, id);
      await logs.deleteBlob(app, HOUR, id);
      expect(await logs.readBlob(app, HOUR, id, 0, 1)).toBeUndefined();
    }
  });
}

export function describeEnds(backend: LogStoreBackend): void {
  test("the floor hides at once, only grows, and garbage takes the bytes", async () => {
    await using store = await backend.open();
    const { logs } = store;
    const s = createLogSamples();
    const [app, other] = [s.app(), s.app()];
    expect(await logs.floor(app)).toBe(0);
    for (const offset of [0, 1, 2]) await logs.commit([s.write(app, hour(offset), [s.batch()])]);
    await logs.commit([s.write(other, HOUR, [s.batch()])]);
    await store.closeEpochs();
    const merged = await mergeAll(logs, s, unitKey(app, hour(0)), LARGE);
    const l0 = only(await l0Of(logs, app, hour(1)));

    await logs.raiseFloor(app, hour(2));
    expect(
      (await logs.plan(app, hour(-9), hour(9))).map(({ manifest }) => manifest.bucket),
    ).toEqual([hour(2)]);
    expect((await logs.planUnit(unitKey(app, hour(0)))).manifest.version).toBe(0);
    expect((await logs.planUnit(unitKey(app, hour(1)))).l0).toEqual([]);
    expect((await logs.l0After(app, -1, 100)).rows.map(({ bucket }) => bucket)).toEqual([hour(2)]);

    await logs.raiseFloor(app, hour(-5));
    expect(await logs.floor(app)).toBe(hour(2));
    // Rows may be deleted together with others that came when they did.
    await mergeAll(logs, s, unitKey(app, hour(2)));
    await store.advance(GRACE_MS);
    await logs.collectGarbage();
    expect(await logs.readBlob(app, hour(0), merged.id, 0, 1)).toBeUndefined();
    expect(await logs.readL0(l0.id)).toBeUndefined();
    expect((await l0Of(logs, other)).length).toBe(1);
    expect(await logs.floor(other)).toBe(0);
  });

  test("a merge that the floor overtook is refused, and cannot bring the bucket back", async () => {
    await using store = await backend.open();
    const { logs } = store;
    const s = createLogSamples();
    const app = s.app();
    await logs.commit([s.write(app, HOUR, [s.batch()])]);
    await store.closeEpochs();
    const unit = await logs.planUnit(unitKey(app));
    await logs.raiseFloor(app, hour(1));
    await store.advance(GRACE_MS);
    await logs.collectGarbage();
    const next = nextManifest(unit, {
      nonce: s.nonce(),
      segments: [segmentOf(s.blob(), unit.l0, 9)],
    });
    await logs.compareAndSetManifest(unit.manifest, next);
    expect(await logs.plan(app, hour(-9), hour(9))).toEqual([]);
    expect(await logs.usage(app)).toMatchObject({ rows: 0, sizeBytes: 0 });
  });

  test("rows that arrive below the floor are void, and a batch that spans it is kept above", async () => {
    await using store = await backend.open();
    const { logs } = store;
    const s = createLogSamples();
    const [app, batch] = [s.app(), s.batch()];
    await logs.raiseFloor(app, HOUR);
    await logs.commit([s.write(app, hour(-1), [batch]), s.write(app, HOUR, [batch])]);
    expect(
      (await logs.plan(app, hour(-9), hour(9))).map(({ manifest }) => manifest.bucket),
    ).toEqual([HOUR]);
    await logs.collectGarbage();
    expect((await l0Of(logs, app)).length).toBe(1);
  });

  test("an application that was deleted while it was written to shows nothing", async () => {
    await using store = await backend.open();
    const { logs } = store;
    const s = createLogSamples();
    const app = s.app();
    await logs.commit([s.write(app, HOUR, [s.batch()])]);
    await logs.raiseFloor(app, MAX_BUCKET);
    await logs.commit([s.write(app, hour(3), [s.batch()])]);
    expect(await logs.plan(app, 0 as Bucket, MAX_BUCKET)).toEqual([]);
    await store.advance(GRACE_MS);
    await logs.collectGarbage();
    expect(await logs.usage(app)).toMatchObject({ rows: 0, sizeBytes: 0 });
    expect(await logs.mergeWork(10)).toEqual([]);
    expect(await logs.floor(app)).toBe(MAX_BUCKET);
  });
}
