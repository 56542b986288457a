/**
 * The list of entries: a grid of which only what is on screen exists.
 * Invariants: nothing moves under the reader: what comes above the place where the list stands moves the place along,
 * without a frame between; one row has the focus, and keeps it while it is scrolled past; a click that ends a selection
 * of text is no click.
 */
import { type Signal, useSignal } from "@preact/signals";
import type { ComponentChildren, VNode } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import type { LogEntry } from "../../../generated/client/argus/v1/entry.ts";
import { levelName } from "../words.ts";
import { templateOf } from "./columns.ts";
import { EntryLine, type LineLook, spokenLine } from "./entry-line.tsx";
import { Heights } from "./heights.ts";
import type { RowWindow, Side } from "./row-window.ts";

/** Rows drawn beyond each edge, so that a step of the wheel shows no gap. */
const OVERSCAN = 12;
/** A read begins this many screens before an end is met. */
const AHEAD_SCREENS = 2;

export interface GridHandle {
  /** Puts a row where it is seen and gives it the focus. */
  focusRow(id: string): void;
  scrollToTop(): void;
  scrollToBottom(): void;
  page(direction: 1 | -1): void;
  scrollBy(px: number): void;
  /** Entries whose lines are on screen, first and last. */
  readonly inView: Signal<{ readonly first: number; readonly last: number }>;
  readonly isAtTop: () => boolean;
  readonly isAtBottom: () => boolean;
}

