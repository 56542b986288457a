/**
 * The batches this process has acknowledged lately, so that a retry is answered without work.
 * Invariant: holds only batches whose every entry was taken and whose commit was reported durable; bounded in
 * bytes and age. It saves work and is never relied on: the store recognises what is forgotten here.
 */
import type { AppId, BatchId } from "../domain/ids.ts";
import { MiB } from "../domain/limits.ts";

/** Retries come within seconds; five minutes cover a client's longest usual back-off. */
const GENERATION_MS = 300_000;
/** Two generations of this size: what the protocol allows, 64 MiB, holds about 250,000 batches. */
const GENERATION_BYTES = 32 * MiB;
/** A key of 73 characters, a Map slot and a number, measured with a heap of 100,000 of them. */
const BYTES_PER_BATCH = 256;
/** How far a client's clock may run ahead of ours before its fresh ids are asked of the store needlessly late. */
const CLIENT_SKEW_MS = 60_000;

export interface Acknowledged {
  /** @returns how many entries were taken, undefined when nothing is remembered. */
  find(key: string): number | undefined;
  add(key: string, accepted: number): void;
  /**
   * Whether a batch of this process, were it acknowledged, would surely be remembered: it was made after
   * everything forgotten was. A guess (client clocks are not ours), good enough to leave out a question.
   * @param madeMs the time in the batch id.
   */
  covers(madeMs: number | undefined): boolean;
  /** Some commit's outcome is unknown: nothing made before now is covered. */
  forgetUncertain(): void;
}

export function batchKey(batch: { readonly app: AppId; readonly batch: BatchId }): string {
  return `${batch.app}/${batch.batch}`;
}

/** @param nowMs wall time; compared with itself and, as a guess only, with the times in batch ids. */
export function createAcknowledged(nowMs: () => number): Acknowledged {
  let young = new Map<string, number>();
  let old = new Map<string, number>();
  let youngSinceMs = nowMs();
  let completeSinceMs = youngSinceMs;

  function rotate(now: number): void {
    completeSinceMs = Math.max(completeSinceMs, youngSinceMs);
    old = young;
    young = new Map();
    youngSinceMs = now;
  }

  return {
    find(key) {
      const now = nowMs();
      if (now - youngSinceMs > GENERATION_MS) rotate(now);
      return young.get(key) ?? old.get(key);
    },
    add(key, accepted) {
      const now = nowMs();
      if (young.size * BYTES_PER_BATCH >= GENERATION_BYTES || now - youngSinceMs > GENERATION_MS)
        rotate(now);
      young.set(key, accepted);
    },
    covers: (madeMs) => madeMs !== undefined && madeMs > completeSinceMs + CLIENT_SKEW_MS,
    forgetUncertain() {
      completeSinceMs = nowMs();
    },
  };
}
