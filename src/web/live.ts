/**
 * The live tail as rows. Invariant: nothing moves under the reader: while something holds, new entries wait outside the
 * list; they are drawn at most ten times a second, and none is drawn twice.
 */
import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { LogEntry } from "../../generated/client/argus/v1/entry.ts";
import type { FollowState } from "./follow.ts";
import { follow } from "./tail.ts";
import { timeMs } from "./words.ts";

/** More than anyone reads by scrolling; a live list lets its oldest rows go. */
const MOST_ROWS = 2000;
const DRAW_MS = 100;
/** Above this the list is at its newest edge, px. */
const EDGE_PX = 8;

/** Entries may be missing between the one with this id ("": the first) and those that came after it. */
export interface Gap {
  readonly after: string;
  readonly reason: string;
}

export interface Live {
  readonly state: Signal<"off" | FollowState>;
  /** Why the server refuses the tail; "" while it does not. */
  readonly refusal: Signal<string>;
  readonly gaps: Signal<readonly Gap[]>;
  /** Entries that wait. */
  readonly waiting: Signal<number>;
  /** Lets them in. */
  readonly show: () => void;
  /** Opens a refused tail anew. */
  readonly retry: () => void;
}

export function useLive(props: {
  on: boolean;
  applicationId: string;
  query: string;
  /** Something is being read: no row may move. */
  held: boolean;
  entries: Signal<readonly LogEntry[]>;
}): Live {
  const state = useSignal<"off" | FollowState>("off");
  const refusal = useSignal("");
  const gaps = useSignal<readonly Gap[]>([]);
  const tries = useSignal(0);
  const waiting = useSignal(0);
  const held = useRef(props.held);
  held.current = props.held;
  const queue = useRef<LogEntry[]>([]);
  const { entries } = props;

  const show = (): void => {
    const known = new Set(entries.value.map(({ id }) => id));
    const fresh = queue.current.filter(({ id }) => !known.has(id));
    queue.current = [];
    waiting.value = 0;
    if (fresh.length === 0) return;
    entries.value = [...fresh.toReversed(), ...entries.value]
      .toSorted((a, b) => timeMs(b) - timeMs(a))
      .slice(0, MOST_ROWS);
  };

  useEffect(() => {
    queue.current = [];
    waiting.value = 0;
    refusal.value = "";
    gaps.value = [];
    if (!props.on || props.applicationId === "") {
      state.value = "off";
      return;
    }
    const stop = new AbortController();
    let newest = entries.value[0]?.id ?? "";
    let drawing: ReturnType<typeof setTimeout> | undefined;
    const draw = (): void => {
      drawing = undefined;
      if (held.current || scrollY > EDGE_PX) waiting.value = queue.current.length;
      else show();
    };
    void follow({
      applicationId: props.applicationId,
      query: props.query,
      signal: stop.signal,
      onEntry: (entry) => {
        newest = entry.id;
        queue.current.push(entry);
        if (queue.current.length > MOST_ROWS) queue.current.shift();
        drawing ??= setTimeout(draw, DRAW_MS);
      },
      onDropped: (reason) => {
        const known = gaps.value.some((gap) => gap.after === newest && gap.reason === reason);
        if (!known) gaps.value = [...gaps.value, { after: newest, reason }].slice(-MOST_ROWS);
      },
      onState: (next, why) => {
        state.value = next;
        refusal.value = why;
      },
    });
    return () => {
      stop.abort();
      clearTimeout(drawing);
    };
  }, [props.on, props.applicationId, props.query, tries.value]);

  return { state, refusal, gaps, waiting, show, retry: () => tries.value++ };
}
