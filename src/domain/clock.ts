/**
 * Time as a parameter. Invariant: nothing inside the program reads a clock but through this;
 * `monotonicMs` never goes back and may not be compared between processes.
 */
export interface Clock {
  /** Wall time, milliseconds since 1970 (UTC). */
  nowMs(): number;
  /** Milliseconds since an arbitrary start of this process. */
  monotonicMs(): number;
  /**
   * Resolves after `ms`; rejects with the signal's reason when it aborts first, and clears its timer then.
   */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
