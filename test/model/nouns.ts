/**
 * What the model moves about: batches, fragments, L0 rows, segments, manifests.
 * Invariant: rows, segments and manifests never change once made. Batches and fragments also carry what only the
 * checker knows (marked "oracle"); no operation of the protocol reads that.
 */

export interface Entry {
  /** Event time in units; none: the time in its batch's id. */
  readonly time: number | undefined;
  /** What deletes filter by. */
  readonly tag: number;
}

export interface Batch {
  /** Client clock and chance, as in a UUIDv7: `time * ID_SCALE + noise`. Nobody trusts the time. */
  readonly id: number;
  readonly entries: readonly Entry[];
  /** Oracle: the step of the first sending. */
  readonly sentAt: number;
  /** Oracle: entries the last checked answer held. */
  seen: number;
  seenBy: number;
  readonly fragments: Map<number, Fragment>;
}

export const ID_SCALE = 4096;

export function timeOfId(id: number): number {
  return Math.floor(id / ID_SCALE);
}

/** The rows of one batch in one bucket; entries are bits of a mask. */
export interface Fragment {
  readonly batch: Batch;
  readonly bucket: number;
  /** Oracle: all entries that placement puts here. */
  full: number;
  /** Oracle: entries acknowledged, and the step of the first acknowledgement. */
  acknowledged: number;
  ackedAt: number;
  /** Oracle: entries the last checked answer held. */
  seen: number;
  seenBy: number;
}

/** A fragment as somebody stored it. */
export interface Piece {
  readonly fragment: Fragment;
  readonly mask: number;
  readonly shard: number;
}

export interface L0Row {
  readonly epoch: number;
  readonly writer: number;
  readonly seq: number;
  readonly bucket: number;
  readonly pieces: readonly Piece[];
  /** 0: the entries are in the row. */
  readonly blob: number;
}

/** Oracle: who wrote a segment. */
export interface MergeRecord {
  readonly name: string;
  /** The merge knew its outcome, and cleaned up if it had to. */
  settled: boolean;
}

/** First and last id of a run of batch ids. */
export type IdRange = readonly [first: number, last: number];

export interface Segment {
  readonly id: number;
  readonly level: number;
  readonly pieces: readonly Piece[];
  readonly batches: ReadonlySet<number>;
  /** Where the ids of `batches` lie: outside, nobody needs to look. */
  readonly ranges: readonly IdRange[];
  readonly minEpoch: number;
  /** Deletes by query whose rows are gone from it. */
  readonly applied: ReadonlySet<number>;
  /** Rows. */
  readonly n: number;
  readonly merge: MergeRecord;
}

export interface Manifest {
  readonly version: number;
  readonly nonce: number;
  readonly through: number;
  /** The bucket's, as its catalogue row fixed it. */
  readonly expires: number;
  readonly total: number;
  readonly segments: readonly Segment[];
  readonly trash: readonly number[];
}

/** Key of a (bucket, shard). */
export type Unit = number;

export function unitOf(bucket: number, shard: number): Unit {
  return bucket * 16 + shard;
}

export function bucketOf(unit: Unit): number {
  return Math.floor(unit / 16);
}

export function shardOf(batchId: number, shards: number): number {
  return ((Math.imul(batchId % 65_521, 40_503) >>> 4) & 0xffff) % shards;
}

export function bits(mask: number): number {
  let n = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) n++;
  return n;
}

export function rowsOf(pieces: readonly Piece[]): number {
  let n = 0;
  for (const piece of pieces) n += bits(piece.mask);
  return n;
}

/** Entries of a fragment with this tag. */
export function taggedMask(fragment: Fragment, tag: number): number {
  let mask = 0;
  for (const [i, entry] of fragment.batch.entries.entries()) if (entry.tag === tag) mask |= 1 << i;
  return mask & fragment.full;
}
