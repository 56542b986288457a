/**
 * What is known of a block without opening it.
 * Invariant: rows, minTimeNanos, maxTimeNanos and the summary are exact; the summary's counts add up to rows.
 * For the store everything but the plain fields is opaque bytes.
 */
export interface BlockMeta {
  readonly rows: number;
  readonly minTimeNanos: bigint;
  readonly maxTimeNanos: bigint;
  /** Stored size of all parts, filters included. */
  readonly sizeBytes: number;
  /**
   * The block's parts: byte ranges inside its stored bytes (an L0 row's value, or a segment's blob).
   * Part 0 holds the directory and the built-in columns, part 1 the messages, the rest attribute columns.
   */
  readonly parts: readonly PartRange[];
  /** Counts per minute and level and per service, as `engine/summary` encodes them. */
  readonly summary: Uint8Array;
}

export interface PartRange {
  readonly offset: number;
  readonly length: number;
}
