/**
 * What lights up in the rows that are loaded: words of the query that runs, or of the one that is typed.
 * Invariant: rows are not drawn anew for each letter: what is typed lights up when the hand rests.
 */
import { type ReadonlySignal, type Signal, useSignal, useSignalEffect } from "@preact/signals";
import { useLayoutEffect } from "preact/hooks";
import { hitsOf } from "../list/hits.ts";
import { parsed } from "../query/parsed.ts";

/** Between two letters of most hands: rows drawn anew take as long as a frame, which the next letter would wait for. */
const REST_MS = 200;

export function useHits(query: string, text: Signal<string>): ReadonlySignal<RegExp | undefined> {
  const hits = useSignal<RegExp | undefined>(undefined);
  const light = (typed: string): void => {
    const next = hitsOf(typed);
    if (next?.source !== hits.peek()?.source) hits.value = next;
  };
  // With the rows of another query, and not behind them.
  useLayoutEffect(() => light(query), [query]);
  useSignalEffect(() => {
    const typed = text.value;
    const isWhole = parsed(typed).ok;
    const timer = setTimeout(() => light(isWhole ? typed : query), REST_MS);
    return () => clearTimeout(timer);
  });
  return hits;
}
