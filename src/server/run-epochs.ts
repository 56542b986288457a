/**
 * Moves the epochs of the distributed store on, in every process that runs.
 * Invariant: any number may do it at once, and none has to: while nobody does, all stays right, but nothing is merged.
 * That is worth an alarm, which is told once, and once more when it is over.
 */
import type { Clock } from "../domain/clock.ts";
import { isFault } from "../domain/fault.ts";
import type { Logger } from "../domain/logger.ts";
import type { EpochCloser } from "../storage/cassandra/log-epochs.ts";

/** An epoch lasts ten seconds. */
const STEP_MS = 1_500;
const STALLED_MS = 60_000;

export function runEpochs(deps: {
  readonly closer: EpochCloser;
  readonly clock: Clock;
  readonly logger: Logger;
}): AsyncDisposable {
  const { closer, clock, logger } = deps;
  const stop = new AbortController();
  let epoch = -1;
  let movedMs = clock.monotonicMs();
  let isStalled = false;
  let isForbidden = false;

  const step = async (): Promise<void> => {
    try {
      const now = await closer.step();
      isForbidden = false;
      if (now.epoch === epoch) return;
      ({ epoch } = now);
      movedMs = clock.monotonicMs();
      if (isStalled) logger.info("epochs move on again", { epoch });
      isStalled = false;
    } catch (error) {
      if (isFault(error, "denied")) {
        // Callers are only told to come back.
        if (!isForbidden)
          logger.warn("the role at the store may not do what a server does: grant it that", {
            reason: error.message,
          });
        isForbidden = true;
        return;
      }
      // Out of reach: whoever asks the store says so, and the alarm says it of this.
      if (!stop.signal.aborted && !isFault(error, "overloaded"))
        logger.error("the epoch could not be moved on, it is tried again", error);
    }
  };

  const look = (): void => {
    const forMs = clock.monotonicMs() - movedMs;
    if (isStalled || forMs < STALLED_MS) return;
    isStalled = true;
    logger.warn(
      "the epoch has not moved on for a minute: entries are taken and found, but nothing is merged until it does; look at the nodes of Cassandra",
      { epoch, seconds: Math.round(forMs / 1000) },
    );
  };

  const running = (async () => {
    while (!stop.signal.aborted) {
      await untilAborted(step(), stop.signal);
      look();
      await clock.sleep(STEP_MS, stop.signal).catch(() => undefined);
    }
  })();

  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await running;
    },
  };
}

/** A store that does not answer must not hold up who stops. @param work never rejects. */
async function untilAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  signal.addEventListener("abort", () => resolve(), { once: true });
  await Promise.race([work, promise]);
}
