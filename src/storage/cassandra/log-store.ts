/**
 * The distributed log store: any number of processes on one keyspace.
 * Invariants: L0 rows lie by arrival and are never deleted one by one; a manifest changes by compare-and-set alone; what
 * merges absorb was closed before. The rules are those of the store protocol, each where it is kept: `log-epochs.ts`,
 * `log-commit.ts`, `log-reads.ts`, `log-work.ts`, `log-garbage.ts`. This store recognises batches only at reading.
 */
import type { Clock } from "../../domain/clock.ts";
import type { AppId } from "../../domain/ids.ts";
import { type GarbageReach, type LogStore, type Manifest, MAX_BUCKET } from "../log-store.ts";
import { createBlobs } from "./log-blobs.ts";
import { type Catalogue, createCatalogue } from "./log-catalogue.ts";
import type { ClockWatch } from "./log-clock.ts";
import { createCommit } from "./log-commit.ts";
import { createEpochs } from "./log-epochs.ts";
import { createFloors } from "./log-floors.ts";
import { createGarbage, GRACE_MS } from "./log-garbage.ts";
import { createL0, EPOCHS_A_CHUNK } from "./log-l0.ts";
import { createManifests, type Manifests } from "./log-manifests.ts";
import { createLogReads } from "./log-reads.ts";
import { type ChooseShards, shardsByHourBefore } from "./log-shards.ts";
import { BLOB_EXTRA_MS, MANIFEST_EXTRA_MS, ttlSeconds } from "./log-ttl.ts";
import { createWork } from "./log-work.ts";
import { createWorkList } from "./log-work-list.ts";
import type { Session } from "./session.ts";

export interface CassandraLogStoreDeps {
  /** On a keyspace that has its tables. */
  readonly session: Session;
  readonly clock: Clock;
  readonly clockWatch: ClockWatch;
  readonly newNonce: () => string;
  /** Unique among processes, fresh at every start. */
  readonly writer: string;
  /** How long an application's entries are kept beyond their bucket, when a bucket is made; undefined: for ever. */
  readonly retentionMs: (app: AppId) => Promise<number | undefined>;
  /** Left out: by the rate of the hour before. */
  readonly chooseShards?: ChooseShards;
  readonly graceMs?: number;
  /** The same in every process, for ever. */
  readonly epochsAChunk?: number;
  readonly workLists?: number;
  /** Of those that are not busy. */
  readonly appsALook?: number;
}

const REACH: Readonly<Record<GarbageReach, number>> = { seen: 0, shared: 1, all: 2 };

export function createCassandraLogStore(deps: CassandraLogStoreDeps): LogStore {
  const { session, clock, clockWatch, newNonce } = deps;
  const blobs = createBlobs(session);
  const l0 = createL0(session, blobs, deps.epochsAChunk ?? EPOCHS_A_CHUNK);
  const epochs = createEpochs(deps);
  const floors = createFloors(session, newNonce);
  const plainManifests = createManifests(session);
  const catalogue: Catalogue = createCatalogue({
    ...deps,
    chooseShards: (app, bucket) => chooseShards(app, bucket),
  });
  const chooseShards =
    deps.chooseShards ?? shardsByHourBefore({ catalogue, manifests: plainManifests, clock });
  const workList = createWorkList(session, deps.workLists);
  const graceMs = deps.graceMs ?? GRACE_MS;
  const shared = { ...deps, graceMs, l0, blobs, epochs, catalogue, floors, workList };
  const work = createWork({ ...shared, manifests: plainManifests });
  const garbage = createGarbage({ ...shared, work, manifests: plainManifests });
  const manifests: Manifests = {
    ...plainManifests,
    read: async (key) => {
      const manifest = await plainManifests.read(key);
      garbage.noteTrash(manifest);
      return manifest;
    },
  };
  const reads = createLogReads({ ...shared, manifests });
  const commit = createCommit(shared);
  let collecting:
    | { readonly reach: GarbageReach; readonly run: ReturnType<LogStore["collectGarbage"]> }
    | undefined;

  const requireClosed = async ({ through }: Manifest): Promise<void> => {
    if (!(await epochs.isClosed(through)))
      throw new RangeError(`through ${through} passes the closed epoch`);
  };

  return {
    ...reads,
    known: async () => [],
    commit,

    writeBlob: async (app, bucket, id, bytes) => {
      // Without its row a bucket was deleted, and no manifest will name the blob: it ends soon.
      const ttl = ttlSeconds(await catalogue.find(app, bucket), BLOB_EXTRA_MS);
      await blobs.write(id, bytes, ttl);
    },
    deleteBlob: (_app, _bucket, id) => blobs.remove(id),

    compareAndSetManifest: async (expected, next) => {
      if (next.version !== expected.version + 1)
        throw new RangeError(`version ${next.version} cannot follow ${expected.version}`);
      await requireClosed(next);
      // A floor raised from here on finds the manifest below it, where nobody looks.
      if (next.bucket < (await floors.read(next.app))) return false;
      const bucket = await catalogue.find(next.app, next.bucket);
      // Rows are never without it, so these were deleted: nobody would look at their manifest.
      if (bucket === undefined) return false;
      if (!(next.shard >= 0 && next.shard < bucket.shards))
        throw new RangeError(`a bucket of ${bucket.shards} shards has no shard ${next.shard}`);
      const ttl = ttlSeconds(bucket, MANIFEST_EXTRA_MS);
      const held = await manifests.compareAndSet(expected, next, ttl);
      if (held) garbage.noteTrash(next);
      work.changed(next.app);
      return held;
    },

    mergeWork: (limit) => work.mergeWork(limit),

    raiseFloor: async (app, floor) => {
      // An application that is deleted ends at once, and one kept for ever ends never, whatever the time is.
      if (floor !== MAX_BUCKET && floor > 0) await clockWatch.requireRight();
      try {
        if ((await floors.raise(app, floor)) > 0) work.changed(app);
      } finally {
        // It may stand without our hearing of it.
        garbage.noteFloor(app, floor);
      }
    },

    collectGarbage: async (reach = "shared") => {
      // A second caller's garbage is a subset of what the next run finds: it joins the one under way, if that goes as far.
      while (collecting !== undefined) {
        if (REACH[collecting.reach] >= REACH[reach]) return collecting.run;
        await collecting.run.catch(() => undefined);
      }
      const run = garbage
        .collect(reach)
        .then(() => [])
        .finally(() => {
          collecting = undefined;
        });
      collecting = { reach, run };
      return run;
    },
  };
}
