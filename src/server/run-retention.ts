/**
 * Applies retention at start and every hour, and at once when somebody changes it.
 */
import type { Application } from "../accounts/application.ts";
import type { Accounts } from "../accounts/accounts.ts";
import type { Clock } from "../domain/clock.ts";
import type { Logger } from "../domain/logger.ts";
import { HOUR_MS } from "../domain/time-range.ts";
import type { LogStore } from "../storage/log-store.ts";
import { applyRetention } from "../upkeep/retention.ts";

export interface Retention extends AsyncDisposable {
  run(): Promise<void>;
}

export function openRetention(deps: {
  readonly accounts: Pick<Accounts, "applications">;
  readonly store: Pick<LogStore, "raiseFloor">;
  readonly clock: Clock;
  readonly logger: Logger;
}): Retention {
  const { clock, logger } = deps;
  const stop = new AbortController();
  const run = async (): Promise<void> =>
    applyRetention(applicationsOf(deps.accounts), deps.store, clock.nowMs());
  const loop = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      await run().catch((error: unknown) =>
        logger.error("retention failed, it is tried again in an hour", error),
      );
      await clock.sleep(HOUR_MS, stop.signal).catch(() => undefined);
    }
  };
  const running = loop();
  return {
    run,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await running;
    },
  };
}

async function* applicationsOf({
  applications,
}: Pick<Accounts, "applications">): AsyncGenerator<Application> {
  let after: string | undefined;
  do {
    const page = await applications.listAll({
      limit: 1000,
      ...(after === undefined ? {} : { after }),
    });
    yield* page.applications;
    after = page.next;
  } while (after !== undefined);
}
