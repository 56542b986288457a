/**
 * Merges segments of one level into one of the next, so that a unit has few.
 * Invariant: one compare-and-set replaces the inputs by the output and puts them into the trash; rows and batches are
 * the unions, totals stay what they were.
 */
import type { BatchId } from "../domain/ids.ts";
import { mergeBlocks, type MergeInput } from "../engine/block/merge-blocks.ts";
import { openBlock } from "../engine/block/open-block.ts";
import { readSegmentIndex } from "../engine/segment/segment.ts";
import type { Manifest, SegmentRef, UnitKey } from "../storage/log-store.ts";
import { batchesOf } from "./absorbed-batches.ts";
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
  const blocks: MergeInput[] = [];
  const batches = new Set<BatchId>();
  for (const segment of inputs) {
    const opened = await open(segment, manifest, deps);
    const held = await batchesOf(segment, manifest, deps.store);
    if (opened === undefined || held === undefined) return "stale";
    blocks.push(...opened);
    for (const batch of held) batches.add(batch);
  }
  const merged = mergeBlocks(blocks);
  const output = {
    blocks: merged,
    batches: [...batches].toSorted(),
    level: (inputs[0]?.level ?? 0) + 1,
    minEpoch: Math.min(...inputs.map(({ minEpoch }) => minEpoch)),
  };
  const segments = await writeSegments(manifest, output, deps);
  const replaced = new Set(inputs.map(({ id }) => id));
  const next: Manifest = {
    ...manifest,
    version: manifest.version + 1,
    nonce: deps.newNonce(),
    segments: [...manifest.segments.filter(({ id }) => !replaced.has(id)), ...segments],
    trash: [...manifest.trash, ...replaced],
  };
  return (await publish(manifest, next, segments, deps)) ? "merged" : "stale";
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

async function open(
  segment: SegmentRef,
  { app, bucket }: Manifest,
  deps: MergeDeps,
): Promise<MergeInput[] | undefined> {
  const bytes = await deps.store.readBlob(app, bucket, segment.id, 0, segment.sizeBytes);
  const part = segment.parts[0];
  if (bytes === undefined || part === undefined) return undefined;
  const index = readSegmentIndex(
    bytes.subarray(part.offset, part.offset + part.length),
    `segment ${segment.id}, index`,
  );
  return index.blocks.map((meta, i) => ({
    block: openBlock(bytes, meta.parts, `segment ${segment.id}, block ${i}`),
  }));
}
