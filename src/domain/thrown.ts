/**
 * What was thrown, as data that crosses from one thread to another, and back.
 * Invariant: a FaultError arrives as that fault; anything else is a bug, and arrives as an error with the stack of
 * the place that threw it.
 */
import { type Fault, FaultError } from "./fault.ts";

export interface Bug {
  readonly message: string;
  readonly stack: string | undefined;
}

export type Thrown = { readonly fault: Fault } | { readonly bug: Bug };

export function thrownOf(error: unknown): Thrown {
  return error instanceof FaultError ? { fault: error.fault } : { bug: bugOf(error) };
}

export function bugOf(error: unknown): Bug {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return { message, stack };
}

export function errorOf(thrown: Thrown): Error {
  return "fault" in thrown ? new FaultError(thrown.fault) : errorOfBug(thrown.bug);
}

export function errorOfBug({ message, stack }: Bug): Error {
  const error = new Error(message);
  // Our own stack would name the place that was told, not the one that broke.
  if (stack !== undefined) error.stack = stack;
  return error;
}
