/**
 * The contract of a log store. `test/contract/log-store.ts` is the same contract as a suite.
 *
 * A fragment is the rows of one batch in one bucket. What is visible of a unit (application, bucket, shard) is
 *   rows(segments of its manifest)  ∪  the fragments of its L0 rows with epoch > through that are not in D,
 * each fragment once, where D is the set of batch ids in those segments. The union is the reader's and the
 * merger's work (`search`, `upkeep`): a store only keeps L0 rows, blobs and manifests, and never opens a block.
 *
 * Epochs count commits. A closed epoch never gets another row; merges absorb rows of closed epochs only, and
 * `through` says which are absorbed. On SQLite every commit is an epoch of its own, closed when it is done.
 * Absorbed rows may stay readable for a grace (the tail reads them); readers skip them by `through`.
 *
 * Failures: `overloaded` (busy, disk full, out of reach; the outcome may be unknown unless said otherwise),
 * `corrupt` (names what does not read back), `canceled`.
 */
import type { BlockMeta } from "../domain/block-meta.ts";
import type { AppId, BatchId, BlobId } from "../domain/ids.ts";
import type { Bucket } from "../domain/time-range.ts";

/** What one group commit holds of one (application, bucket). */
export interface L0Write {
  readonly app: AppId;
  readonly bucket: Bucket;
  /** Every batch with a row in `bytes`, ascending, each once. */
  readonly batches: readonly BatchId[];
  /**
   * Those of `batches` of which a clock refused other buckets: these may come in a later commit. Of any other batch
   * a commit holds all there ever is. Left out: none.
   */
  readonly unfinished?: readonly BatchId[];
  readonly meta: BlockMeta;
  /** The block. Given away: it may be transferred to another thread. */
  readonly bytes: Uint8Array;
}

/** Names one L0 row for ever; never reused. Opaque but for equality. */
export type L0Id = string & { readonly __id: "L0Id" };

export interface L0Row {
  readonly id: L0Id;
  readonly app: AppId;
  readonly bucket: Bucket;
  readonly epoch: number;
  /** Ascending. Of a unit's row: those that are the unit's. */
  readonly batches: readonly BatchId[];
  /**
   * Set when the block holds batches of the bucket's other shards too, which are not the unit's to take: the part of its
   * batches that is.
   */
  readonly share?: number;
  /** Of the whole block. */
  readonly meta: BlockMeta;
}

/** One output of a merge: 1 to 64 blocks in one blob. */
export interface SegmentRef {
  readonly id: BlobId;
  /** 0 for the output of an L0 merge, one more for each level merge above it. */
  readonly level: number;
  readonly rows: number;
  readonly sizeBytes: number;
  readonly minTimeNanos: bigint;
  readonly maxTimeNanos: bigint;
  /** Smallest epoch of all L0 rows it came from. */
  readonly minEpoch: number;
  /** Ranges that together hold every batch id in it, at most 8, cut at the widest gaps. */
  readonly batchRanges: readonly BatchRange[];
  /** Byte ranges of the parts of the blob; what each holds is the engine's matter (`engine/segment`). */
  readonly parts: readonly { readonly offset: number; readonly length: number }[];
}

export interface BatchRange {
  readonly first: BatchId;
  readonly last: BatchId;
}

export interface UnitKey {
  readonly app: AppId;
  readonly bucket: Bucket;
  readonly shard: number;
}

export interface Manifest extends UnitKey {
  /** Grows by one with every change. 0 with an empty nonce: no row yet. */
  readonly version: number;
  readonly nonce: string;
  /** Every L0 row of this unit with an epoch up to here is absorbed. -1 at first. */
  readonly through: number;
  /** Sums over the segments, as `engine/summary` encodes them; empty when there is no segment. */
  readonly totals: Uint8Array;
  readonly segments: readonly SegmentRef[];
  /**
   * Blobs that were replaced; garbage for good. Whoever changes a manifest carries it on; a store takes out what it
   * has deleted, without or with a new version, and deleting a blob twice is harmless.
   */
  readonly trash: readonly BlobId[];
}

/** A manifest and the L0 rows above its `through`, read so that nothing acknowledged before is missed. */
export interface Unit {
  readonly manifest: Manifest;
  /** Ascending by (epoch, id). */
  readonly l0: readonly L0Row[];
}

/** When there is a fragment or a bucket in it, nothing at all of the commit was stored: take them out and commit the rest. */
export interface CommitOutcome {
  /** Fragments known before this commit. A store that recognises batches only at reading answers none. */
  readonly duplicates: readonly FragmentName[];
  /**
   * Buckets of the commit that nobody is shown any more, or would be: what is sent into them is refused for good.
   * Left out: none. A store that hides buckets by the floor alone answers none.
   */
  readonly expired?: readonly BucketName[];
  /** Set when something is to be taken out: the rows that were not stored, given back with their bytes. */
  readonly unstored?: readonly L0Write[];
}

export interface BucketName {
  readonly app: AppId;
  readonly bucket: Bucket;
}

export interface BatchName {
  readonly app: AppId;
  readonly batch: BatchId;
}

export interface FragmentName extends BatchName {
  readonly bucket: Bucket;
}

export interface LogStore {
  /**
   * Which of these batches the store has already, with nothing more to come. Asked before a commit to spare encoding a
   * retry; a store that recognises batches only at reading answers none. No rule relies on it.
   */
  known(batches: readonly BatchName[]): Promise<readonly BatchName[]>;

