/**
 * The live tail as rows.
 * Invariants: nothing moves under the reader: while something holds, new entries wait outside the list; they are drawn at
 * most ten times a second, and none is drawn twice. Counts are exact also where not every row is drawn. A tab that is
 * hidden for long lets its stream go and resumes where it was; where more was missed than can be replayed, the list says
 * how many, in their place.
 */
import { batch, type Signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { LogEntry } from "../../generated/client/argus/v1/entry.ts";
import type { Timestamp } from "../../generated/client/google/protobuf/timestamp.ts";
import { type FollowState, SeenIds } from "./follow.ts";
import { isAfter } from "./list/row-order.ts";
import type { RowWindow } from "./list/row-window.ts";
import { TailBuffer } from "./tail-buffer.ts";
import { follow } from "./tail.ts";

const DRAW_MS = 100;
/** Where nobody can read all that comes, a drawing more shows nothing more. */
const SAMPLED_DRAW_MS = 200;
/** How often what came is told, as to a chart. */
const TELL_MS = 500;
const LOOK_AGAIN_MS = 250;
const HIDDEN_MS = 60_000;
/** What could not be caught up with is asked for once more, after this long where the stream goes on. */
const AGAIN_MS = 2000;
/** What was missed for less is replayed without a question. */
const SHORT_CUT_MS = 5000;
/** More than this is not replayed but counted. */
export const MOST_REPLAYED = 2000;

const UNSEEN = "what came while the tail began";

/** Entries are missing, or may be, behind those of this time (undefined: before all). */
export interface Gap {
  readonly at: Timestamp | undefined;
  /** How many; undefined: nobody knows. */
  readonly missed: number | undefined;
  readonly reason: string;
}

export interface Live {
  readonly state: Signal<"off" | FollowState>;
  /** Why the server refuses the tail; "" while it does not. */
  readonly refusal: Signal<string>;
  /** When a lost stream is tried again, by the page's clock. */
  readonly retryAtMs: Signal<number>;
  readonly gaps: Signal<readonly Gap[]>;
  /** Entries that wait, all of them counted. */
  readonly waiting: Signal<number>;
  /** Entries that came since the run. */
  readonly arrived: Signal<number>;
  /** Of them, those that the list does not have because too many came. */
  readonly undrawn: Signal<number>;
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

/** What the tail reads besides: both of the run query. */
export interface TailReads {
  /** Entries of a time (undefined: all of the range) and later, the newest ones of them, newest first. */
  readonly since: (
    time: Timestamp | undefined,
    most: number,
    signal: AbortSignal,
  ) => Promise<{ readonly entries: readonly LogEntry[]; readonly isAll: boolean }>;
  readonly countAfter: (time: Timestamp | undefined, signal: AbortSignal) => Promise<number>;
}

interface LiveProps {
  on: boolean;
  applicationId: string;
  query: string;
  /** A run that is there: the tail begins after it. */
  run: number;
  /** Something is being read: no row may move. */
  isHeld: () => boolean;
  rows: RowWindow;
  reads: TailReads;
  /** Whatever came, drawn or not. */
  onCame: (entries: readonly LogEntry[]) => void;
  /** More came than waits anywhere: the newest page is to be read instead. */
  onTooMany: () => void;
}

export function useLive(props: LiveProps): Live {
  const state = useSignal<"off" | FollowState>("off");
  const refusal = useSignal("");
  const retryAtMs = useSignal(0);
  const gaps = useSignal<readonly Gap[]>([]);
  const tries = useSignal(0);
  const waiting = useSignal(0);
  const arrived = useSignal(0);
  const undrawn = useSignal(0);
  const perSecond = useSignal(0);
  const drawnOneIn = useSignal(1);
  const fresh = useSignal<ReadonlySet<string>>(new Set());
  const newest = useRef(props);
  newest.current = props;
  const buffer = useRef(new TailBuffer());
  const { rows } = props;

  const publish = (): void => {
    const now = buffer.current;
    waiting.value = now.waiting;
    arrived.value = now.arrived;
    undrawn.value = now.undrawn;
    perSecond.value = now.perSecond;
    drawnOneIn.value = now.drawnOneIn;
  };
  const put = (entries: readonly LogEntry[], keepsPlace: boolean): void => {
    if (entries.length === 0) return;
    rows.take(entries, keepsPlace);
    // Where all that is on screen is new, nothing stands out by being so.
    const isSampled = buffer.current.drawnOneIn > 1;
    fresh.value = new Set(isSampled ? [] : entries.slice(-60).map(({ id }) => id));
  };
  const show = (keepsPlace = false): boolean =>
    batch(() => {
      const held = buffer.current.takeHeld();
      publish();
      if (held !== undefined) put(held, keepsPlace);
      return held !== undefined;
    });

  useEffect(() => {
    buffer.current = new TailBuffer();
    batch(() => {
      publish();
      refusal.value = "";
      gaps.value = [];
    });
    if (!props.on || props.applicationId === "") {
      state.value = "off";
      return;
    }
    const { reads } = props;
    const ended = new AbortController();
    let stream = new AbortController();
    let position = "";
    const seen = new SeenIds();
    let last = rows.newest?.time;
    let cutMs = performance.now();
    let drawing: ReturnType<typeof setTimeout> | undefined;
    let hiding: ReturnType<typeof setTimeout> | undefined;
    let again: ReturnType<typeof setTimeout> | undefined;
    /** What could not be caught up with: all since a time. */
    let owed: { readonly from: Timestamp | undefined } | undefined;
    /** A drawing of what came is due. */
    let isDue = false;
    let untold: readonly LogEntry[] = [];
    let toldMs = -Infinity;
    const draw = (): void => {
      isDue = false;
      const isHeld = newest.current.isHeld();
      batch(() => {
        const nowMs = performance.now();
        const drawn = buffer.current.draw(isHeld, nowMs);
        untold = [...untold, ...drawn.came];
        if (untold.length > 0 && nowMs - toldMs >= TELL_MS) {
          newest.current.onCame(untold);
          untold = [];
          toldMs = nowMs;
        }
        // A hold ends without an entry that comes, as a pointer rests.
        const held = isHeld ? [] : buffer.current.takeHeld();
        if (held === undefined) newest.current.onTooMany();
        else put([...held, ...drawn.rows], false);
        publish();
      });
      if (!buffer.current.isIdle) drawing = setTimeout(draw, LOOK_AGAIN_MS);
    };
    const take = (entry: LogEntry): void => {
      if (last === undefined || isAfter(entry.time, last)) last = entry.time;
      buffer.current.add(entry);
      if (isDue) return;
      isDue = true;
      clearTimeout(drawing);
      const { drawnOneIn: oneIn } = buffer.current;
      drawing = setTimeout(draw, oneIn > 1 ? SAMPLED_DRAW_MS : DRAW_MS);
    };
    const addGap = (missed: number | undefined, reason: string, at = last): void => {
      const isKnown = gaps.value.some((gap) => gap.at === at && gap.reason === reason);
      if (!isKnown || missed !== undefined)
        gaps.value = [...gaps.value, { at, missed, reason }].slice(-100);
    };
    /** What was missed behind a time: all there is by now, without what the tail gives again. */
    const countMissed = async (at: Timestamp | undefined): Promise<void> => {
      const { arrived: before } = buffer.current;
      try {
        const count = await reads.countAfter(at, ended.signal);
        addGap(Math.max(0, count - (buffer.current.arrived - before)), "", at);
      } catch {
        if (!ended.signal.aborted) addGap(undefined, "what came while away", at);
      }
    };
    /** Between the run and its tail some may have come. @param isAgain it has failed before. */
    const catchUp = async (from: Timestamp | undefined, isAgain: boolean): Promise<void> => {
      try {
        const { entries, isAll } = await reads.since(from, MOST_REPLAYED, ended.signal);
        if (!isAll) addGap(await reads.countAfter(from, ended.signal), "", from);
        else
          for (const entry of entries.toReversed())
            if (!seen.has(entry.id) && !rows.has(entry)) {
              seen.add(entry.id);
              take(entry);
            }
      } catch {
        if (ended.signal.aborted) return;
        if (isAgain || state.peek() === "refused") addGap(undefined, UNSEEN, from);
        else {
          // The stream may be cut, too: then it is asked for behind the next one.
          owed = { from };
          again = setTimeout(catchUpAgain, AGAIN_MS);
        }
      }
    };
    const catchUpAgain = (): void => {
      if (owed === undefined || state.peek() !== "live") return;
      const { from } = owed;
      owed = undefined;
      void catchUp(from, true);
    };
    const open = (): void => {
      let isFirst = position === "";
      /** It begins anew, and what lies between is to be counted. */
      let isBehind = false;
      /** It was opened anew. */
      let hasReturned = false;
      void follow({
        applicationId: props.applicationId,
        query: props.query,
        position,
        seen,
        signal: stream.signal,
        isTooMuch: async () => {
          if (performance.now() - cutMs < SHORT_CUT_MS) return false;
          const missed = await reads.countAfter(last, stream.signal);
          isBehind = missed > MOST_REPLAYED;
          return isBehind;
        },
        onPosition: (next) => {
          position = next;
          if (isBehind) {
            void countMissed(owed === undefined ? last : owed.from);
            owed = undefined;
          } else if (isFirst) void catchUp(last, false);
          else if (hasReturned) catchUpAgain();
          isFirst = false;
          isBehind = false;
          hasReturned = false;
        },
        onEntry: take,
        onDropped: (reason) => addGap(undefined, reason),
        onState: (next, why, waitMs) =>
          batch(() => {
            if (next === "reconnecting" && state.peek() === "live") cutMs = performance.now();
            hasReturned = next === "live";
            if (next === "refused" && owed !== undefined) {
              addGap(undefined, UNSEEN, owed.from);
              owed = undefined;
            }
            state.value = next;
            refusal.value = why;
            retryAtMs.value = Date.now() + waitMs;
          }),
      });
    };
    const onVisibility = (): void => {
      clearTimeout(hiding);
      if (document.visibilityState === "hidden")
        hiding = setTimeout(() => {
          stream.abort();
          cutMs = performance.now();
          state.value = "reconnecting";
        }, HIDDEN_MS);
      else if (stream.signal.aborted) {
        stream = new AbortController();
        open();
      }
    };
    document.addEventListener("visibilitychange", onVisibility);
    open();
    return () => {
      document.removeEventListener("visibilitychange", onVisibility);
      ended.abort();
      stream.abort();
      clearTimeout(drawing);
      clearTimeout(hiding);
      clearTimeout(again);
      perSecond.value = 0;
    };
  }, [props.on, props.applicationId, props.query, props.run, tries.value]);

  return {
    state,
    refusal,
    retryAtMs,
    gaps,
    waiting,
    arrived,
    undrawn,
    perSecond,
    drawnOneIn,
    fresh,
    show,
    retry: () => tries.value++,
  };
}
