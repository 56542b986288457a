/**
 * Section 5, steps 4 to 7: one group commit.
 * Invariant: a batch is acknowledged only when the catalogue, the tail, the blobs and every row with one of its
 * fragments are stored, and the epoch they were written for was still open after that.
 */
import { type L0Row, type Piece, shardOf, unitOf } from "../nouns.ts";
import { all, lwt, type Task, UNKNOWN, write } from "../sim/task.ts";
import { CHUNK } from "../shape.ts";
import { type EpochNote, freshId, type Process, type World } from "../world.ts";
import { fragmentOf, hidden } from "./place.ts";
import type { Answer, Pending } from "./request.ts";
import { freshNote, trusted } from "./trust.ts";

export function* commit(w: World, p: Process, batches: readonly Pending[]): Task {
  const note = yield* freshNote(w, p);
  const stored = note === undefined ? undefined : yield* store(w, p, batches, note);
  const open = note !== undefined && stored !== undefined && (yield* trusted(w, p, note));
  for (const pending of batches) {
    if (p.memory.inFlight.get(pending.batch.id) === pending) {
      p.memory.inFlight.delete(pending.batch.id);
    }
    const rows = [...pending.admitted.keys()].map((bucket) => stored?.get(bucket));
    const complete = w.on("allFrags")
      ? rows.every((row) => row?.ok === true)
      : rows.some((row) => row?.ok === true);
    const ok = open && complete;
    if (ok) promise(w, p, pending, note, stored);
    answer(pending, ok ? "acknowledged" : "unavailable");
  }
}

interface Stored {
  readonly row: L0Row;
  readonly ok: boolean;
}

function answer(pending: Pending, value: Answer): void {
  for (const request of pending.waiters) request.answer = value;
}

/** From here on the batch must be visible to whoever asks. */
function promise(
  w: World,
  p: Process,
  pending: Pending,
  note: EpochNote,
  stored: ReadonlyMap<number, Stored>,
): void {
  const { batch, admitted } = pending;
  w.sim.say(
    p,
    () => `ACK batch ${batch.id} in ${[...admitted.keys()].join()} (epoch ${note.epoch})`,
  );
  for (const [bucket, mask] of admitted) {
    const fragment = fragmentOf(batch, bucket);
    // Below the floor the catalogue's row may have been made anew; what is stored there is void.
    const standing = bucket >= w.tables.app.floor && stored.has(bucket);
    if (standing) w.ledger.checkAdmitted(fragment, pending.receivedAt);
    const pieces = stored.get(bucket)?.row.pieces ?? [];
    for (const { shard } of pieces.filter((piece) => piece.fragment === fragment)) {
      const manifest = w.tables.manifest(unitOf(bucket, shard));
      w.watch.acknowledged(fragment, shard, note.epoch, manifest);
    }
    w.ledger.acknowledge(fragment, mask, note.epoch, w.sim.steps);
  }
  p.memory.acknowledged.set(batch.id, { buckets: new Set(admitted.keys()), at: w.sim.now });
}

/** @returns the rows by bucket; nothing when what must come first did not succeed. */
function* store(
  w: World,
  p: Process,
  batches: readonly Pending[],
  note: EpochNote,
): Task<Map<number, Stored> | undefined> {
  const buckets = new Set(batches.flatMap((pending) => [...pending.admitted.keys()]));
  const chunk = Math.floor(note.epoch / CHUNK);
  const firsts = [touchTail(w, p, chunk), ...[...buckets].map((b) => touchBucket(w, p, b))];
  if (!(yield* all(firsts)).every(Boolean)) return undefined;
  const rows = rowsFor(w, p, batches, note.epoch).filter(({ bucket }) => !hidden(w, p, bucket));
  const blobs = rows.filter((row) => row.blob !== 0);
  const puts = blobs.map(({ blob, bucket }) => {
    const expires = p.memory.buckets.get(bucket)?.expires ?? Infinity;
    return write("put l0 blob", (stamp) => w.tables.putBlob(blob, "l0", stamp, expires));
  });
  if (!(yield* all(puts)).every(Boolean)) return undefined;
  const done = yield* all(rows.map((row) => insert(w, chunk, row)));
  return new Map(rows.map((row, i) => [row.bucket, { row, ok: done[i] === true }]));
}

/** log_tail, once a chunk and process. */
function* touchTail(w: World, p: Process, chunk: number): Task<boolean> {
  if (p.memory.tailWritten.has(chunk)) return true;
  const put = write("write tail", (stamp) => w.tables.writeTailChunk(chunk, stamp));
  if (!w.on("tailFirst")) {
    p.memory.tailWritten.add(chunk);
    w.sim.spawn(p, put);
    return true;
  }
  if (!(yield* put)) return false;
  p.memory.tailWritten.add(chunk);
  return true;
}

/** log_bucket: fixes the number of shards, or learns it. */
function* touchBucket(w: World, p: Process, bucket: number): Task<boolean> {
  if (p.memory.buckets.has(bucket)) return true;
  const expires = (bucket + 1) * w.shape.bucketUnits + w.retention;
  const wanted = { shards: w.shards, expires };
  if (!w.on("catFirst")) {
    p.memory.buckets.set(bucket, wanted);
    w.sim.spawn(
      p,
      lwt("insert bucket", () => w.tables.insertBucket(bucket, wanted)),
    );
    return true;
  }
  const fixed = yield* lwt("insert bucket", () => w.tables.insertBucket(bucket, wanted));
  if (fixed === UNKNOWN) return false;
  p.memory.buckets.set(bucket, fixed);
  return true;
}

function rowsFor(w: World, p: Process, batches: readonly Pending[], epoch: number): L0Row[] {
  const byBucket = new Map<number, Piece[]>();
  for (const { batch, admitted } of batches) {
    for (const [bucket, mask] of admitted) {
      const shards = w.on("shardByBucket") ? (p.memory.buckets.get(bucket)?.shards ?? 1) : w.shards;
      const piece = { fragment: fragmentOf(batch, bucket), mask, shard: shardOf(batch.id, shards) };
      const pieces = byBucket.get(bucket) ?? [];
      pieces.push(piece);
      byBucket.set(bucket, pieces);
    }
  }
  return [...byBucket].map(([bucket, pieces]) => {
    const seq = p.memory.seqs.get(epoch) ?? 0;
    p.memory.seqs.set(epoch, seq + 1);
    const blob = w.sim.random.chance(0.3) ? freshId(w) : 0;
    return { epoch, writer: p.memory.writer, seq, bucket, pieces, blob };
  });
}

function insert(w: World, chunk: number, row: L0Row): Task<boolean> {
  const ttl = w.on("ttlLong") ? w.shape.retention + 20_000 : 400;
  return write("insert l0", (stamp) => w.tables.writeL0(chunk, row, stamp, ttl));
}
