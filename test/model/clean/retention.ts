/**
 * Section 9: the floor, and the end of buckets below it.
 * Invariant: moving the floor is the act; what lies below it is deleted the grace later, blobs before manifests,
 * manifests before the catalogue's row.
 */
import { type Unit, unitOf } from "../nouns.ts";
import { readApp, readCatalogue, readManifest } from "../read.ts";
import { lwt, sleep, type Task, UNKNOWN } from "../sim/task.ts";
import { about, freshId, monotonicOf, type Process, wallOf, type World } from "../world.ts";
import { deleteBlobs } from "../merge/manifest-commit.ts";
import { grace } from "./chunks.ts";

export function* retention(w: World, p: Process): Task {
  for (;;) {
    yield* sleep(about(w, 500));
    yield* moveFloor(w, p);
    yield* dropBuckets(w, p);
  }
}

function* moveFloor(w: World, p: Process): Task {
  const app = yield* readApp(w);
  if (app === UNKNOWN) return;
  p.memory.floor = app.floor;
  const oldest = wallOf(w, p) - w.retention;
  const floor = Math.floor(oldest / w.shape.bucketUnits);
  if (floor <= app.floor) return;
  if (!w.on("floorFirst")) {
    const buckets = yield* readCatalogue(w, 0, floor - 1);
    if (buckets !== UNKNOWN) for (const [b, row] of buckets) yield* dropBucket(w, p, b, row.shards);
  }
  const next = { floor, version: app.version + 1, nonce: freshId(w) };
  const result = yield* lwt(`cas floor ${floor}`, () => w.tables.casApp(app, next));
  if (result !== UNKNOWN && result.applied) p.memory.floor = floor;
}

function* dropBuckets(w: World, p: Process): Task {
  const app = yield* readApp(w);
  if (app === UNKNOWN) return;
  const now = monotonicOf(w, p);
  const buckets = yield* readCatalogue(w, 0, app.floor - 1);
  if (buckets === UNKNOWN) return;
  for (const [bucket, { shards }] of buckets) {
    const since = p.memory.floorSeen.get(bucket) ?? now;
    p.memory.floorSeen.set(bucket, since);
    if (now - since < grace(w)) continue;
    if (!(yield* dropBucket(w, p, bucket, shards))) continue;
    yield* lwt(`delete bucket ${bucket}`, () => w.tables.deleteBucket(bucket));
  }
}

/** @returns whether all its shards are gone. */
function* dropBucket(w: World, p: Process, bucket: number, shards: number): Task<boolean> {
  let all = true;
  for (let shard = 0; shard < shards; shard++) {
    if (!(yield* dropUnit(w, p, unitOf(bucket, shard)))) all = false;
  }
  return all;
}

function* dropUnit(w: World, p: Process, unit: Unit): Task<boolean> {
  const seen = yield* readManifest(w, p, unit);
  if (seen === UNKNOWN) return false;
  if (seen === undefined) return true;
  const ids = seen.segments.map(({ id }) => id);
  if (w.on("trashAtFloor")) ids.push(...seen.trash);
  if (w.on("blobsThenMan") && (yield* deleteBlobs(w, ids)).length < ids.length) return false;
  const result = yield* lwt("delete manifest", () => w.tables.casManifest(unit, seen, undefined));
  if (result === UNKNOWN || !result.applied) return false;
  if (!w.on("blobsThenMan")) yield* deleteBlobs(w, ids);
  return true;
}
