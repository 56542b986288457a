/**
 * Ingest whose senders are answered within some seconds, however long the store takes.
 * Invariant: what is under way goes on. Whoever is told to come back and sends the same batch here again waits for that,
 * so a batch that always takes longer is acknowledged all the same. A bug that it meets later has no caller: it is logged here.
 */
import type { Clock } from "../domain/clock.ts";
import { FaultError, overloaded } from "../domain/fault.ts";
import type { Logger } from "../domain/logger.ts";
import { createOverdue } from "../domain/overdue.ts";
import type { Ingest, SendOutcome } from "./ingest.ts";

/** Clients are promised an answer in five seconds when the store cannot acknowledge; half of one is for the way. */
const ANSWER_MS = 4_250;
const LOOK_MS = 250;
const RETRY_AFTER_MS = 1_000;

export function answerInTime(
  ingest: Ingest,
  { clock, logger }: { readonly clock: Clock; readonly logger: Pick<Logger, "error"> },
): Ingest {
  const overdue = createOverdue({ limitMs: ANSWER_MS, lookMs: LOOK_MS, clock });

  return {
    ...ingest,
    send(batch, signal) {
      const { promise, resolve, reject } = Promise.withResolvers<SendOutcome>();
      const settled = overdue.watch(() =>
        reject(
          overloaded("the store is slow to answer, send the same batch again", RETRY_AFTER_MS),
        ),
      );
      void ingest.send(batch, signal).then(
        (outcome) => {
          settled();
          resolve(outcome);
        },
        (error: unknown) => {
          const isTold = !settled();
          if (isTold && !(error instanceof FaultError))
            logger.error("a batch was not stored, its sender was told to send it again", error);
          reject(error as Error);
        },
      );
      return promise;
    },
  };
}
