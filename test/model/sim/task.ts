/**
 * Operations as step machines: a generator that yields whatever it waits for.
 * Invariant: between two yields nothing else happens, so every interleaving is a choice of the scheduler.
 */

/** No answer came: the statement was applied, or will be, or never is. */
export const UNKNOWN: unique symbol = Symbol("unknown");
export type Unknown = typeof UNKNOWN;

export type StatementKind = "read" | "write" | "lwt";

/** One statement at the store. `apply` runs at the store, once, twice or never. */
export interface Statement {
  readonly kind: StatementKind;
  readonly label: string;
  /** @param stamp the write's server-side timestamp: when a coordinator took it, however late it applies. */
  readonly apply: (stamp: number) => unknown;
}

export type Wait =
  | Statement
  | { readonly kind: "sleep"; readonly units: number }
  | { readonly kind: "join"; readonly tasks: readonly Task<unknown>[] };

export type Task<T = void> = Generator<Wait, T, unknown>;

/** A read, tried again once. */
export function* read<T>(label: string, apply: () => T): Task<T | Unknown> {
  const first = (yield { kind: "read", label, apply }) as T | Unknown;
  return first === UNKNOWN ? ((yield { kind: "read", label, apply }) as T | Unknown) : first;
}

export function* lwt<T>(label: string, apply: () => T): Task<T | Unknown> {
  return (yield { kind: "lwt", label, apply }) as T | Unknown;
}

/** A plain write: the identical statement up to four times. @returns whether it is known to have been applied. */
export function* write(label: string, apply: (stamp: number) => void): Task<boolean> {
  for (let i = 0; i < 4; i++) {
    const answer = yield { kind: "write", label, apply };
    if (answer !== UNKNOWN) return true;
  }
  return false;
}

/** @param units of true time, see the scheduler. */
export function* sleep(units: number): Task {
  yield { kind: "sleep", units };
}

/** Runs them side by side on the same process; goes on when all have ended. */
export function* all<T>(tasks: readonly Task<T>[]): Task<T[]> {
  if (tasks.length === 0) return [];
  return (yield { kind: "join", tasks }) as T[];
}
