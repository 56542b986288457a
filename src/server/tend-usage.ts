/**
 * Writes down now and then what was counted of what applications send.
 * Invariant: what is counted here no other process knows, so each writes its own; a failure is told and tried again.
 */
import type { Accounts } from "../accounts/accounts.ts";
import type { Clock } from "../domain/clock.ts";
import type { Logger } from "../domain/logger.ts";
import { sayFailed } from "../domain/say-failed.ts";

/** What a crash may lose of the counts, and how far behind other processes are. */
const FLUSH_EVERY_MS = 60_000;

export function tendUsage(deps: {
  readonly usage: Pick<Accounts["usage"], "flush">;
  readonly clock: Clock;
  readonly logger: Logger;
}): AsyncDisposable {
  const { usage, clock, logger } = deps;
  const stop = new AbortController();
  const loop = async (): Promise<void> => {
    for (;;) {
      await clock.sleep(FLUSH_EVERY_MS, stop.signal).catch(() => undefined);
      if (stop.signal.aborted) return;
      try {
        await usage.flush();
      } catch (error) {
        sayFailed(logger, "counts cannot be written, it is tried again in a minute", error);
      }
    }
  };
  const running = loop();
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await running;
    },
  };
}
