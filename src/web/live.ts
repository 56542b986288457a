/**
 * The live tail as rows.
 * Invariants: nothing moves under the reader: while something holds, new entries wait outside the list; they are drawn at
 * most ten times a second, and none is drawn twice. Counts are exact also where not every row is drawn. A tab that is
 * hidden for long lets its stream go and resumes where it was.
 */
import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { LogEntry } from "../../generated/client/argus/v1/entry.ts";
import type { FollowState } from "./follow.ts";
import type { RowWindow } from "./list/row-window.ts";
import { follow } from "./tail.ts";

/** More than this wait nowhere: they are counted, and read anew when they are wanted. */
export const MOST_HELD = 10_000;
/** More than a page can draw, and a person can read. */
const MOST_DRAWN_PER_S = 200;
const DRAW_MS = 100;
const LOOK_AGAIN_MS = 250;
const RATE_MS = 2000;
const HIDDEN_MS = 60_000;

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
  /** Entries that wait, all of them counted. */
  readonly waiting: Signal<number>;
  /** Entries that came since the run. */
  readonly arrived: Signal<number>;
  readonly perSecond: Signal<number>;
  /** One in so many is drawn. */
  readonly drawnOneIn: Signal<number>;
  /** Rows of the newest drawing. */
  readonly fresh: Signal<ReadonlySet<string>>;
  /** Lets those that wait in; false when there are too many, and the newest page is to be read instead. */
  readonly show: (keepsPlace?: boolean) => boolean;
  /** Opens a refused tail anew. */
  readonly retry: () => void;
}

export function useLive(props: {
  on: boolean;
  applicationId: string;
  query: string;
  /** A run that is there: the tail begins after it. */
  run: number;
  /** Something is being read: no row may move. */
  isHeld: () => boolean;
  rows: RowWindow;
}): Live {
  const state = useSignal<"off" | FollowState>("off");
  const refusal = useSignal("");
  const gaps = useSignal<readonly Gap[]>([]);
  const tries = useSignal(0);
  const waiting = useSignal(0);
  const arrived = useSignal(0);
  const perSecond = useSignal(0);
  const drawnOneIn = useSignal(1);
  const fresh = useSignal<ReadonlySet<string>>(new Set());
  const newest = useRef(props);
  newest.current = props;
  const queue = useRef<LogEntry[]>([]);
  const { rows } = props;

  const show = (keepsPlace = false): boolean => {
    const isTooMany = waiting.peek() > MOST_HELD;
    const entries = queue.current;
    queue.current = [];
    waiting.value = 0;
    if (isTooMany) return false;
    rows.take(entries, keepsPlace);
    fresh.value = new Set(entries.slice(-60).map(({ id }) => id));
    return true;
  };

  useEffect(() => {
    queue.current = [];
    waiting.value = 0;
    arrived.value = 0;
    refusal.value = "";
    gaps.value = [];
    if (!props.on || props.applicationId === "") {
      state.value = "off";
      return;
    }
    let stream = new AbortController();
    let position = "";
    let last = rows.rows.peek()[0]?.id ?? "";
    let drawing: ReturnType<typeof setTimeout> | undefined;
    let hiding: ReturnType<typeof setTimeout> | undefined;
    /** A drawing of what came is due. */
    let isDue = false;
    let came: number[] = [];
    let skipped = 0;
    const draw = (): void => {
      isDue = false;
      const now = performance.now();
      came = came.filter((ms) => now - ms < RATE_MS);
      perSecond.value = Math.round(came.length / (RATE_MS / 1000));
      if (newest.current.isHeld()) waiting.value = Math.max(waiting.value, queue.current.length);
      else show();
      // A hold ends without an entry that comes, as a pointer rests; and a rate falls when none comes.
      if (waiting.value > 0 || came.length > 0) drawing = setTimeout(draw, LOOK_AGAIN_MS);
    };
    const open = (): void => {
      void follow({
        applicationId: props.applicationId,
        query: props.query,
        position,
        signal: stream.signal,
        onPosition: (next) => (position = next),
        onEntry: (entry) => {
          last = entry.id;
          arrived.value++;
          came.push(performance.now());
          const oneIn = Math.max(1, perSecond.peek() / MOST_DRAWN_PER_S);
          drawnOneIn.value = oneIn;
          skipped++;
          const isHeld = newest.current.isHeld();
          if (isHeld) waiting.value++;
          // What waits is kept whole: it is not drawn while it comes.
          if (isHeld || skipped >= oneIn) {
            skipped = 0;
            queue.current.push(entry);
            if (queue.current.length > MOST_HELD) queue.current.shift();
          }
          if (!isDue) {
            isDue = true;
            clearTimeout(drawing);
            drawing = setTimeout(draw, DRAW_MS);
          }
        },
        onDropped: (reason) => {
          const known = gaps.value.some((gap) => gap.after === last && gap.reason === reason);
          if (!known) gaps.value = [...gaps.value, { after: last, reason }].slice(-100);
        },
        onState: (next, why) => {
          state.value = next;
          refusal.value = why;
        },
      });
    };
    const onVisibility = (): void => {
      clearTimeout(hiding);
      if (document.visibilityState === "hidden")
        hiding = setTimeout(() => stream.abort(), HIDDEN_MS);
      else if (stream.signal.aborted) {
        stream = new AbortController();
        open();
      }
    };
    document.addEventListener("visibilitychange", onVisibility);
    open();
    return () => {
      document.removeEventListener("visibilitychange", onVisibility);
      stream.abort();
      clearTimeout(drawing);
      clearTimeout(hiding);
      perSecond.value = 0;
    };
  }, [props.on, props.applicationId, props.query, props.run, tries.value]);

  return {
    state,
    refusal,
    gaps,
    waiting,
    arrived,
    perSecond,
    drawnOneIn,
    fresh,
    show,
    retry: () => tries.value++,
  };
}
