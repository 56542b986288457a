/**
 * What the world did while a server was closed.
 * Invariant: a bug is never taken for it, however it is wrapped: then nothing is told and the error keeps its stack.
 */
import { FaultError } from "../domain/fault.ts";

/** @returns what the store or the disk refused, in words; undefined when anything of it is a bug. */
export function faultsIn(error: unknown): readonly string[] | undefined {
  if (error instanceof FaultError) return [error.message];
  // Several things that did not close in order.
  if (!(error instanceof SuppressedError)) return undefined;
  const [first, later] = [faultsIn(error.suppressed), faultsIn(error.error)];
  return first === undefined || later === undefined ? undefined : [...first, ...later];
}
