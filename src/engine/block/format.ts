/**
 * Numbers of the block format; FORMAT.md says what they mean.
 * Invariant: a number here is in stored bytes and never changes its meaning; new things get new numbers.
 */

/** "ALB" and the version. */
export const MAGIC = [0x41, 0x4c, 0x42] as const;
export const FORMAT_VERSION = 1;

/** How part 0 is laid out. */
export const LAYOUT_PLAIN = 0;
export const LAYOUT_ONE_FRAME = 1;
export const LAYOUT_COLUMN_FRAMES = 2;

/** How one stored body is kept. */
export const CODEC_PLAIN = 0;
export const CODEC_ZSTD = 1;

/** What a directory entry describes. */
export const COLUMN = {
  timeMs: 0,
  timeRem: 1,
  severity: 2,
  batchOf: 3,
  index: 4,
  service: 5,
  host: 6,
  traceId: 7,
  spanId: 8,
  truncated: 9,
  message: 10,
  rest: 11,
  attribute: 255,
} as const;

/** How a body's bytes become values. */
export const ENCODING = {
  /** Unsigned integers of `width` bytes above `base`, divided by 10^scale. Width 0: all equal. */
  integers: 1,
  /** Doubles. */
  doubles: 2,
  /** Differences to the value before, zigzag varints. */
  deltas: 3,
  /** Distinct typed values and a code a row; one value needs no codes. */
  dictionary: 4,
  /** Lengths, then UTF-8 with `\n` after each row. */
  text: 5,
  /** Types, lengths, bytes. */
  mixed: 6,
  /** `width` raw bytes a row, shown as hex. */
  hex: 7,
} as const;

/** Flags of a directory entry. */
export const FLAG_SPARSE = 1;
export const FLAG_ASCII = 2;

/** Bodies below this are not worth a zstd call. */
export const MIN_COMPRESSED_BYTES = 96;
/** An L0 block below this is stored as it is: 40 µs of zstd would cost more than it saves. */
export const MIN_L0_COMPRESSED_BYTES = 4096;
/** Attribute columns are packed into parts of about this size. */
export const PART_BYTES = 256 * 1024;
/** No body is larger; bounds what damaged bytes can make a reader allocate. */
export const MAX_BODY_BYTES = 512 * 1024 * 1024;
export const MAX_BLOCK_ROWS = 1 << 24;
