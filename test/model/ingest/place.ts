/**
 * Section 2: where entries go.
 * Invariant: with all rules on, the buckets and masks are a pure function of the batch; what a clock or the floor
 * decides, it decides for whole buckets.
 */
import { type Batch, type Fragment, timeOfId } from "../nouns.ts";
import { FUTURE } from "../shape.ts";
import { expired, type Process, wallOf, type World } from "../world.ts";

/** Entries by bucket. */
export function place(w: World, p: Process, batch: Batch): Map<number, number> {
  const byBucket = new Map<number, number>();
  for (let i = 0; i < batch.entries.length; i++) {
    const bucket = Math.floor(timeOf(w, p, batch, i) / w.shape.bucketUnits);
    byBucket.set(bucket, (byBucket.get(bucket) ?? 0) | (1 << i));
  }
  return byBucket;
}

function timeOf(w: World, p: Process, batch: Batch, i: number): number {
  const sent = batch.entries[i]?.time;
  if (sent !== undefined) return sent;
  return w.on("defaultTime") ? timeOfId(batch.id) : wallOf(w, p);
}

/** What of a placed batch is taken now. */
export function admit(w: World, p: Process, batch: Batch): Map<number, number> {
  const latest = wallOf(w, p) + FUTURE;
  const admitted = new Map<number, number>();
  for (const [bucket, mask] of place(w, p, batch)) {
    if (bucket < p.memory.floor || bucket < 0 || hidden(w, p, bucket)) continue;
    if (w.on("bucketAdmit")) {
      if (bucket * w.shape.bucketUnits <= latest) admitted.set(bucket, mask);
      continue;
    }
    let some = 0;
    for (let i = 0; i < batch.entries.length; i++) {
      if ((mask & (1 << i)) !== 0 && timeOf(w, p, batch, i) <= latest) some |= 1 << i;
    }
    if (some !== 0) admitted.set(bucket, some);
  }
  for (const [bucket, mask] of place(w, p, batch)) fragmentOf(batch, bucket).full |= mask;
  return admitted;
}

/** Readers do not show it any more, though the floor may still be below it. */
export function hidden(w: World, p: Process, bucket: number): boolean {
  const row = p.memory.buckets.get(bucket);
  return row !== undefined && expired(w, p, row) && w.on("expiresAdmit");
}

export function fragmentOf(batch: Batch, bucket: number): Fragment {
  let found = batch.fragments.get(bucket);
  if (found === undefined) {
    found = {
      batch,
      bucket,
      full: 0,
      acknowledged: 0,
      ackedAt: Infinity,
      seen: 0,
      seenBy: 0,
    };
    batch.fragments.set(bucket, found);
  }
  return found;
}