export function EntryGrid(props: {
  rows: RowWindow;
  look: LineLook;
  rowPx: number;
  rowsKind: string;
  /** Of all that match; undefined while it is not known. */
  total: number | undefined;
  selected: string;
  /** Opened in place. */
  opened: string;
  handle: { current: GridHandle | null };
  cursor: Signal<string>;
  fresh: ReadonlySet<string>;
  onOpen: (entry: LogEntry) => void;
  onKey: (event: KeyboardEvent, entry: LogEntry) => void;
  onScrolled: () => void;
  /** What stands below a row: its fields, its context. */
  below: (entry: LogEntry) => ComponentChildren;
  /** What stands above a row: a gap in the tail. */
  above: (entry: LogEntry, before: LogEntry | undefined) => ComponentChildren;
}) {
  const { rows: source, look, rowPx } = props;
  const rows = source.rows.value;
  const scroller = useRef<HTMLDivElement>(null);
  const measured = useRef(new Map<string, number>());
  const scrollTop = useSignal(0);
  const screenPx = useSignal(800);
  const focusWanted = useRef("");

  const heights = useMemo(() => {
    const own = new Map<number, number>();
    // Rows that were measured are few, unless all of them wrap.
    if (measured.current.size > 0)
      for (const [index, { id }] of rows.entries()) {
        const px = measured.current.get(id);
        if (px !== undefined) own.set(index, px);
      }
    return new Heights(rows.length, rowPx, own);
  }, [rows, rowPx, look.wrap]);
  const resized = useSignal(0);
  void resized.value;

  // What comes above the first row on screen moves the place along before it is painted.
  const generation = source.generation.value;
  const shownGeneration = useRef(generation);
  const anchor = useRef({ id: "", index: 0, abovePx: 0 });
  useLayoutEffect(() => {
    const box = scroller.current;
    if (box === null) return;
    const isOther = generation !== shownGeneration.current;
    shownGeneration.current = generation;
    const stands = source.keepsPlace || scrollTop.peek() >= rowPx / 2;
    const index = stands && !isOther ? indexNear(rows, anchor.current) : -1;
    let top = scrollTop.peek();
    if (isOther) top = source.beginsAt === "top" ? 0 : heights.total;
    else if (index >= 0) top = heights.offsetOf(index) + anchor.current.abovePx;
    if (box.scrollTop !== top) box.scrollTop = top;
    if (scrollTop.peek() !== box.scrollTop) scrollTop.value = box.scrollTop;
  }, [rows]);
  useLayoutEffect(() => {
    const index = heights.indexAt(scrollTop.peek());
    const id = rows[index]?.id ?? "";
    anchor.current = { id, index, abovePx: scrollTop.peek() - heights.offsetOf(index) };
  });

  useEffect(() => {
    const box = scroller.current;
    if (box === null) return;
    const watch = new ResizeObserver(() => {
      const wasAtBottom = props.handle.current?.isAtBottom() === true && scrollTop.peek() > 0;
      screenPx.value = box.clientHeight;
      // Who stands at the end stays there when a chart above takes room.
      if (wasAtBottom) props.handle.current?.scrollToBottom();
    });
    watch.observe(box);
    return () => watch.disconnect();
  }, []);
  useEffect(() => {
    measured.current.clear();
    resized.value++;
  }, [look.wrap, rowPx]);

  const first = Math.max(0, heights.indexAt(scrollTop.value) - OVERSCAN);
  const last = Math.min(
    rows.length - 1,
    heights.indexAt(scrollTop.value + screenPx.value) + OVERSCAN,
  );
  const seen = useSignal({ first: 0, last: 0 });
  useEffect(() => {
    const top = heights.indexAt(scrollTop.value);
    const bottom = heights.indexAt(scrollTop.value + screenPx.value - 1);
    if (seen.peek().first !== top || seen.peek().last !== bottom)
      seen.value = { first: top, last: bottom };
  });

  const readAhead = (): void => {
    const ahead = screenPx.peek() * AHEAD_SCREENS;
    const side: Side | undefined =
      heights.total - scrollTop.peek() - screenPx.peek() < ahead && !source.atEnd
        ? "bottom"
        : scrollTop.peek() < ahead && !source.atStart
          ? "top"
          : undefined;
    if (side !== undefined && source.failed.peek()?.side !== side) void source.more(side);
  };
  useEffect(readAhead, [scrollTop.value, rows, screenPx.value, source.reading.value]);

  const show = (index: number): void => {
    const box = scroller.current;
    if (box === null) return;
    const top = heights.offsetOf(index);
    const px = Math.min(heights.heightOf(index), rowPx * 3);
    if (top < box.scrollTop) box.scrollTop = top;
    else if (top + px > box.scrollTop + box.clientHeight)
      box.scrollTop = top + px - box.clientHeight;
    scrollTop.value = box.scrollTop;
  };
  props.handle.current = {
    focusRow(id) {
      const index = rows.findIndex((row) => row.id === id);
      if (index < 0) return;
      props.cursor.value = id;
      focusWanted.current = id;
      show(index);
      focusNow();
    },
    scrollToTop() {
      if (scroller.current !== null) scroller.current.scrollTop = 0;
      scrollTop.value = 0;
    },
    scrollBy(px) {
      scroller.current?.scrollBy({ top: px });
    },
    scrollToBottom() {
      if (scroller.current !== null) scroller.current.scrollTop = heights.total;
    },
    page(direction) {
      scroller.current?.scrollBy({ top: direction * (screenPx.peek() - rowPx) });
    },
    inView: seen,
    isAtTop: () => scrollTop.peek() < rowPx / 2,
    isAtBottom: () => scrollTop.peek() + screenPx.peek() >= heights.total - rowPx / 2,
  };
  const focusNow = (): void => {
    if (focusWanted.current === "") return;
    const line = scroller.current?.querySelector<HTMLElement>(
      `[data-id="${CSS.escape(focusWanted.current)}"]`,
    );
    if (line === null || line === undefined) return;
    focusWanted.current = "";
    line.focus({ preventScroll: true });
  };
  useLayoutEffect(focusNow);

  const measure = (id: string, index: number, px: number): void => {
    if (px === 0 || heights.heightOf(index) === px) return;
    if (px === rowPx) measured.current.delete(id);
    else measured.current.set(id, px);
    const grown = heights.set(index, px);
    const box = scroller.current;
    // A row above that turns out higher must not push down what is read.
    if (box !== null && heights.offsetOf(index) + px - grown <= scrollTop.peek()) {
      box.scrollTop += grown;
      scrollTop.value = box.scrollTop;
    }
    resized.value++;
  };

  // Exactly one row can be reached by Tab: that of the cursor, or the first on screen.
  const onScreen = rows.slice(first, last + 1);
  const made = useRef<ReadonlyMap<string, MadeRow>>(new Map());
  const making = new Map<string, MadeRow>();
  const hands = useRef({ measure, props });
  hands.current = { measure, props };
  const cursorAt = onScreen.findIndex(({ id }) => id === props.cursor.value);
  const reachable = cursorAt >= 0 ? first + cursorAt : Math.min(first + OVERSCAN, last);
  useEffect(() => {
    made.current = making;
  });
  return (
    <div
      class={`rows ${props.rowsKind}`}
      ref={scroller}
      role="grid"
      aria-label="Entries"
      aria-rowcount={props.total ?? -1}
      aria-busy={source.reading.value === "run"}
      tabIndex={rows.length === 0 ? 0 : -1}
      onScroll={(event) => {
        scrollTop.value = event.currentTarget.scrollTop;
        props.onScrolled();
      }}
    >
      <div class="rows-all" role="presentation" style={{ height: `${heights.total}px` }}>
        {onScreen.map((entry, offset) => {
          const index = first + offset;
          const below = props.below(entry);
          const above = props.above(entry, rows[index - 1]);
          const isMeasured =
            look.wrap || Boolean(below) || Boolean(above) || measured.current.has(entry.id);
          const own = {
            entry,
            above: rows[index - 1],
            index,
            position: positionText(index, source.atStart, props.total),
            look,
            topPx: heights.offsetOf(index),
            isReachable: index === reachable,
            isSelected: props.selected === entry.id,
            isOpen: props.opened === entry.id,
            isFresh: props.fresh.has(entry.id),
            isMeasured,
          };
          // A step of the wheel makes the rows that come into sight, and leaves the others as they are.
          const known = made.current.get(entry.id);
          const isPlain = !below && !above;
          const row =
            isPlain && known?.isPlain === true && isSame(known.own, own) ? (
              known.row
            ) : (
              <Row
                key={entry.id}
                {...own}
                onMeasure={(...of) => hands.current.measure(...of)}
                onOpen={(opened) => hands.current.props.onOpen(opened)}
                onKey={(...of) => hands.current.props.onKey(...of)}
                onFocus={(id) => (hands.current.props.cursor.value = id)}
                before={above}
              >
                {below}
              </Row>
            );
          making.set(entry.id, { own, isPlain, row });
          return row;
        })}
      </div>
    </div>
  );
}

