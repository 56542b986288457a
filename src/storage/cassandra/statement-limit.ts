/**
 * A bound on each call of the driver, for those that it never settles.
 * Invariant: whoever waits hears within the limit; a call that is given up has an unknown outcome, and what it comes to
 * later is nobody's. Callers share what they wait for (an epoch, a place among commits), so that one such call would
 * otherwise stop a process for good.
 */
import cassandra from "cassandra-driver";

import type { Clock } from "../../domain/clock.ts";
import type { Logger } from "../../domain/logger.ts";
import { createOverdue } from "../../domain/overdue.ts";

/**
 * Above all that the driver does by itself: of three nodes each may let a statement wait for its preparation and for its
 * answer (6 s each), and one of them for a preparation that it had lost: 48 s.
 */
export const STATEMENT_LIMIT_MS = 60_000;
const LOOK_MS = 1_000;
/** A cause of this kind meets many calls at once. */
const TELL_EVERY_MS = 60_000;

export interface StatementLimit extends Disposable {
  /** As `call` settles; rejects with an error of availability when that takes too long. @param name of the statement. */
  within<T>(name: string, call: Promise<T>): Promise<T>;
}

export function createStatementLimit(deps: {
  readonly clock: Clock;
  readonly logger: Pick<Logger, "warn"> | undefined;
  readonly where: string;
}): StatementLimit {
  const { clock, logger, where } = deps;
  const overdue = createOverdue({ limitMs: STATEMENT_LIMIT_MS, lookMs: LOOK_MS, clock });
  let toldMs = -Infinity;
  let calls = 0;

  const giveUp = (name: string): Error => {
    calls++;
    const nowMs = clock.monotonicMs();
    if (nowMs - toldMs >= TELL_EVERY_MS) {
      logger?.warn("a statement was given up, the driver has said nothing of it", {
        store: where,
        statement: name,
        seconds: STATEMENT_LIMIT_MS / 1000,
        calls,
      });
      toldMs = nowMs;
      calls = 0;
    }
    return new cassandra.errors.OperationTimedOutError(
      `nothing was heard of ${name} for ${STATEMENT_LIMIT_MS / 1000} s`,
    );
  };

  return {
    within: <T>(name: string, call: Promise<T>) => {
      const { promise, resolve, reject } = Promise.withResolvers<T>();
      const settled = overdue.watch(() => reject(giveUp(name)));
      void call.then(resolve, reject).finally(settled);
      return promise;
    },
    [Symbol.dispose]: () => overdue[Symbol.dispose](),
  };
}
