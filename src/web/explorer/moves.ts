/**
 * How the explorer moves.
 * Invariant: what is asked and shown changes by the address alone, so that Back undoes every step. How it moves stays
 * the same function wherever it is: nothing is drawn anew for it.
 */
import { useMemo, useRef } from "preact/hooks";
import { asking, type LogsPlace } from "../logs-place.ts";
import { filterText } from "../query/terms.ts";
import { rememberQuery } from "../query/recent.ts";
import { go } from "../route.ts";

export type Change = (next: Partial<LogsPlace>, how?: "push" | "replace") => void;

export interface Moves {
  /** Where it is by now: what was begun earlier changes that, and not the place it began at. */
  readonly now: { readonly current: LogsPlace };
  readonly change: Change;
  /** Goes to other entries. */
  readonly ask: (next: Partial<LogsPlace>) => void;
  readonly run: (query: string) => void;
}

export function useMoves(at: LogsPlace, rerun: () => void): Moves {
  const now = useRef(at);
  now.current = at;
  return useMemo(() => {
    const change: Change = (next, how = "push") => go({ ...now.current, ...next }, how);
    const ask: Moves["ask"] = (next) => go(asking(now.current, next));
    return {
      now,
      change,
      ask,
      run: (query) => {
        rememberQuery(now.current.app, query);
        if (query === now.current.query) rerun();
        else ask({ query, tab: staysAtPatterns(now.current.tab, query) ? "patterns" : "" });
      },
    };
  }, [rerun]);
}

/** Who narrows the patterns goes on looking at patterns; pipes ask for something else. */
function staysAtPatterns(tab: string, query: string): boolean {
  return tab === "patterns" && filterText(query) === query.trim();
}
