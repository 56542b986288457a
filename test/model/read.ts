/**
 * The statements that several operations read by.
 * Invariant: each is one statement; what two of them return may come from different moments.
 */
import { CHUNK } from "./shape.ts";
import type { AppRow, Blob, BucketRow } from "./tables.ts";
import { type Manifest, type L0Row, type Unit, bucketOf, unitOf } from "./nouns.ts";
import { read, type Task, type Unknown, UNKNOWN } from "./sim/task.ts";
import { expired, monotonicOf, type Process, type World } from "./world.ts";

export interface Tail {
  readonly low: number;
  readonly chunks: readonly number[];
}

export function readTail(w: World): Task<Tail | Unknown> {
  return read("read tail", () => w.tables.readTail());
}

export function readApp(w: World): Task<AppRow | Unknown> {
  return read("read floor", () => w.tables.app);
}

/** Buckets in range. */
export function readCatalogue(
  w: World,
  from: number,
  to: number,
): Task<(readonly [bucket: number, row: BucketRow])[] | Unknown> {
  return read("read catalogue", () =>
    [...w.tables.catalogue].filter(([bucket]) => bucket >= from && bucket <= to),
  );
}

/** Units of buckets in range that have not expired, or not for `slack`, by this process's clock. */
export function* readUnits(
  w: World,
  p: Process,
  from: number,
  to: number,
  slack = 0,
): Task<Unit[] | Unknown> {
  const rows = yield* readCatalogue(w, from, to);
  if (rows === UNKNOWN) return UNKNOWN;
  return rows.flatMap(([bucket, row]) => {
    // Rule shardByBucket off: nobody knows how many shards a bucket has, so all there may be are read.
    const shards = w.on("shardByBucket") ? row.shards : 16;
    const units = Array.from({ length: shards }, (_, shard) => unitOf(bucket, shard));
    return expired(w, p, { expires: row.expires + slack }) ? [] : units;
  });
}

/** Rows of the chunks that reach `from`, one statement a chunk. */
export function* readL0(
  w: World,
  chunks: readonly number[],
  from: number,
  to: number,
): Task<L0Row[] | Unknown> {
  const rows: L0Row[] = [];
  for (const chunk of chunks) {
    if ((chunk + 1) * CHUNK <= from || chunk * CHUNK > to) continue;
    const some = yield* read(`read l0 of chunk ${chunk}`, () => w.tables.readL0(chunk, from, to));
    if (some === UNKNOWN) return UNKNOWN;
    rows.push(...some);
  }
  return rows;
}

/** Whoever reads a manifest with trash notes when. */
export function* readManifest(
  w: World,
  p: Process,
  unit: Unit,
): Task<Manifest | undefined | Unknown> {
  const row = yield* read(`read manifest ${bucketOf(unit)}/${unit % 16}`, () =>
    w.tables.manifest(unit),
  );
  if (row === UNKNOWN || row === undefined) return row;
  for (const id of row.trash) {
    if (!p.memory.trashSeen.has(id)) p.memory.trashSeen.set(id, monotonicOf(w, p));
  }
  return row;
}

export function readBlob(w: World, id: number): Task<Blob | undefined | Unknown> {
  return read(`read blob ${id}`, () => w.tables.getBlob(id));
}
