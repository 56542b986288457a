/**
 * How long a caller waits. Invariant: every request has a deadline, whether the caller names one or not.
 */
import { invalid } from "../domain/fault.ts";

export const DEFAULT_TIMEOUT_MS = 30_000;
export const MAX_TIMEOUT_MS = 120_000;

/**
 * @param header `Argus-Timeout-Ms` as Node gives it.
 * @returns milliseconds, at most MAX_TIMEOUT_MS; throws `invalid` for anything but a positive whole number.
 */
export function timeoutMsOf(header: string | string[] | undefined): number {
  if (header === undefined) return DEFAULT_TIMEOUT_MS;
  if (typeof header !== "string" || !/^[1-9]\d{0,8}$/.test(header))
    throw invalid("argus-timeout-ms", "not a positive whole number of milliseconds");
  return Math.min(Number(header), MAX_TIMEOUT_MS);
}
