/**
 * Deletes what nobody can see any more: drained chunks, the blobs in a manifest's trash, buckets below the floor.
 * Invariants: only what a manifest was read to list in its trash is deleted, and only then taken out of it; of a bucket
 * below the floor the blobs go before the manifest, the manifest before the bucket's row; a chunk goes when `low` is beyond
 * it. The grace since it was first seen, by this process's own clock, spares queries a second plan; nothing rests on it.
 * What is noted here may be lost: whoever reads the manifest, or raises the floor, notes it again.
 */
import type { Clock } from "../../domain/clock.ts";
import { eachItsTurn } from "../../domain/each-its-turn.ts";
import type { AppId, BlobId } from "../../domain/ids.ts";
import { type Bucket, bucketOfMs, HOUR_MS } from "../../domain/time-range.ts";
import { type GarbageReach, type Manifest, MAX_BUCKET, type UnitKey } from "../log-store.ts";
import type { Blobs } from "./log-blobs.ts";
import type { Catalogue, CataloguedBucket } from "./log-catalogue.ts";
import type { Epochs } from "./log-epochs.ts";
import type { Floors } from "./log-floors.ts";
import type { L0 } from "./log-l0.ts";
import type { Manifests } from "./log-manifests.ts";
import { MANIFEST_EXTRA_MS, ttlSeconds } from "./log-ttl.ts";
import type { Work } from "./log-work.ts";
import type { WorkList } from "./log-work-list.ts";

/** Longer than the longest query and its plan. */
export const GRACE_MS = HOUR_MS / 4;
const AT_ONCE = 4;
/** Units with trash that are remembered; the next reader of a forgotten one notes it again. */
const MAX_NOTED = 10_000;
/** A merge may change the manifest under a deletion; below the floor only one that began above it. */
const REMOVE_TRIES = 3;
/** What a process that crashed had seen is looked for in hours as young as this: levels are merged soon after their rows. */
const CRASH_HOURS = 48;
/** Applications remembered for that; 100 bytes each. */
const MAX_APPS = 100_000;

export interface GarbageDeps {
  readonly l0: L0;
  readonly epochs: Pick<Epochs, "seen" | "seenClosed">;
  readonly blobs: Blobs;
  readonly catalogue: Catalogue;
  readonly floors: Pick<Floors, "all" | "read">;
  readonly manifests: Manifests;
  readonly work: Work;
  readonly workList: WorkList;
  readonly clock: Clock;
  readonly newNonce: () => string;
  readonly graceMs: number;
}

export interface Garbage {
  /** Of every manifest that was read, or made. */
  noteTrash(manifest: UnitKey & Pick<Manifest, "trash">): void;
  /** Of every application whose floor was to be raised to this, done or not; 0: nothing is below it. */
  noteFloor(app: AppId, floor: Bucket): void;
  /** One run; runs must not overlap. Throws the first failure when everything had its turn. */
  collect(reach: GarbageReach): Promise<void>;
}

interface Trash {
  readonly key: UnitKey;
  readonly sinceMs: Map<BlobId, number>;
}

