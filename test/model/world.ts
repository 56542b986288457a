/**
 * One run's things in one place, and the processes with what they keep in memory.
 * Invariant: a crash leaves nothing of a process but its id: `newMemory` is all it starts with.
 */
import type { Ledger } from "./check/ledger.ts";
import type { ManifestWatch } from "./check/manifests.ts";
import type { Rule } from "./rules.ts";
import type { Shape } from "./shape.ts";
import { type Host, monotonic, wall } from "./sim/host.ts";
import type { Scheduler } from "./sim/scheduler.ts";
import type { BucketRow, Tables } from "./tables.ts";
import type { Pending } from "./ingest/request.ts";

export interface World {
  readonly sim: Scheduler;
  readonly tables: Tables;
  readonly ledger: Ledger;
  readonly watch: ManifestWatch;
  readonly shape: Shape;
  /** Whether a rule is obeyed. */
  readonly on: (rule: Rule) => boolean;
  /** Oracle: whether a bucket is above the floor and has not expired, by true time. */
  readonly lives: (bucket: number) => boolean;
  readonly processes: Process[];
  /** Setting: shards of buckets to come. */
  shards: number;
  /** Setting: retention from now on. */
  retention: number;
  /** Near the end: level merges rest, so that the trash can be emptied; then closers, so that L0 can. */
  mergersRest: boolean;
  closersRest: boolean;
}

export interface Process extends Host {
  memory: Memory;
}

/** What log_epoch said, and this process's clocks just before it was asked. */
export interface EpochNote {
  readonly epoch: number;
  readonly closed: number;
  readonly monotonic: number;
  readonly wall: number;
}

export interface Memory {
  readonly writer: number;
  note: EpochNote | undefined;
  floor: number;
  /** Next seq by epoch. */
  readonly seqs: Map<number, number>;
  /** Chunks whose log_tail row this process knows to be written. */
  readonly tailWritten: Set<number>;
  /** Catalogue rows this process has written or met. */
  readonly buckets: Map<number, BucketRow>;
  /** Batches whose admitted buckets this process acknowledged. */
  readonly acknowledged: Map<
    number,
    { readonly buckets: ReadonlySet<number>; readonly at: number }
  >;
  /** Rule memAckOnly is off: batches this process has merely seen. */
  readonly seen: Set<number>;
  readonly inFlight: Map<number, Pending>;
  gathering: Pending[];
  /** Closer: own time when "epoch >= k" was first seen. */
  readonly epochSeen: Map<number, number>;
  /** Own time when a segment id was first read in a trash. */
  readonly trashSeen: Map<number, number>;
  readonly drainedSeen: Map<number, number>;
  readonly floorSeen: Map<number, number>;
  /** Segments whose list of batches this process has read (immutable). */
  readonly batchesRead: Set<number>;
}

export function newMemory(w: { sim: Scheduler }): Memory {
  return {
    writer: w.sim.random.below(1e9),
    note: undefined,
    floor: 0,
    seqs: new Map(),
    tailWritten: new Set(),
    buckets: new Map(),
    acknowledged: new Map(),
    seen: new Set(),
    inFlight: new Map(),
    gathering: [],
    epochSeen: new Map(),
    trashSeen: new Map(),
    drainedSeen: new Map(),
    floorSeen: new Map(),
    batchesRead: new Set(),
  };
}

export function monotonicOf(w: World, p: Host): number {
  return monotonic(p, w.sim.now);
}

export function wallOf(w: World, p: Host): number {
  return wall(p, w.sim.now);
}

/** A fresh random number, for ids and nonces. */
export function freshId(w: World): number {
  return 1 + w.sim.random.below(2 ** 40);
}

/** Around `mean`, never regular. */
export function about(w: World, mean: number): number {
  return w.sim.random.between(0.4, 1.6) * mean;
}

/** Mean time between a process's merge rounds. When all is quiet, merges catch up. */
export function mergeEvery(w: World): number {
  return w.sim.quiet ? Math.min(w.shape.mergeEvery, 250) : w.shape.mergeEvery;
}

/** Whether this process hides a bucket, by its own wall clock. */
export function expired(w: World, p: Host, row: { readonly expires: number }): boolean {
  return wallOf(w, p) >= row.expires;
}
