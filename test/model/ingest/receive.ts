/**
 * Section 5, steps 1 to 3: a request reaches a process.
 * Invariant: only "acknowledged" is answered from memory, never "seen".
 */
import type { Task } from "../sim/task.ts";
import { about, type Process, type World } from "../world.ts";
import { commit } from "./commit.ts";
import { admit } from "./place.ts";
import type { Pending, Request } from "./request.ts";

/** How long a batch is remembered. */
const MEMORY = 3000;

export function receive(w: World, p: Process, request: Request): void {
  const { batch } = request;
  const admitted = admit(w, p, batch);
  request.partly = admitted.size < batch.fragments.size;
  if (admitted.size === 0) {
    request.answer = "refused";
    return;
  }
  const { memory } = p;
  const known = memory.acknowledged.get(batch.id);
  const all =
    known !== undefined && [...admitted.keys()].every((bucket) => known.buckets.has(bucket));
  if (all || (memory.seen.has(batch.id) && !w.on("memAckOnly"))) {
    acknowledgeFromMemory(w, p, request, admitted);
    return;
  }
  memory.seen.add(batch.id);
  const pending = memory.inFlight.get(batch.id);
  if (pending !== undefined && sameBuckets(pending, admitted)) {
    pending.waiters.push(request);
    return;
  }
  const fresh: Pending = { batch, admitted, waiters: [request], receivedAt: w.sim.now };
  memory.inFlight.set(batch.id, fresh);
  memory.gathering.push(fresh);
}

function sameBuckets(pending: Pending, admitted: ReadonlyMap<number, number>): boolean {
  return [...admitted.keys()].every((bucket) => pending.admitted.has(bucket));
}

/** The promise is one like any other: the checker is told. */
function acknowledgeFromMemory(
  w: World,
  p: Process,
  request: Request,
  admitted: ReadonlyMap<number, number>,
): void {
  for (const [bucket, mask] of admitted) {
    const fragment = request.batch.fragments.get(bucket);
    if (fragment === undefined) continue;
    w.ledger.acknowledge(fragment, mask, p.memory.note?.epoch ?? 0, w.sim.steps);
  }
  request.answer = "acknowledged";
}

/** The group commit: whatever gathered within a tick goes together. Commits overlap. */
export function* tick(w: World, p: Process): Task {
  for (;;) {
    yield { kind: "sleep", units: about(w, 20) };
    const batches = p.memory.gathering;
    if (batches.length === 0) continue;
    p.memory.gathering = [];
    w.sim.spawn(p, commit(w, p, batches));
  }
}

/** Drops what is older than the memory's span. */
export function forget(p: Process, now: number): void {
  for (const [id, { at }] of p.memory.acknowledged) {
    if (at < now - MEMORY) p.memory.acknowledged.delete(id);
  }
}
