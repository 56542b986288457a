/**
 * How a picture differs from the one that was kept: what the page that compares them tells who asked.
 */
export interface Difference {
  /** Pixels of another colour. */
  readonly pixels: number;
  /** Of another shade: near what they were, and no longer the same. */
  readonly shades: number;
  /** Around all of them: left, top, right, bottom. */
  readonly box: readonly number[];
  /** "" when the pictures are as large as each other. */
  readonly size: string;
  /** PNG: what differs in red, on what was kept, faintly. */
  readonly marked: string;
}
