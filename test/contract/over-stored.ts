/** Laws over entries that a store holds, some of them merged. */
import fc from "fast-check";
import type { Entry } from "../../src/domain/entry.ts";
import type { AppId } from "../../src/domain/ids.ts";
import type { RunDeps } from "../../src/search/run-deps.ts";
import { arbEntries } from "../oracle/arbitraries.ts";

export interface Stored {
  readonly app: AppId;
  readonly entries: readonly Entry[];
  /** What a run of its own takes. */
  readonly deps: () => RunDeps;
}

/** Runs a law over entries of which some batches are merged. */
export type OverStored = (
  runs: number,
  arbGiven: fc.Arbitrary<readonly Entry[]>,
  law: (stored: Stored) => Promise<void>,
) => Promise<void>;

/** The same of entries with something that is asked of them. */
export type OverAsked = <T extends { readonly entries: readonly Entry[] }>(
  runs: number,
  arbGiven: fc.Arbitrary<T>,
  law: (stored: Stored & T) => Promise<void>,
) => Promise<void>;

/** Entries with messages of a kind. */
export function arbSaying(arbMessage: fc.Arbitrary<string>): fc.Arbitrary<readonly Entry[]> {
  return fc
    .tuple(arbEntries, fc.array(arbMessage, { minLength: 40, maxLength: 40 }))
    .map(([entries, messages]) =>
      entries.map((entry, i) => ({ ...entry, message: messages[i] ?? "" })),
    );
}
