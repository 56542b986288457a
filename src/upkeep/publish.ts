/**
 * Writes the segments of a merge and puts them into the manifest.
 * Invariants: blobs are durable before a manifest names them; after a compare-and-set that certainly failed the own
 * blobs are deleted, after one of unknown outcome only when the manifest says that it did not and cannot apply any more.
 * No attempt begins without the lease; one that is under way when the lease ends is the manifest's to refuse.
 */
import type { BatchId, BlobId } from "../domain/ids.ts";
import type { EncodedBlock } from "../engine/block/encode-block.ts";
import { buildSegment, MAX_SEGMENT_BLOCKS } from "../engine/segment/segment.ts";
import { addSummaries, decodeSummary, encodeSummary } from "../engine/summary/summary.ts";
import type { LogStore, Manifest, SegmentRef } from "../storage/log-store.ts";

export interface PublishDeps {
  readonly store: Pick<LogStore, "writeBlob" | "deleteBlob" | "compareAndSetManifest" | "planUnit">;
  readonly newBlobId: () => BlobId;
  readonly newNonce: () => string;
  /** Aborts when the unit is another's to merge: the merge ends by its reason, and its own blobs go. */
  readonly lease?: AbortSignal;
}

export interface MergeOutput {
  readonly blocks: readonly EncodedBlock[];
  /** Ascending: every batch that the blocks stand for, those without a row left too. */
  readonly batches: readonly BatchId[];
  readonly level: number;
  readonly minEpoch: number;
}

/** @returns the segments, their blobs durable; on a failure none of the blobs stays. */
export async function writeSegments(
  unit: Manifest,
  output: MergeOutput,
  deps: PublishDeps,
): Promise<SegmentRef[]> {
  const written: SegmentRef[] = [];
  try {
    // One at least: batches are remembered when none of their rows is left.
    for (let from = 0; from === 0 || from < output.blocks.length; from += MAX_SEGMENT_BLOCKS) {
      // More than one segment only for huge entries; each then stands for all the batches.
      const built = buildSegment(
        output.blocks.slice(from, from + MAX_SEGMENT_BLOCKS),
        output.batches,
      );
      const { bytes, ...ref } = built;
      deps.lease?.throwIfAborted();
      const id = deps.newBlobId();
      written.push({ ...ref, id, level: output.level, minEpoch: output.minEpoch });
      await deps.store.writeBlob(unit.app, unit.bucket, id, bytes);
    }
    return written;
  } catch (error) {
    // Why it failed is the caller's matter. What cannot be deleted now is swept later: no manifest names it.
    await discard(unit, written, deps).catch(() => undefined);
    throw error;
  }
}

/** Compare-and-sets upon newer manifests before a merge is given up. */
const REBASES = 3;

/**
 * @param rebase makes the change anew upon a manifest that came before ours; undefined when it cannot be made there.
 * @returns whether the change stands, or has stood, in the store. Throws what the compare-and-set threw when that cannot
 * be told: the unit is to be looked at again later, and nothing is deleted, for it may apply yet.
 * Throws the lease's reason when that ended before an attempt: nothing was changed then, and the own blobs are gone.
 */
export async function publish(
  expected: Manifest,
  next: Manifest,
  own: readonly SegmentRef[],
  deps: PublishDeps,
  rebase?: (manifest: Manifest) => Manifest | undefined,
): Promise<boolean> {
  let [from, to] = [expected, next];
  for (let rebases = 0; ; rebases++) {
    if (deps.lease?.aborted === true) {
      // None of the attempts before can apply any more.
      await discard(expected, own, deps);
      deps.lease.throwIfAborted();
    }
    let doubt: { readonly error: unknown } | undefined;
    try {
      if (await deps.store.compareAndSetManifest(from, to)) return true;
    } catch (error) {
      doubt = { error };
    }
    if (doubt === undefined && rebase === undefined) break;
    const { manifest } = await deps.store.planUnit(expected);
    if (manifest.nonce === to.nonce || stands(own, manifest)) return true;
    // With the same version ours may apply yet; below the floor there is none to tell.
    if (doubt !== undefined && manifest.version <= from.version) throw doubt.error;
    const again = rebases < REBASES ? rebase?.(manifest) : undefined;
    if (again === undefined) break;
    [from, to] = [manifest, again];
  }
  await discard(expected, own, deps);
  return false;
}

/**
 * Something was made upon ours: its segments tell, or its trash when they were merged again. One of ours is enough, as they
 * come together; of the others the trash may be taken out by now.
 */
function stands(own: readonly SegmentRef[], manifest: Manifest): boolean {
  const ids = new Set([...manifest.segments.map(({ id }) => id), ...manifest.trash]);
  return own.some(({ id }) => ids.has(id));
}

async function discard(
  unit: Manifest,
  own: readonly SegmentRef[],
  deps: PublishDeps,
): Promise<void> {
  for (const { id } of own) await deps.store.deleteBlob(unit.app, unit.bucket, id);
}

/** @returns the sums of a manifest whose segments hold these blocks beside what `totals` sums. */
export function totalsWith(totals: Uint8Array, blocks: readonly EncodedBlock[]): Uint8Array {
  return encodeSummary(
    addSummaries([decodeSummary(totals), ...blocks.map(({ meta }) => decodeSummary(meta.summary))]),
  );
}
