/**
 * Traffic and weather: what a run is made of.
 * Invariant: a shape only says how often things happen; no shape turns a rule off.
 */
import type { Faults } from "./sim/scheduler.ts";

/** All times in units; an epoch is advanced every `epochUnits`. */
export interface Shape {
  readonly faults: Faults;
  readonly processes: number;
  /** Traffic lasts this long; then come `quietUnits` without faults, then the last checks. */
  readonly busyUnits: number;
  readonly quietUnits: number;
  /** Mean time between new batches. */
  readonly batchEvery: number;
  /** Mean time between the rounds of each process, by what it does. */
  readonly mergeEvery: number;
  readonly queryEvery: number;
  readonly pageEvery: number;
  readonly tailEvery: number;
  /** Segments of one level that are merged. */
  readonly fanIn: number;
  /** Chance that an acknowledged batch is sent again, to any process. */
  readonly resend: number;
  readonly deletes: number;
  readonly shards: number;
  readonly bucketUnits: number;
  readonly retention: number;
  /** The setting changes once, by one of these. */
  readonly retentionFactors: readonly number[];
  readonly epochUnits: number;
  /** Most that a process's wall clock is off by (the protocol's E). */
  readonly clockError: number;
  readonly grace: number;
  readonly queryDeadline: number;
}

export const EPOCH = 100;
/** Epochs a chunk. */
export const CHUNK = 4;
/** A writer trusts its epoch for this long, by its own clock. */
export const TRUST = 200;
export const CLOSE_WAIT = 220;
/** Allowed difference between wall and monotonic clock within TRUST. */
export const WALL_SLACK = 10;
/** How far ahead a bucket may begin. */
export const FUTURE = 150;
export const GC_GRACE = 2000;
/** Blobs outlive their bucket by a day, manifests by two: more than clocks are off by. */
export const DAY = 1500;

export const BASELINE: Shape = {
  faults: {
    unknownReads: 0.03,
    unknown: 0.03,
    unknownLwt: 0.08,
    late: 0.33,
    lateUnits: 2500,
    twice: 0.005,
    crash: 0.0003,
    pause: 0.0006,
    pauseUnits: 1200,
    outages: 1,
  },
  processes: 3,
  busyUnits: 9000,
  quietUnits: 6000,
  batchEvery: 22,
  mergeEvery: 250,
  queryEvery: 350,
  pageEvery: 1500,
  tailEvery: 120,
  fanIn: 4,
  resend: 0.06,
  deletes: 2,
  shards: 2,
  bucketUnits: 1500,
  retention: 5000,
  retentionFactors: [0.5, 1.8],
  epochUnits: EPOCH,
  clockError: 60,
  grace: 1500,
  queryDeadline: 1000,
};
