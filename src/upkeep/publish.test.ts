/** What a merge makes of an answer that came too late to find all of its segments. */
import { expect, test } from "vitest";

import { overloaded } from "../domain/fault.ts";
import type { Manifest, SegmentRef } from "../storage/log-store.ts";
import {
  APP,
  BUCKET,
  entriesOf,
  idTexts,
  makeSegments,
  UNIT,
  upkeepWorld,
  visible,
} from "../../test/support/upkeep-world.ts";
import { publish } from "./publish.ts";

test("one of a merge's segments that is still named tells that it was made, and none is deleted", async () => {
  await using world = await upkeepWorld();
  const { logs } = world;
  const deps = world.deps();
  await makeSegments(world, 1, 2);
  const copyOf = async (segment: SegmentRef | undefined): Promise<SegmentRef> => {
    if (segment === undefined) throw new Error("there is no such segment");
    const bytes = await logs.readBlob(APP, BUCKET, segment.id, 0, segment.sizeBytes);
    if (bytes === undefined) throw new Error("its blob is gone");
    const id = deps.newBlobId();
    await logs.writeBlob(APP, BUCKET, id, bytes);
    return { ...segment, id };
  };
  const after = (manifest: Manifest, change: Partial<Manifest>): Manifest => ({
    ...manifest,
    version: manifest.version + 1,
    nonce: deps.newNonce(),
    ...change,
  });
  const { manifest } = await logs.planUnit(UNIT);
  const own = [await copyOf(manifest.segments[0]), await copyOf(manifest.segments[1])];
  const trash = manifest.segments.map(({ id }) => id);
  const slow = {
    ...deps,
    store: {
      ...deps.store,
      compareAndSetManifest: async (expected: Manifest, next: Manifest): Promise<boolean> => {
        expect(await logs.compareAndSetManifest(expected, next)).toBe(true);
        // Another merge takes the first of them, and long afterwards its trash is taken out.
        const segments = [await copyOf(own[0]), ...own.slice(1)];
        const merged = after(next, { segments, trash: own.slice(0, 1).map(({ id }) => id) });
        expect(await logs.compareAndSetManifest(next, merged)).toBe(true);
        expect(await logs.compareAndSetManifest(merged, after(merged, { trash: [] }))).toBe(true);
        throw overloaded("no answer came");
      },
    },
  };
  expect(await publish(manifest, after(manifest, { segments: own, trash }), own, slow)).toBe(true);
  expect(await visible(logs)).toEqual(idTexts([...entriesOf(1), ...entriesOf(2)]));
});
