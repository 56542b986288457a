/**
 * Waits for a condition of another process. Invariant: asks again at once after each answer that takes time, after a
 * short pause otherwise, and fails by name when the deadline passes; nothing here decides how long a thing should take.
 */
import { setTimeout as sleep } from "node:timers/promises";

const PAUSE_MS = 20;

/**
 * @param what names the condition in the failure.
 * @param look gives undefined or false while it does not hold; what it throws ends the wait.
 * @returns what `look` gave at last.
 */
export async function until<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  deadlineMs = 45_000,
): Promise<T> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > end) throw new Error(`not within ${deadlineMs} ms: ${what}`);
    await sleep(PAUSE_MS);
  }
}
