/** Waiting for a reader. Invariant: one that takes nothing is not waited for without end. */
import { once } from "node:events";
import type { Writable } from "node:stream";
import type { Clock } from "../domain/clock.ts";
import { FaultError } from "../domain/fault.ts";

export interface Patience {
  readonly clock: Pick<Clock, "sleep">;
  /** A reader that takes nothing for so long is gone, or holds a place for nothing. */
  readonly stalledMs: number;
  /** What it reads, for the fault. */
  readonly what: string;
}

/** Resolves when there is room; rejects with `canceled` when the signal aborts, with `deadline` when the reader takes nothing. */
export async function drained(
  sink: Writable,
  { clock, stalledMs, what }: Patience,
  ends: AbortSignal,
): Promise<void> {
  const done = new AbortController();
  const signal = AbortSignal.any([ends, done.signal]);
  try {
    await Promise.race([
      once(sink, "drain", { signal }),
      clock.sleep(stalledMs, signal).then(() => {
        throw new FaultError({ kind: "deadline", reason: `the reader of ${what} takes nothing` });
      }),
    ]);
  } catch (error) {
    // As what waits elsewhere says it: the streams and clocks of Node have words of their own.
    throw ends.aborted ? new FaultError({ kind: "canceled" }) : error;
  } finally {
    done.abort();
  }
}
