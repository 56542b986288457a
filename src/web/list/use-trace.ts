/**
 * Reads the entries of a trace.
 * Invariant: what was read of a trace stays while an entry of the same one is looked at; another trace ends the read.
 */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { LogEntry } from "../../../generated/client/argus/v1/entry.ts";
import { problemOf } from "../words.ts";

export interface TraceRead {
  /** Oldest first. */
  readonly entries: readonly LogEntry[];
  /** There are no more. */
  readonly isAll: boolean;
}

export type ReadTrace = (traceId: string, signal: AbortSignal) => Promise<TraceRead>;

export interface TraceOf {
  readonly read: TraceRead | undefined;
  readonly problem: string;
}

/** @param isWanted it is not asked for before. */
export function useTraceOf(traceId: string, isWanted: boolean, read: ReadTrace): TraceOf {
  const known = useSignal<(TraceOf & { readonly of: string }) | undefined>(undefined);
  useEffect(() => {
    const isKnown = known.peek()?.of === traceId && known.peek()?.problem === "";
    if (!isWanted || traceId === "" || isKnown) return;
    const stop = new AbortController();
    read(traceId, stop.signal).then(
      (answer) => (known.value = { of: traceId, read: answer, problem: "" }),
      (error: unknown) => {
        if (!stop.signal.aborted)
          known.value = { of: traceId, read: undefined, problem: problemOf(error) };
      },
    );
    return () => stop.abort();
  }, [traceId, isWanted]);
  return known.value?.of === traceId ? known.value : { read: undefined, problem: "" };
}
