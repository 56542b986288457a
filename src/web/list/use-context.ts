/**
 * Reads what the same program wrote before and after an entry.
 * Invariant: what is around an entry stays while more of it is read.
 */
import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { LogEntry } from "../../../generated/client/argus/v1/entry.ts";
import type { GetContextResponse } from "../../../generated/client/argus/v1/log_service.ts";
import { partialText } from "../../client/partial.ts";
import { problemOf } from "../words.ts";

export type ReadContext = (
  entry: LogEntry,
  around: number,
  signal: AbortSignal,
) => Promise<GetContextResponse>;

export const MOST_AROUND = 500;

export interface Around {
  readonly of: string;
  /** In the order of the list. */
  readonly above: readonly LogEntry[];
  readonly below: readonly LogEntry[];
}

export interface ContextOf {
  readonly around: Signal<Around | undefined>;
  readonly problem: Signal<string>;
}

/** @param entry undefined: none is asked for. */
export function useContextOf(
  entry: LogEntry | undefined,
  count: number,
  ascending: boolean,
  read: ReadContext,
): ContextOf {
  const around = useSignal<Around | undefined>(undefined);
  const problem = useSignal("");
  useEffect(() => {
    if (entry === undefined) {
      around.value = undefined;
      return;
    }
    const stop = new AbortController();
    read(entry, Math.min(MOST_AROUND, count), stop.signal).then(
      ({ before, after, partial, partialReason }) => {
        problem.value = partial ? partialText(partialReason, undefined) : "";
        around.value = ascending
          ? { of: entry.id, above: before, below: after }
          : { of: entry.id, above: after.toReversed(), below: before.toReversed() };
      },
      (error: unknown) => {
        if (!stop.signal.aborted) problem.value = problemOf(error);
      },
    );
    return () => stop.abort();
  }, [entry?.id, count, ascending]);
  return { around, problem };
}
