/**
 * What callers are told of a store that fails them.
 * Invariant: nothing of its addresses or of what its nodes said; the own log and `doctor` tell that to who runs it. What
 * the store's role may not do is nothing that the caller may not.
 */
import { FaultError, isFault, overloaded } from "../domain/fault.ts";

/** @param where names the store in its own messages. @returns `error` itself where it says nothing of that. */
export function inCallersWords(error: unknown, where: string): unknown {
  if (isFault(error, "denied"))
    return new FaultError(overloaded("the store does not serve").fault, { cause: error });
  if (!isFault(error, "overloaded")) return error;
  const { reason, retryAfterMs } = error.fault;
  if (!reason.includes(where)) return error;
  // Behind it stands what each node said.
  const told = reason.startsWith(`${where} does not serve`)
    ? "the store does not serve"
    : reason.replaceAll(where, "the store");
  return new FaultError(overloaded(told, retryAfterMs).fault, { cause: error });
}
