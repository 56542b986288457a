/**
 * Writes down now and then what accounts count, and deletes what has ended.
 * Invariant: any number of processes may do it at once; a failure is told and tried again at the next turn.
 */
import type { Accounts } from "../accounts/accounts.ts";
import type { Clock } from "../domain/clock.ts";
import type { Logger } from "../domain/logger.ts";
import { sayFailed } from "../domain/say-failed.ts";
import { HOUR_MS } from "../domain/time-range.ts";

/** What a crash may lose of the counts, and how far behind other processes are. */
const FLUSH_EVERY_MS = 60_000;
const TURNS_BETWEEN_TIDYING = HOUR_MS / FLUSH_EVERY_MS;

export function tendAccounts(deps: {
  readonly accounts: Pick<Accounts, "tidy"> & { readonly usage: Pick<Accounts["usage"], "flush"> };
  readonly clock: Clock;
  readonly logger: Logger;
}): AsyncDisposable {
  const { accounts, clock, logger } = deps;
  const stop = new AbortController();
  const loop = async (): Promise<void> => {
    for (let turn = 0; !stop.signal.aborted; turn++) {
      try {
        if (turn > 0) await accounts.usage.flush();
        if (turn % TURNS_BETWEEN_TIDYING === 0) await accounts.tidy();
      } catch (error) {
        sayFailed(logger, "tending accounts failed, it is tried again in a minute", error);
      }
      await clock.sleep(FLUSH_EVERY_MS, stop.signal).catch(() => undefined);
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
