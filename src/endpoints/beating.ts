/** Waiting for work that may take long, with signs of life for whoever waits with us. */
import type { Clock } from "../domain/clock.ts";

/** Settles as `work` does, or rejects with what `beat` throws; beats every `everyMs` until then. */
export async function beating<T>(
  work: Promise<T>,
  everyMs: number,
  clock: Pick<Clock, "sleep">,
  beat: () => Promise<void>,
): Promise<T> {
  const done = new AbortController();
  const beats = async (): Promise<never> => {
    for (;;) {
      await clock.sleep(everyMs, done.signal);
      await beat();
    }
  };
  const failing = beats();
  // When the work settled first, that the sleep was cut short is nobody's concern; and the other way round.
  failing.catch(() => undefined);
  work.catch(() => undefined);
  try {
    return await Promise.race([work, failing]);
  } finally {
    done.abort();
  }
}
