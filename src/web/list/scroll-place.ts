/**
 * Where the list stands, and that it stays there.
 * Invariants: nothing moves under the reader: what comes above the place where the list stands, or turns out higher
 * than it was taken for, moves the place along, without a frame between; a read begins before an end is met.
 */
import { type ReadonlySignal, type Signal, useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import type { LogEntry } from "../../../generated/client/argus/v1/entry.ts";
import { Heights } from "./heights.ts";
import { keptRows, NONE_KEPT } from "./kept-rows.ts";
import { indexNear } from "./row-order.ts";
import type { RowWindow, Side } from "./row-window.ts";

/** A read begins this many screens before an end is met. */
const AHEAD_SCREENS = 2;

export interface ScrollPlace {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly heights: Heights;
  readonly scrollTop: Signal<number>;
  readonly screenPx: Signal<number>;
  /** Entries whose lines are on screen, first and last. */
  readonly inView: ReadonlySignal<{ readonly first: number; readonly last: number }>;
  readonly isAtTop: () => boolean;
  readonly isAtBottom: () => boolean;
  readonly scrollToTop: () => void;
  readonly scrollToBottom: () => void;
  readonly scrollBy: (px: number) => void;
  /** Scrolls as little as shows the row. */
  readonly show: (index: number) => void;
  /** Whether a row is known to be of another height than most. */
  readonly isOwn: (id: string) => boolean;
  /** Takes the height that a row turned out to have. */
  readonly measure: (id: string, index: number, px: number) => void;
}

/** Heights, and what they are of. */
interface Measured {
  readonly rows: readonly LogEntry[];
  readonly generation: number;
  readonly measured: ReadonlyMap<string, number>;
  readonly heights: Heights;
}

export function useScrollPlace(props: {
  source: RowWindow;
  rowPx: number;
  wrap: boolean;
}): ScrollPlace {
  const { source, rowPx, wrap } = props;
  const rows = source.rows.value;
  const scroller = useRef<HTMLDivElement>(null);
  const scrollTop = useSignal(0);
  const screenPx = useSignal(800);
  const inView = useSignal({ first: 0, last: 0 });
  const resized = useSignal(0);
  void resized.value;

  // What was measured is of rows as they were drawn then.
  const measured = useMemo(() => new Map<string, number>(), [wrap, rowPx]);
  const generation = source.generation.value;
  const of = useRef<Measured>(null);
  const heights = useMemo(() => {
    const was = of.current;
    const goesOn = was?.generation === generation && was.measured === measured;
    const kept = goesOn ? keptRows(was.rows, rows) : NONE_KEPT;
    const made = goesOn ? was.heights.moved(kept, rows.length) : new Heights(rows.length, rowPx);
    const setFrom = (from: number, to: number): void => {
      if (measured.size === 0) return;
      for (let index = from; index < to; index++) {
        const px = measured.get(rows[index]?.id ?? "");
        if (px !== undefined) made.set(index, px);
      }
    };
    // Those that were kept have theirs.
    setFrom(0, kept.at);
    setFrom(kept.at + kept.to - kept.from, rows.length);
    of.current = { rows, generation, measured, heights: made };
    return made;
  }, [rows, measured, generation]);
  const isAtBottom = (): boolean => scrollTop.peek() + screenPx.peek() >= heights.total - rowPx / 2;
  const scrollTo = (px: number): void => {
    const box = scroller.current;
    if (box === null) return;
    box.scrollTop = px;
    scrollTop.value = box.scrollTop;
  };

  // What comes above the first row on screen moves the place along before it is painted.
  const shownGeneration = useRef(generation);
  const anchor = useRef({ id: "", index: 0, abovePx: 0 });
  useLayoutEffect(() => {
    const isOther = generation !== shownGeneration.current;
    shownGeneration.current = generation;
    const stands = source.keepsPlace || scrollTop.peek() >= rowPx / 2;
    const index =
      stands && !isOther ? indexNear(rows, anchor.current.id, anchor.current.index) : -1;
    if (isOther) scrollTo(source.beginsAt === "top" ? 0 : heights.total);
    if (index < 0) return;
    const abovePx = Math.min(anchor.current.abovePx, heights.heightOf(index));
    const top = heights.offsetOf(index) + abovePx;
    // To ask where it stands would lay the page out.
    if (top !== scrollTop.peek()) scrollTo(top);
  }, [heights]);
  useLayoutEffect(() => {
    const index = heights.indexAt(scrollTop.peek());
    const id = rows[index]?.id ?? "";
    anchor.current = { id, index, abovePx: scrollTop.peek() - heights.offsetOf(index) };
  });

  const newest = useRef({ isAtBottom, heights });
  newest.current = { isAtBottom, heights };
  useEffect(() => {
    const box = scroller.current;
    if (box === null) return;
    const watch = new ResizeObserver(() => {
      const wasAtBottom = newest.current.isAtBottom() && scrollTop.peek() > 0;
      screenPx.value = box.clientHeight;
      // Who stands at the end stays there when a chart above takes room.
      if (wasAtBottom) box.scrollTop = newest.current.heights.total;
    });
    watch.observe(box);
    return () => watch.disconnect();
  }, []);
  useEffect(() => {
    const first = heights.indexAt(scrollTop.value);
    const last = heights.indexAt(scrollTop.value + screenPx.value - 1);
    if (inView.peek().first !== first || inView.peek().last !== last)
      inView.value = { first, last };
  });
  useEffect(() => {
    const ahead = screenPx.peek() * AHEAD_SCREENS;
    const side: Side | undefined =
      heights.total - scrollTop.peek() - screenPx.peek() < ahead && !source.atEnd
        ? "bottom"
        : scrollTop.peek() < ahead && !source.atStart
          ? "top"
          : undefined;
    if (side !== undefined && source.failed.peek()?.side !== side) void source.ahead(side, rows);
  }, [scrollTop.value, rows, screenPx.value, source.reading.value]);

  return {
    scroller,
    heights,
    scrollTop,
    screenPx,
    inView,
    isAtTop: () => scrollTop.peek() < rowPx / 2,
    isAtBottom,
    scrollToTop: () => scrollTo(0),
    scrollToBottom: () => scrollTo(heights.total),
    scrollBy: (px) => scroller.current?.scrollBy({ top: px }),
    show(index) {
      const top = heights.offsetOf(index);
      const px = Math.min(heights.heightOf(index), rowPx * 3);
      const [from, screen] = [scroller.current?.scrollTop ?? 0, screenPx.peek()];
      if (top < from) scrollTo(top);
      else if (top + px > from + screen) scrollTo(top + px - screen);
    },
    isOwn: (id) => measured.has(id),
    measure(id, index, px) {
      if (px === 0 || heights.heightOf(index) === px) return;
      if (px === rowPx) measured.delete(id);
      else measured.set(id, px);
      const grown = heights.set(index, px);
      // A row above that turns out higher must not push down what is read.
      if (heights.offsetOf(index) + px - grown <= scrollTop.peek())
        scrollTo((scroller.current?.scrollTop ?? 0) + grown);
      resized.value++;
    },
  };
}