export function createGarbage(deps: GarbageDeps): Garbage {
  const { l0, epochs, blobs, catalogue, manifests, work, workList, clock, newNonce } = deps;
  const { graceMs } = deps;
  const apps = new Set<AppId>();
  const trash = new Map<string, Trash>();
  /** Since when something may be below the floor of which application. */
  const raised = new Map<AppId, number>();
  /** Of the chunks that the last run found; nothing else bounds how many there were. */
  let drained: ReadonlyMap<string, number> = new Map();

  const isOver = (sinceMs: number): boolean => clock.monotonicMs() - sinceMs >= graceMs;

  const noteTrash: Garbage["noteTrash"] = ({ app, bucket, shard, trash: ids }) => {
    if (ids.length === 0) return;
    const name = `${app}/${bucket}/${shard}`;
    const known = trash.get(name) ?? { key: { app, bucket, shard }, sinceMs: new Map() };
    for (const id of ids) if (!known.sinceMs.has(id)) known.sinceMs.set(id, clock.monotonicMs());
    if (trash.has(name) || trash.size < MAX_NOTED) trash.set(name, known);
  };

  const collectTrash = async ({ key, sinceMs }: Trash): Promise<void> => {
    const due = [...sinceMs].filter(([, since]) => isOver(since)).map(([id]) => id);
    if (due.length === 0) return;
    for (const id of due) await blobs.remove(id);
    const gone = new Set(due);
    const manifest = await manifests.read(key);
    const left = manifest.trash.filter((id) => !gone.has(id));
    if (left.length < manifest.trash.length) {
      const next = { ...manifest, version: manifest.version + 1, nonce: newNonce(), trash: left };
      const ttl = ttlSeconds(await catalogue.find(key.app, key.bucket), MANIFEST_EXTRA_MS);
      // Lost to a merge: it carried them on, and the next run takes them out.
      if (!(await manifests.compareAndSet(manifest, next, ttl))) return;
    }
    for (const id of due) sinceMs.delete(id);
  };

  /** @returns whether nothing is left of it. */
  const removeUnit = async (key: UnitKey): Promise<boolean> => {
    for (let tries = 0; tries < REMOVE_TRIES; tries++) {
      const manifest = await manifests.read(key);
      for (const { id } of manifest.segments) await blobs.remove(id);
      for (const id of manifest.trash) await blobs.remove(id);
      if (manifest.version === 0 || (await manifests.remove(manifest))) return true;
    }
    return false;
  };

  const removeBucket = async (app: AppId, row: CataloguedBucket): Promise<void> => {
    const { bucket, shards } = row;
    let isGone = true;
    for (let shard = 0; shard < shards; shard++)
      if (!(await removeUnit({ app, bucket, shard }))) isGone = false;
    if (isGone) await catalogue.remove(app, row);
  };

  const collectBelowFloor = async (app: AppId): Promise<void> => {
    // As it stands, whatever became of raising it.
    const floor = await deps.floors.read(app);
    const below = await catalogue.range(app, 0, floor - 1);
    await eachItsTurn(below, AT_ONCE, (bucket) => removeBucket(app, bucket));
  };

  /** Deletes what the last looks show. */
  const collectChunks = async (): Promise<void> => {
    const found = new Map<string, number>();
    for (const [app, { low, chunks }] of work.looks)
      for (const chunk of chunks.filter((each) => l0.lastOf(each) < low)) {
        const name = `${app}/${chunk}`;
        found.set(name, drained.get(name) ?? clock.monotonicMs());
      }
    drained = found;
    await eachItsTurn([...work.looks], AT_ONCE, async ([app, { chunks, closed: closedThen }]) => {
      let left = chunks.length;
      for (const chunk of chunks) {
        const name = `${app}/${chunk}`;
        const sinceMs = found.get(name);
        if (sinceMs === undefined || !isOver(sinceMs)) continue;
        await l0.removeChunk(app, chunk);
        // The look may be old, and show it for a while.
        found.delete(name);
        left--;
      }
      const newest = workList.apps.get(app) ?? -1;
      // A row that came after the look is of an epoch that was open then, and its chunk's list is a newer one.
      if (left === 0 && l0.lastOf(newest) <= closedThen) {
        workList.drop(app);
        work.forget(app);
      }
    });
  };

  const moveOn = async (): Promise<void> => {
    // No older than when the lists were read.
    const current = l0.chunkOf(epochs.seenClosed + 1);
    await workList.moveOn(current - 1, current);
  };

  const noteFloor: Garbage["noteFloor"] = (app, floor) => {
    if (apps.size < MAX_APPS) apps.add(app);
    if (floor === 0) return;
    // Raised again within the grace: what fell before does not wait longer for it, what falls now may wait less.
    if (!raised.has(app)) raised.set(app, clock.monotonicMs());
  };

  /** What a process knew that is gone: floors it raised, trash it made, and applications that the lists of work have lost. */
  const noteAll = async (): Promise<void> => {
    // Of a deleted application nothing but its floor tells any more.
    for await (const { app, floor } of deps.floors.all()) noteFloor(app, floor);
    const first = bucketOfMs(clock.nowMs()) - CRASH_HOURS;
    await eachItsTurn(new Set([...apps, ...workList.apps.keys()]), AT_ONCE, async (app) => {
      workList.note(app, l0.chunkOf(epochs.seen));
      for (const { bucket, shards } of await catalogue.range(app, first, MAX_BUCKET))
        for (let shard = 0; shard < shards; shard++) {
          const key = { app, bucket, shard };
          noteTrash({ ...key, trash: await manifests.trash(key) });
        }
    });
  };

  return {
    noteTrash,
    noteFloor,
    collect: async (reach) => {
      let failure: { readonly error: unknown } | undefined;
      // What cannot be deleted now waits for the next run, and holds up nothing else.
      const inTurn = async (part: () => Promise<void>): Promise<void> => {
        try {
          await part();
        } catch (error) {
          failure ??= { error };
        }
      };
      const below = [...raised].filter(([, sinceMs]) => isOver(sinceMs));
      for (const [app, sinceMs] of below)
        await inTurn(async () => {
          // Before it is looked at: a floor that is raised meanwhile is noted anew.
          raised.delete(app);
          try {
            await collectBelowFloor(app);
          } catch (error) {
            raised.set(app, sinceMs);
            throw error;
          }
        });
      if (reach === "all") await inTurn(noteAll);
      for (const [name, one] of trash)
        await inTurn(async () => {
          await collectTrash(one);
          if (one.sinceMs.size === 0) trash.delete(name);
        });
      if (reach !== "seen") {
        await inTurn(() => work.lookAtAll(reach === "all"));
        await inTurn(collectChunks);
        await inTurn(moveOn);
      }
      if (failure !== undefined) throw failure.error;
    },
  };
}