  /**
   * Stores all rows or none. When it resolves with nothing to take out the rows are durable (they survive a power cut)
   * and every plan begun later sees them, until their bucket falls below the floor or expires. A batch id is claimed per application: the rows of one batch must come
   * in one commit, but for an `unfinished` one, whose fragments are claimed one by one until a commit finishes it.
   * Rejects with `overloaded` when the disk is full (nothing stored) or the outcome is unknown: on a distributed store
   * some of the rows may be there then, or come later, or go again when their epoch closes.
   */
  commit(rows: readonly L0Write[]): Promise<CommitOutcome>;

  /**
   * The units of an application with data in buckets first..last (both included), at or above its floor,
   * newest bucket first. One consistent moment per unit, not across units.
   */
  plan(app: AppId, first: Bucket, last: Bucket): Promise<readonly Unit[]>;

  /** One unit afresh; an empty manifest (version 0) and no rows when there is nothing or it fell below the floor. */
  planUnit(key: UnitKey): Promise<Unit>;

  /**
   * The rows of an application with epoch > `after`, ascending, at most `limit`, absorbed ones included
   * while their grace lasts; `complete` is false when rows after `after` may be gone already (fill the gap by a query).
   */
  l0After(
    app: AppId,
    after: number,
    limit: number,
  ): Promise<{ rows: readonly L0Row[]; complete: boolean }>;

  /** The newest closed epoch. */
  closedEpoch(): Promise<number>;

  /** @returns the block, or undefined when the row is gone (plan the unit again). A copy the caller owns. */
  readL0(id: L0Id): Promise<Uint8Array | undefined>;

  /** Durable when it resolves; `id` must be fresh. The blob is garbage until a manifest names it. */
  writeBlob(app: AppId, bucket: Bucket, id: BlobId, bytes: Uint8Array): Promise<void>;

  /** @returns `length` bytes from `offset`, or undefined when the blob is gone. A copy the caller owns. */
  readBlob(
    app: AppId,
    bucket: Bucket,
    id: BlobId,
    offset: number,
    length: number,
  ): Promise<Uint8Array | undefined>;

  /** For a blob that certainly no manifest names or will name. Unknown ids are ignored. */
  deleteBlob(app: AppId, bucket: Bucket, id: BlobId): Promise<void>;

  /**
   * Replaces the manifest iff the stored one has `expected` version and nonce (0 and "" for none); its version must be
   * expected + 1. In the same step the rows up to the new `through` become absorbed.
   * Every blob that `next` names must have been written before. `through` never falls nor passes the closed epoch.
   * @returns false when another version stands there, or the bucket fell below the floor: nothing changed, certainly.
   */
  compareAndSetManifest(
    expected: { version: number; nonce: string },
    next: Manifest,
  ): Promise<boolean>;

  /**
   * Units with L0 rows of closed epochs above `through`, with what decides whether a merge is due. At most `limit`, most
   * rows first. What other processes changed may show some seconds later.
   */
  mergeWork(limit: number): Promise<readonly MergeWork[]>;

  /** Buckets below it do not exist any more. 0 at first; only grows. */
  floor(app: AppId): Promise<Bucket>;

  /**
   * Raises the floor: from now on nothing below it is visible, and its bytes are deleted soon after.
   * A lower value changes nothing; 0 only tells that the application is there. Deleting an application raises it to Infinity's stand-in, MAX_BUCKET.
   */
  raiseFloor(app: AppId, floor: Bucket): Promise<void>;

  /**
   * Deletes what the floor, the trash and the grace of absorbed rows have made garbage. Any number at once. A row may wait
   * for those that came with it; the grace may begin at the first run that sees what is garbage.
   * @param reach `shared` when left out. A store of one process always finds all.
   * @returns what could not be deleted, at most 100. Nobody sees it any more, it only takes space; each run tries it again.
   */
  collectGarbage(reach?: GarbageReach): Promise<readonly StuckBlob[]>;

  /** Stored bytes and rows of an application, L0 included. */
  usage(app: AppId): Promise<StoredUsage>;
}

/**
 * How far garbage is looked for. `seen`: what this process made or met, at no cost where there is none. `shared`: also what
 * waits in lists for all processes; one of them is enough. `all`: also what a process that crashed had seen; once a day.
 */
export type GarbageReach = "seen" | "shared" | "all";

/** A blob that the disk does not let go. */
export interface StuckBlob {
  /** As its keeper finds it: a path below the store's folder. */
  readonly name: string;
  readonly reason: string;
}

/** What reading takes: enough for a query, and had without a lock that a commit waits for. */
export type LogReads = Pick<
  LogStore,
  "plan" | "planUnit" | "l0After" | "closedEpoch" | "readL0" | "readBlob" | "floor" | "usage"
>;

export interface MergeWork extends UnitKey {
  /** At least 1. Of rows that shards share each shard has its part, about, so that the sum over shards is how many there are. */
  readonly l0Rows: number;
  /** Likewise. */
  readonly l0Bytes: number;
  /** Wall time of the oldest row's commit, ms since 1970; a hint. */
  readonly oldestMs: number;
}

export interface StoredUsage {
  readonly rows: number;
  readonly sizeBytes: number;
  readonly minTimeNanos: bigint | undefined;
  readonly maxTimeNanos: bigint | undefined;
  /** When the first of it goes whatever becomes of the retention, ms since 1970; left out where only the floor decides. */
  readonly expiresMs?: number;
}

/** Above every real bucket. */
export const MAX_BUCKET = 2_147_483_647 as Bucket;
