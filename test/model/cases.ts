/**
 * The weather in which each rule shows its worth.
 * Invariant: one case for every rule of `RULES`; with its rules off, the case fails within 200 seeds, and `seed` is
 * the first one that does. The four that cover for one another come with the grace off too.
 */
import type { Rule } from "./rules.ts";
import { BASELINE, type Shape } from "./shape.ts";

/** Few batches, so that a row holds one fragment and a manifest may rest for long; LWT without answers. */
export const SPARSE: Shape = {
  ...BASELINE,
  batchEvery: 120,
  busyUnits: 12_000,
  deletes: 8,
  faults: { ...BASELINE.faults, unknownLwt: 0.45, unknown: 0.08, late: 0.7 },
};

/** Four shards, many batches, writes up to 50 epochs late. */
export const DENSE: Shape = {
  ...BASELINE,
  batchEvery: 9,
  shards: 4,
  faults: { ...BASELINE.faults, unknown: 0.06, lateUnits: 5000, twice: 0.02 },
};

/** A crash every few dozen steps of a process. */
export const CRASHES: Shape = {
  ...BASELINE,
  faults: { ...BASELINE.faults, crash: 0.004, unknownLwt: 0.15 },
};

/** The same, with buckets that soon fall below the floor. */
export const SHORT_LIVES: Shape = { ...CRASHES, bucketUnits: 600, retention: 1800, grace: 600 };

/** Two and a half times the faults, and then some. */
export const STORM: Shape = {
  ...BASELINE,
  batchEvery: 60,
  faults: { ...BASELINE.faults, unknown: 0.45, unknownLwt: 0.3, outages: 4, pause: 0.0018 },
};

/** Long pauses, a short grace. */
export const PAUSES: Shape = {
  ...BASELINE,
  grace: 150,
  queryDeadline: 100,
  faults: { ...BASELINE.faults, pause: 0.0018, pauseUnits: 2500 },
};

/** Writes as rare as merges, so that an undecided statement finds its version still there. */
export const RARE: Shape = {
  ...SPARSE,
  processes: 2,
  shards: 4,
  batchEvery: 200,
  mergeEvery: 1000,
  busyUnits: 30_000,
  retention: 12_000,
  retentionFactors: [1],
  faults: { ...SPARSE.faults, late: 0.85 },
};

/** Epochs of 30 units and eight deletes: rows of many epochs, and their retries, wait for one merge. */
export const SHORT_EPOCHS: Shape = {
  ...SPARSE,
  processes: 6,
  epochUnits: 30,
  mergeEvery: 1000,
  batchEvery: 150,
  resend: 0.9,
  fanIn: 2,
  faults: { ...BASELINE.faults, unknown: 0.12, lateUnits: 600 },
};

/** The same, denser but on four shards, under one retention: retries meet their copies before a merge. */
export const RETRIES: Shape = {
  ...SHORT_EPOCHS,
  processes: 4,
  mergeEvery: 2000,
  retentionFactors: [1],
  retention: 9000,
  deletes: 16,
  shards: 4,
  batchEvery: 100,
  tailEvery: 500,
};

/** Many deletes, retries and pauses, in buckets that fall below the floor. */
export const FALLING: Shape = {
  ...BASELINE,
  bucketUnits: 1000,
  retention: 2500,
  deletes: 12,
  resend: 0.3,
  queryEvery: 150,
  faults: { ...BASELINE.faults, pause: 0.004, pauseUnits: 900 },
};

/** Clocks off by six epochs, many deletes, buckets that expire. */
export const SKEWED: Shape = {
  ...BASELINE,
  clockError: 600,
  bucketUnits: 1000,
  retention: 2000,
  retentionFactors: [4],
  deletes: 12,
  queryEvery: 120,
};

export const SHAPES = {
  baseline: BASELINE,
  sparse: SPARSE,
  dense: DENSE,
  crashes: CRASHES,
  "short lives": SHORT_LIVES,
  storm: STORM,
  pauses: PAUSES,
  rare: RARE,
  "short epochs": SHORT_EPOCHS,
  retries: RETRIES,
  skewed: SKEWED,
  falling: FALLING,
} as const satisfies Record<string, Shape>;

export interface Case {
  /** Switched off together. */
  readonly off: readonly Rule[];
  readonly shape: keyof typeof SHAPES;
  /** The first that fails. */
  readonly seed: number;
}

const row = (off: readonly Rule[], shape: Case["shape"], seed: number): Case => ({
  off,
  shape,
  seed,
});

export const CASES: readonly Case[] = [
  row(["closedOnly"], "baseline", 1),
  row(["trust"], "baseline", 14),
  row(["slowPath"], "baseline", 1),
  row(["wallCheck"], "baseline", 1),
  row(["closeWait"], "baseline", 1),
  row(["shardByBucket"], "baseline", 1),
  row(["defaultTime"], "baseline", 1),
  row(["bucketAdmit"], "baseline", 1),
  row(["expiresAdmit"], "baseline", 2),
  row(["allFrags"], "storm", 24),
  row(["memAckOnly"], "baseline", 1),
  row(["tailFirst"], "short epochs", 5),
  row(["catFirst"], "sparse", 1),
  row(["mergeDedupe"], "baseline", 1),
  row(["readDedupe"], "baseline", 1),
  row(["l0Dedupe"], "baseline", 1),
  row(["checkAllIds"], "baseline", 1),
  row(["casVersion"], "baseline", 1),
  row(["uniqueBlobIds"], "baseline", 1),
  row(["ownCertain"], "sparse", 2),
  row(["ownVersion"], "rare", 10),
  row(["rebaseInputs"], "baseline", 1),
  row(["totals"], "baseline", 1),
  row(["minEpochAll"], "retries", 68),
  row(["appliedMeet"], "sparse", 9),
  row(["lowAfterCas"], "baseline", 1),
  row(["lowBeforeL0"], "sparse", 1),
  row(["cleanAfterLow"], "pauses", 1),
  row(["ttlLong"], "baseline", 1),
  row(["trashInCas"], "crashes", 14),
  row(["trashNotBefore"], "baseline", 1),
  row(["waitCas"], "pauses", 2),
  row(["delThenOut"], "crashes", 56),
  row(["carryTrash"], "baseline", 1),
  row(["floorFirst"], "sparse", 1),
  row(["floorCheck"], "sparse", 1),
  row(["trashAtFloor"], "baseline", 5),
  row(["blobsThenMan"], "sparse", 1),
  row(["keepBatchIds"], "baseline", 1),
  row(["delWaitClose"], "baseline", 2),
  row(["delWaitMerge"], "baseline", 4),
  row(["delRuns"], "baseline", 35),
  row(["delSlack"], "skewed", 10),
  row(["mergeSlack"], "skewed", 19),
  row(["cursorById"], "baseline", 1),
  row(["tailReread"], "baseline", 1),
  row(["tailGap"], "pauses", 1),
  row(["l0First", "grace"], "sparse", 33),
  row(["replan", "grace"], "baseline", 1),
  row(["floorLast", "grace"], "falling", 90),
];
