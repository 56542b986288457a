/**
 * Merges segments of one level into one of the next, so that a unit has few.
 * Invariant: one compare-and-set replaces the inputs by the output and puts them into the trash; rows and batches are
 * the unions, totals stay what they were. It goes on upon a newer manifest only while all the inputs are in it.
 */
import type { BatchId } from "../domain/ids.ts";
import { openBlock } from "../engine/block/open-block.ts";
import { readSegmentIndex } from "../engine/segment/segment.ts";
import type { Manifest, SegmentRef, UnitKey } from "../storage/log-store.ts";
import { batchesOf } from "./absorbed-batches.ts";
import { mergeInTurn, type MergeSource } from "./merge-in-turn.ts";
import type { MergeDeps, MergeResult } from "./merge-l0.ts";
import { publish, writeSegments } from "./publish.ts";

/** Segments of a level before they are merged: an entry is rewritten log8 times. */
const FAN_IN = 8;
/** None grows beyond 64 blocks of 16 Ki. */
const MAX_ROWS = 1024 * 1024;

/** Merges once, where there is something to merge. @param fanIn of segments of one level, at least 2. */
export async function mergeLevels(
  key: UnitKey,
  deps: MergeDeps,
  fanIn = FAN_IN,
): Promise<MergeResult> {
  const { manifest } = await deps.store.planUnit(key);
  const inputs = choose(manifest.segments, fanIn);
  if (inputs === undefined) return "nothing";
  const sources: MergeSource[] = [];
  const batches = new Set<BatchId>();
  for (const segment of inputs) {
    const own = await sourcesOf(segment, manifest, deps);
    const held = await batchesOf(segment, manifest, deps.store);
    if (own === undefined || held === undefined) return "stale";
    sources.push(...own);
    for (const batch of held) batches.add(batch);
  }
  const blocks = await mergeInTurn(sources);
  if (blocks === undefined) return "stale";
  const output = {
    blocks,
    batches: [...batches].toSorted(),
    level: (inputs[0]?.level ?? 0) + 1,
    minEpoch: Math.min(...inputs.map(({ minEpoch }) => minEpoch)),
  };
  const segments = await writeSegments(manifest, output, deps);
  const replaced = new Set(inputs.map(({ id }) => id));
  const replace = (upon: Manifest): Manifest | undefined => {
    const kept = upon.segments.filter(({ id }) => !replaced.has(id));
    // An input that another merge took may be deleted already, and its entries stand elsewhere.
    if (kept.length + inputs.length !== upon.segments.length) return undefined;
    return {
      ...upon,
      version: upon.version + 1,
      nonce: deps.newNonce(),
      segments: [...kept, ...segments],
      trash: [...upon.trash, ...replaced],
    };
  };
  // Rows are merged more often than levels: a long merge of these would lose to them time and again.
  const next = replace(manifest);
  if (next === undefined) throw new Error("a merge's inputs are not in the manifest they are from");
  return (await publish(manifest, next, segments, deps, replace)) ? "merged" : "stale";
}

/** @returns the oldest segments of the lowest level that has enough of them, undefined where none has. */
function choose(segments: readonly SegmentRef[], fanIn: number): readonly SegmentRef[] | undefined {
  const levels = [...new Set(segments.map(({ level }) => level))].toSorted((a, b) => a - b);
  for (const level of levels) {
    const group: SegmentRef[] = [];
    let rows = 0;
    for (const segment of segments) {
      if (segment.level !== level || rows + segment.rows > MAX_ROWS) continue;
      rows += segment.rows;
      group.push(segment);
      if (group.length === fanIn) return group;
    }
  }
  return undefined;
}

/** @returns the segment's blocks, each read alone; undefined when its blob is gone. */
async function sourcesOf(
  segment: SegmentRef,
  { app, bucket }: Manifest,
  deps: MergeDeps,
): Promise<MergeSource[] | undefined> {
  const part = segment.parts[0];
  const bytes =
    part && (await deps.store.readBlob(app, bucket, segment.id, part.offset, part.length));
  if (bytes === undefined) return undefined;
  const index = readSegmentIndex(bytes, `segment ${segment.id}, index`);
  return index.blocks.map(({ parts, minTimeNanos, sizeBytes }, i) => ({
    minTimeNanos,
    open: async () => {
      deps.lease?.throwIfAborted();
      // A block's parts lie one after the other.
      const from = parts[0]?.offset ?? 0;
      const block = await deps.store.readBlob(app, bucket, segment.id, from, sizeBytes);
      if (block === undefined) return undefined;
      const own = parts.map(({ offset, length }) => ({ offset: offset - from, length }));
      return { block: openBlock(block, own, `segment ${segment.id}, block ${i}`) };
    },
  }));
}
