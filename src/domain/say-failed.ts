/**
 * How background work tells of a failure after which it goes on.
 * Invariant: what the world refuses is a warning with its reason; a bug is an error with its stack.
 */
import { isFault } from "./fault.ts";
import type { Logger, LogFields } from "./logger.ts";

export function sayFailed(
  logger: Pick<Logger, "warn" | "error">,
  message: string,
  error: unknown,
  fields: LogFields = {},
): void {
  if (isFault(error, "overloaded")) logger.warn(message, { ...fields, reason: error.message });
  else logger.error(message, error, fields);
}
