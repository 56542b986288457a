/**
 * Large answers that wait for their readers.
 * Invariant: they are so many bytes together at most; an answer that would be more is refused before it begins, and one
 * that is not read within its time is cut off. Small ones are as many as there are calls.
 */
import type { ServerResponse } from "node:http";
import { FaultError } from "../domain/fault.ts";
import { MiB } from "../domain/limits.ts";

/** Below it what a socket holds anyhow. */
const LARGE_BYTES = 1 * MiB;
/** For 16 MiB this is a megabit a second. */
const READ_MS = 120_000;
const RETRY_AFTER_MS = 10_000;

export class UnreadAnswers {
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** For an answer that is sent next. Throws `overQuota`. */
  add(res: ServerResponse, bytes: number): void {
    if (bytes < LARGE_BYTES) return;
    if (this.#bytes + bytes > this.#maxBytes)
      throw new FaultError({
        kind: "overQuota",
        reason: "too many large answers wait to be read: read them, or ask for less",
        retryAfterMs: RETRY_AFTER_MS,
      });
    this.#bytes += bytes;
    const late = setTimeout(() => res.destroy(), READ_MS);
    res.once("close", () => {
      clearTimeout(late);
      this.#bytes -= bytes;
    });
  }
}
