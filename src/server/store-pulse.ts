/**
 * Whether a store of other processes answers, so that nobody waits for one that does not.
 * Invariants: when the store falls silent, calls under way are answered `overloaded` within SILENT_MS and a beat, and go on
 * unheard: their outcome is unknown. While it is silent no call is begun, so none pile up; one answer ends the silence.
 * What the store said last to anybody is an answer, and so is an error that comes soon: then each call fails, or does not,
 * by itself. That a call succeeded is none: some know what they are asked without asking.
 */
import { setImmediate as turn } from "node:timers/promises";
import type { Clock } from "../domain/clock.ts";
import { FaultError, overloaded } from "../domain/fault.ts";
import type { Logger } from "../domain/logger.ts";
import type { Store } from "../storage/store.ts";
import { inCallersWords } from "./callers-words.ts";

const BEAT_MS = 500;
/** Nodes pause for two or three seconds now and then; with a beat more, callers are answered within five. */
const SILENT_MS = 4_000;
/**
 * Each waits for as long as its statement is tried, minutes at worst; the newest counts as much as the oldest. Beyond these,
 * one is sent now and then all the same: what the store says to it must not wait for those that are lost.
 */
const MAX_BEATS = 16;
const SPARE_BEAT_MS = 5_000;
const RETRY_AFTER_MS = 2_000;

export interface StorePulse extends AsyncDisposable {
  /** Does the work, unless the store is silent, or falls silent meanwhile. */
  whileAnswering<T>(work: () => Promise<T>): Promise<T>;
}

export function openStorePulse(deps: {
  /** Asks something small of the store. */
  readonly beat: () => Promise<unknown>;
  /** When it last answered anybody, by the monotonic clock. */
  readonly answeredMs: () => number;
  /** Names the store in messages. */
  readonly where: string;
  readonly clock: Clock;
  readonly logger: Logger;
}): StorePulse {
  const { beat, where, clock, logger } = deps;
  const stop = new AbortController();
  const waiting = new Set<(error: FaultError) => void>();
  let beats = 0;
  let lastBeatMs = -Infinity;
  let answeredMs = clock.monotonicMs();
  let isSilent = false;
  /** Since when it serves nobody as far as beats tell. */
  let troubleSinceMs: number | undefined;

  const silence = (): FaultError => overloaded(`${where} does not answer`, RETRY_AFTER_MS);

  const serves = (): void => {
    answeredMs = clock.monotonicMs();
    isSilent = false;
    if (troubleSinceMs === undefined) return;
    const seconds = Math.round((answeredMs - troubleSinceMs) / 1000);
    troubleSinceMs = undefined;
    logger.info("the store answers again", { seconds });
  };

  const fails = (error: FaultError, sinceMs: number): void => {
    if (troubleSinceMs !== undefined) return;
    troubleSinceMs = sinceMs;
    logger.warn("the store does not serve, callers are told to come back", {
      reason: error.message,
    });
  };

  const fallsSilent = (sinceMs: number): void => {
    const error = silence();
    fails(error, sinceMs);
    isSilent = true;
    for (const reject of waiting) reject(error);
    waiting.clear();
  };

  const ask = async (begunMs: number): Promise<void> => {
    beats++;
    lastBeatMs = begunMs;
    try {
      await beat();
      serves();
    } catch (error) {
      if (stop.signal.aborted) return;
      if (!(error instanceof FaultError)) logger.error("the store could not be asked", error);
      else if (clock.monotonicMs() - begunMs < SILENT_MS) {
        answeredMs = clock.monotonicMs();
        isSilent = false;
        fails(error, begunMs);
      }
    } finally {
      beats--;
    }
  };

  const watch = async (): Promise<void> => {
    const begunMs = clock.monotonicMs();
    if (beats < MAX_BEATS || begunMs - lastBeatMs >= SPARE_BEAT_MS) void ask(begunMs);
    if (!(await slept(SILENT_MS))) return;
    // A thread that stood still has the answer waiting.
    await turn();
    const lastMs = Math.max(answeredMs, deps.answeredMs());
    if (lastMs < begunMs && !isSilent) fallsSilent(begunMs);
  };

  /** @returns false when it is to stop. */
  const slept = async (ms: number): Promise<boolean> => {
    await clock.sleep(ms, stop.signal).catch(() => undefined);
    return !stop.signal.aborted;
  };

  const running = (async () => {
    do void watch();
    while (await slept(BEAT_MS));
  })();

  return {
    whileAnswering: <T>(work: () => Promise<T>) => {
      if (isSilent) return Promise.reject(silence());
      const { promise, resolve, reject } = Promise.withResolvers<T>();
      waiting.add(reject);
      void work()
        .then(resolve, reject)
        .finally(() => waiting.delete(reject));
      return promise;
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await running;
    },
  };
}

/** The store, of which nothing is asked while it is silent. @param where names it in its own messages. */
export function answeringStore(store: Store, pulse: StorePulse, where: string): Store {
  const guarded = <T extends object>(part: T): T => {
    // The contracts have only functions that answer a promise.
    const methods = Object.entries(
      part as Record<string, (...args: unknown[]) => Promise<unknown>>,
    );
    return Object.fromEntries(
      methods.map(([name, method]) => [
        name,
        (...args: unknown[]) =>
          pulse
            .whileAnswering(() => method(...args))
            .catch((error: unknown) => {
              throw inCallersWords(error, where);
            }),
      ]),
    ) as T;
  };
  return {
    logs: guarded(store.logs),
    records: guarded(store.records),
    locks: guarded(store.locks),
  };
}
