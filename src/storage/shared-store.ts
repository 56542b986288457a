/**
 * What a store that several machines share can do besides: it has a clock of its own.
 */
/** How far the clocks of machines may be apart. */
export const CLOCK_ERROR_MS = 60_000;

export interface SharedStore {
  /**
   * How far this machine's wall clock is ahead of the store's, in ms, as it was a minute ago at most; negative when it is
   * behind. Throws `overloaded`.
   */
  clockAheadMs(): Promise<number>;
}
