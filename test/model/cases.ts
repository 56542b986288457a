/**
 * The weather in which each rule shows its worth.
 * Invariant: one case for every rule of `RULES`; with its rules off, the case fails within 200 seeds, and `seed` is
 * the first one that does. The four that cover for one another come with the grace off too.
 */
import { RULES, type Rule } from "./rules.ts";
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
  shards: 4,
  batchEvery: 200,
  mergeEvery: 1000,
  retentionFactors: [1],
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

/** The same with one retention: more of the run is spent on buckets that live. */
export const RETRIES: Shape = {
  ...SHORT_EPOCHS,
  retentionFactors: [1],
  retention: 9000,
  shards: 4,
  batchEvery: 100,
  tailEvery: 500,
  queryEvery: 600,
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
} as const satisfies Record<string, Shape>;

export interface Case {
  /** Switched off together. */
  readonly off: readonly Rule[];
  readonly shape: keyof typeof SHAPES;
  /** The first that fails. */
  readonly seed: number;
}

const row = (rules: string, shape: Case["shape"], seed: number): Case => ({
  off: rules.split(" ").filter(isRule),
  shape,
  seed,
});

function isRule(text: string): text is Rule {
  return RULES.some((rule) => rule === text);
}

export const CASES: readonly Case[] = [
  row("closedOnly", "baseline", 1),
  row("trust", "baseline", 3),
  row("slowPath", "baseline", 1),
  row("wallCheck", "baseline", 1),
  row("closeWait", "baseline", 1),
  row("shardByBucket", "baseline", 1),
  row("defaultTime", "baseline", 1),
  row("bucketAdmit", "baseline", 1),
  row("expiresAdmit", "baseline", 4),
  row("allFrags", "storm", 1),
  row("memAckOnly", "baseline", 1),
  row("tailFirst", "short epochs", 1),
  row("catFirst", "baseline", 1),
  row("mergeDedupe", "baseline", 1),
  row("readDedupe", "baseline", 1),
  row("l0Dedupe", "baseline", 1),
  row("checkAllIds", "baseline", 1),
  row("casVersion", "baseline", 1),
  row("uniqueBlobIds", "baseline", 1),
  row("ownCertain", "sparse", 1),
  row("ownVersion", "rare", 73),
  row("rebaseInputs", "baseline", 1),
  row("totals", "baseline", 1),
  row("minEpochAll", "retries", 54),
  row("appliedMeet", "sparse", 37),
  row("lowAfterCas", "baseline", 1),
  row("lowBeforeL0", "baseline", 2),
  row("cleanAfterLow", "pauses", 1),
  row("ttlLong", "baseline", 1),
  row("trashInCas", "crashes", 4),
  row("trashNotBefore", "baseline", 1),
  row("waitCas", "pauses", 1),
  row("delThenOut", "short lives", 81),
  row("carryTrash", "sparse", 1),
  row("floorFirst", "baseline", 1),
  row("floorCheck", "baseline", 2),
  row("trashAtFloor", "baseline", 2),
  row("blobsThenMan", "short lives", 41),
  row("keepBatchIds", "baseline", 1),
  row("delWaitClose", "baseline", 1),
  row("delWaitMerge", "sparse", 6),
  row("delRuns", "baseline", 9),
  row("delSlack", "short epochs", 135),
  row("cursorById", "baseline", 1),
  row("tailReread", "baseline", 1),
  row("tailGap", "pauses", 2),
  row("l0First grace", "sparse", 61),
  row("replan grace", "baseline", 1),
  row("floorLast grace", "storm", 52),
];
