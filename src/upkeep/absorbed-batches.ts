/**
 * D of a unit: which batches its segments hold already.
 * Invariant: asks a segment only about ids that lie in its ranges; fresh ids lie in none.
 */
import { corrupt } from "../domain/fault.ts";
import type { BatchId } from "../domain/ids.ts";
import { mayHaveBatch, readSegmentBatches } from "../engine/segment/segment.ts";
import type { LogStore, Manifest, SegmentRef } from "../storage/log-store.ts";

/** @returns those of `batches` that are absorbed; undefined when a segment's blob is gone (plan the unit again). */
export async function absorbedAmong(
  batches: ReadonlySet<BatchId>,
  manifest: Manifest,
  store: Pick<LogStore, "readBlob">,
): Promise<Set<BatchId> | undefined> {
  const found = new Set<BatchId>();
  for (const segment of manifest.segments) {
    const asked = [...batches].filter((batch) => mayHaveBatch(segment.batchRanges, batch));
    if (asked.length === 0) continue;
    const held = await batchesOf(segment, manifest, store);
    if (held === undefined) return undefined;
    const set = new Set(held);
    for (const batch of asked) if (set.has(batch)) found.add(batch);
  }
  return found;
}

/** @returns every batch of the segment, ascending; undefined when its blob is gone. */
export async function batchesOf(
  segment: SegmentRef,
  { app, bucket }: Manifest,
  store: Pick<LogStore, "readBlob">,
): Promise<readonly BatchId[] | undefined> {
  // Parts of a segment: its index, then its batches (engine/segment).
  const part = segment.parts[1];
  if (part === undefined) throw corrupt(`segment ${segment.id}`, "it has no list of batches");
  const bytes = await store.readBlob(app, bucket, segment.id, part.offset, part.length);
  return bytes === undefined
    ? undefined
    : readSegmentBatches(bytes, `segment ${segment.id}, batches`);
}