/** Where a row stands now: what comes and goes at the ends moves it by little. */
function indexNear(rows: readonly LogEntry[], was: { id: string; index: number }): number {
  if (was.id === "") return -1;
  for (let by = 0; by < rows.length; by++) {
    if (rows[was.index + by]?.id === was.id) return was.index + by;
    if (by > 0 && rows[was.index - by]?.id === was.id) return was.index - by;
  }
  return -1;
}

interface MadeRow {
  readonly own: object;
  /** Nothing else stands above or below it. */
  readonly isPlain: boolean;
  readonly row: VNode;
}

function isSame(one: object, other: object): boolean {
  const values = Object.values(other);
  return Object.values(one).every((value, at) => value === values[at]);
}

function Row(props: {
  entry: LogEntry;
  above: LogEntry | undefined;
  index: number;
  /** Among all that match, as it is spoken; "" where that is not known. */
  position: string;
  look: LineLook;
  topPx: number;
  isReachable: boolean;
  isSelected: boolean;
  isOpen: boolean;
  isFresh: boolean;
  isMeasured: boolean;
  before: ComponentChildren;
  onMeasure: (id: string, index: number, px: number) => void;
  onOpen: (entry: LogEntry) => void;
  onKey: (event: KeyboardEvent, entry: LogEntry) => void;
  onFocus: (id: string) => void;
  children: ComponentChildren;
}) {
  const { entry, index, look } = props;
  const item = useRef<HTMLDivElement>(null);
  const newest = useRef(props);
  newest.current = props;
  useLayoutEffect(() => {
    const box = item.current;
    if (box === null || !props.isMeasured) return;
    const measure = (): void => {
      const { entry: now, index: at, onMeasure } = newest.current;
      onMeasure(now.id, at, box.offsetHeight);
    };
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(box);
    return () => watch.disconnect();
  }, [props.isMeasured, entry.id]);
  const hasBelow = Boolean(props.children);
  return (
    <div
      ref={item}
      class={`item lv-${levelName(entry)}${props.isFresh ? " fresh" : ""}`}
      role="presentation"
      style={{ transform: `translateY(${props.topPx}px)` }}
    >
      {props.before}
      <div
        role="row"
        class={look.wrap ? "line wraps" : "line"}
        data-id={entry.id}
        aria-rowindex={index + 1}
        aria-label={`${spokenLine(entry, look.zone)}${props.position}${props.isOpen ? ", open" : ""}`}
        aria-selected={props.isSelected}
        tabIndex={props.isReachable ? 0 : -1}
        style={{ gridTemplateColumns: templateOf(look.columns) }}
        onFocus={() => props.onFocus(entry.id)}
        onKeyDown={(event) => props.onKey(event, entry)}
        onClick={() => {
          if (getSelection()?.isCollapsed !== false) props.onOpen(entry);
        }}
      >
        <EntryLine entry={entry} above={props.above} look={look} />
      </div>
      {hasBelow && (
        <div role="row" class="below">
          <div role="gridcell">{props.children}</div>
        </div>
      )}
    </div>
  );
}

/** `, 7 of 48,213`: only rows that are counted from an edge have a place among all. */
function positionText(index: number, isFromStart: boolean, total: number | undefined): string {
  if (!isFromStart || total === undefined) return "";
  return `, ${(index + 1).toLocaleString()} of ${Math.max(total, index + 1).toLocaleString()}`;
}
