/**
 * Every bound a user can meet, in one place: the docs and the answers quote these.
 */
export const KiB = 1024;
export const MiB = 1024 * KiB;
export const GiB = 1024 * MiB;

export const LIMITS = {
  /** Cut and named in `truncated`. */
  messageBytes: 1 * MiB,
  attributeValueBytes: 64 * KiB,
  attributeNameBytes: 256,
  attributesPerEntry: 1000,
  /** Levels of nesting kept; what lies deeper is kept as its JSON text. */
  attributeDepth: 32,
  /** Refused. */
  bodyBytes: 20 * MiB,
  inflatedBytes: 64 * MiB,
  /** The message of any RPC that sends no entries, as sent and inflated. */
  messageOfRpcBytes: 1 * MiB,
  entriesPerBatch: 50_000,
  bucketsPerBatch: 256,
  /** Hours that a batch may touch so that those with most entries are kept; of more, nothing is. */
  bucketsLookedAt: 1_024,
  jsonDepth: 64,
  /** Attributes, and elements of lists, in one body; of JSON all values, lists and maps: forty for each of the most entries. */
  valuesPerBody: 2_000_000,
  /** Different attribute names in one batch, and the maps on the way to them. */
  namesPerBatch: 250_000,
  /** What the entries of a batch repeat: defaults, names of their own that share what they begin with. */
  repeatedBytesPerBatch: 256 * MiB,
  queryBytes: 8 * KiB,
  /** An entry this far ahead of its batch's time gets the batch's time. */
  futureMs: 3_600_000,
  /** A fragment whose hour begins later than this from now is refused whole. */
  futureBucketMs: 600_000,
} as const;

/** What the queries and exports that run keep: each so much for itself, and beyond that all together. */
export const MEMORY_OF_ALL: { readonly ownBytes: number; readonly sharedBytes: number } = {
  ownBytes: 16_000_000,
  sharedBytes: 256_000_000,
};

/** Of entries or rows in one answer; what it held until it is sent is a few times that. */
export const ANSWER_BYTES = 32_000_000;

/** What one query may spend before it answers with what it has. */
export const QUERY_BUDGET = {
  timeMs: 10_000,
  bytes: 2 * GiB,
  memoryBytes: 256_000_000,
  running: 4,
  waiting: 32,
  waitMs: 5_000,
} as const;

/** Tries of a password that pass within the window, in one process: for an address and an email, and for an address. */
export const SIGN_INS = { windowMs: 60_000, perEmail: 5, perAddress: 50 } as const;
