/**
 * The batches this process has acknowledged lately, so that a retry is answered without work.
 * Invariant: `find` knows only batches whose every entry was taken and whose commit was reported durable; bounded in
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
/** How far a client's clock may be from ours, either way, before its fresh ids are asked of the store needlessly. */
const CLIENT_SKEW_MS = 60_000;

export interface Acknowledged {
  /** @returns how many entries were taken of a batch that was taken whole, undefined when nothing is remembered. */
  find(key: string): number | undefined;
  /** @returns how many entries were taken, of batches with refused entries too; 0 when nothing is remembered. */
  acceptedOf(key: string): number;
  add(key: string, accepted: number): void;
  /**
   * The store has the batch, but a retry may not be answered from here: some entries were refused, or how many were
   * taken is not known. Its key is never covered while it is remembered.
   */
  addToAskFor(key: string, accepted: number): void;
  /**
   * Whether a batch of this process, were it acknowledged, would surely be remembered: it was made after
   * everything forgotten was, and not later than now, as ids are whose time is made up. A guess (client clocks
   * are not ours, and such a time comes to pass), good enough to leave out a question.
   * @param madeMs the time in the batch id.
   */
  covers(key: string, madeMs: number | undefined): boolean;
  /** Some commit's outcome is unknown: nothing made before now is covered. */
  forgetUncertain(): void;
}

export function batchKey(batch: { readonly app: AppId; readonly batch: BatchId }): string {
  return `${batch.app}/${batch.batch}`;
}

/** @param nowMs wall time; compared with itself and, as a guess only, with the times in batch ids. */
export function createAcknowledged(nowMs: () => number): Acknowledged {
  /** The count of entries taken, as its complement (below 0) when the store is to be asked: a number costs no object. */
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

  function put(key: string, mark: number): void {
    const now = nowMs();
    if (young.size * BYTES_PER_BATCH >= GENERATION_BYTES || now - youngSinceMs > GENERATION_MS)
      rotate(now);
    young.set(key, mark);
  }

  const get = (key: string): number | undefined => young.get(key) ?? old.get(key);

  return {
    find(key) {
      const now = nowMs();
      if (now - youngSinceMs > GENERATION_MS) rotate(now);
      const mark = get(key);
      return mark === undefined || mark < 0 ? undefined : mark;
    },
    acceptedOf(key) {
      const mark = get(key) ?? 0;
      return mark < 0 ? ~mark : mark;
    },
    add: put,
    addToAskFor: (key, accepted) => put(key, ~accepted),
    covers: (key, madeMs) =>
      madeMs !== undefined &&
      madeMs > completeSinceMs + CLIENT_SKEW_MS &&
      madeMs <= nowMs() + CLIENT_SKEW_MS &&
      get(key) === undefined,
    forgetUncertain() {
      completeSinceMs = nowMs();
    },
  };
}
