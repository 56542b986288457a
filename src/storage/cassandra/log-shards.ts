/**
 * Shards: a bucket that takes more than one merge after the other can absorb is cut into several units.
 * Invariant: where a batch lies is a pure function of its id and of the number of shards, which whoever made the bucket
 * fixed for ever: a retry after growth meets its first copy, in whichever process.
 */
import type { Clock } from "../../domain/clock.ts";
import { fnv1a } from "../../domain/fnv.ts";
import type { AppId, BatchId } from "../../domain/ids.ts";
import { type Bucket, bucketStartMs, HOUR_MS } from "../../domain/time-range.ts";
import type { L0Row } from "../log-store.ts";
import type { Catalogue } from "./log-catalogue.ts";
import type { Manifests } from "./log-manifests.ts";

export const MAX_SHARDS = 16;
/** What one unit is given: an hour of it makes 1,700 segments of 256 Ki entries, a manifest of 140 KB. */
const ENTRIES_A_SECOND = 125_000;
/** A rate is not told from less time than this. */
const MIN_SECONDS = 60;

export function shardOf(batch: BatchId, shards: number): number {
  return Math.floor((mixed(fnv1a(batch)) / 2 ** 32) * shards);
}

/** MurmurHash3's last step, so that every bit hangs on every other: ids of one time differ in few of theirs. */
function mixed(hash: number): number {
  let bits = hash;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85_eb_ca_6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2_b2_ae_35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/** Bit k is set when one of the batches lies in shard k. */
export function shardsOf(batches: readonly BatchId[], shards: number): number {
  let mask = 0;
  for (const batch of batches) mask |= 1 << shardOf(batch, shards);
  return mask;
}

/** @returns what each shard has of a row; undefined for those that have nothing. */
export function splitRow(row: L0Row, shards: number): readonly (L0Row | undefined)[] {
  if (shards === 1) return [row];
  const own = Array.from({ length: shards }, (): BatchId[] => []);
  for (const batch of row.batches) own[shardOf(batch, shards)]?.push(batch);
  return own.map((batches) => {
    if (batches.length === 0) return undefined;
    const share = batches.length / row.batches.length;
    return share === 1 ? row : { ...row, batches, share };
  });
}

export function shardsForRate(entriesASecond: number): number {
  return Math.min(MAX_SHARDS, Math.max(1, Math.ceil(entriesASecond / ENTRIES_A_SECOND)));
}

/** How many shards a bucket gets that is made now. Asked once a bucket, by its first writer. */
export type ChooseShards = (app: AppId, bucket: Bucket) => Promise<number>;

/**
 * As many as what was merged of the hour before asks for, whoever merged it. Where merges lag behind they absorb as much
 * as they can, so the number grows from hour to hour until they do not.
 */
export function shardsByHourBefore(deps: {
  readonly catalogue: Pick<Catalogue, "find">;
  readonly manifests: Pick<Manifests, "usage">;
  readonly clock: Clock;
}): ChooseShards {
  const { catalogue, manifests, clock } = deps;
  return async (app, bucket) => {
    const hour = (bucket - 1) as Bucket;
    const before = await catalogue.find(app, hour);
    if (before === undefined) return 1;
    let rows = 0;
    for (let shard = 0; shard < before.shards; shard++)
      rows += (await manifests.usage({ app, bucket: hour, shard })).rows;
    const seconds = Math.min(HOUR_MS, clock.nowMs() - bucketStartMs(hour)) / 1000;
    return shardsForRate(rows / Math.max(MIN_SECONDS, seconds));
  };
}
