/**
 * The rules of the protocol, as switches.
 * Invariant: every rule of section 13 of the store protocol that is to be shown necessary is a name here; with one of
 * them off, exactly the sentence of the protocol that bears its name in brackets is not obeyed.
 */
export const RULES = [
  // epochs
  "closedOnly",
  "trust",
  "slowPath",
  "wallCheck",
  "closeWait",
  // placement and acknowledgement
  "shardByBucket",
  "defaultTime",
  "bucketAdmit",
  // not in section 13: a longer retention moves the floor, but not the expiry of buckets that exist
  "expiresAdmit",
  "allFrags",
  "memAckOnly",
  "tailFirst",
  "catFirst",
  // duplicates
  "mergeDedupe",
  "readDedupe",
  "l0Dedupe",
  "checkAllIds",
  // manifests and merges
  "casVersion",
  "uniqueBlobIds",
  "ownCertain",
  "ownVersion",
  "rebaseInputs",
  "totals",
  "minEpochAll",
  "appliedMeet",
  // low and the chunks below it
  "lowAfterCas",
  "lowBeforeL0",
  "cleanAfterLow",
  "ttlLong",
  // trash
  "trashInCas",
  "trashNotBefore",
  "waitCas",
  "delThenOut",
  "carryTrash",
  // the floor
  "floorFirst",
  "floorCheck",
  "trashAtFloor",
  "blobsThenMan",
  // deletes by query
  "keepBatchIds",
  "delWaitClose",
  "delWaitMerge",
  // not in section 13: two processes may run one delete, see delete-by-query.ts
  "delRuns",
  // not in section 13: a bucket that one process hides is shown by others for twice the clocks' error, so neither
  // deletes nor merges may pass it over yet
  "delSlack",
  "mergeSlack",
  // readers
  "cursorById",
  "tailReread",
  "tailGap",
  // each of these covers for the grace, and the grace for it
  "l0First",
  "floorLast",
  "replan",
  "grace",
] as const;

export type Rule = (typeof RULES)[number];
