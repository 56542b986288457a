/**
 * The list of entries: a grid of which only what is on screen exists.
 * Invariants: one row can be reached by Tab and keeps the focus while it is scrolled past; a step of the wheel makes the
 * rows that come into sight, and leaves the others as they are. Where it stands: scroll-place.ts.
 */
import { type ReadonlySignal, type Signal, useSignal, useSignalEffect } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import type { LogEntry } from "../../../generated/client/argus/v1/entry.ts";
import type { LineLook } from "./entry-line.tsx";
import { GridRow, type RowHands } from "./grid-row.tsx";
import { RowKeys } from "./row-keys.ts";
import type { RowWindow } from "./row-window.ts";
import { useScrollPlace } from "./scroll-place.ts";

/** Rows drawn beyond each edge, so that a step of the wheel shows no gap. */
const OVERSCAN = 12;

export interface GridHandle {
  /** Puts a row where it is seen and gives it the focus. */
  focusRow(id: string): void;
  scrollToTop(): void;
  scrollToBottom(): void;
  page(direction: 1 | -1): void;
  scrollBy(px: number): void;
  /** Entries whose lines are on screen, first and last. */
  readonly inView: ReadonlySignal<{ readonly first: number; readonly last: number }>;
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
  onOpen: RowHands["onOpen"];
  onKey: (event: KeyboardEvent, entry: LogEntry) => void;
  onScrolled: () => void;
  /** What stands below a row: its fields, its context. */
  below: (entry: LogEntry) => ComponentChildren;
  /** What stands above a row: a gap in the tail. */
  above: (entry: LogEntry, before: LogEntry | undefined) => ComponentChildren;
}) {
  const { rows: source, look, rowPx } = props;
  const rows = source.rows.value;
  const place = useScrollPlace({ source, rowPx, wrap: look.wrap });
  const { heights, scroller, scrollTop } = place;
  const screenPx = place.screenPx.value;
  const first = Math.max(0, heights.indexAt(scrollTop.value) - OVERSCAN);
  const last = Math.min(rows.length - 1, heights.indexAt(scrollTop.value + screenPx) + OVERSCAN);
  const onScreen = rows.slice(first, last + 1);

  // Exactly one row can be reached by Tab: that of the cursor, or the first on screen.
  const reachable = useSignal("");
  const reach = (): void => {
    const cursor = props.cursor.peek();
    const isDrawn = onScreen.some(({ id }) => id === cursor);
    reachable.value = isDrawn ? cursor : (rows[Math.min(first + OVERSCAN, last)]?.id ?? "");
  };
  useLayoutEffect(reach);

  const focusWanted = useRef("");
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
  props.handle.current = {
    focusRow(id) {
      const index = source.indexOf(id);
      if (index < 0) return;
      // Before anything is changed: to ask where the list stands would lay it out.
      place.show(index);
      props.cursor.value = id;
      focusWanted.current = id;
      focusNow();
    },
    scrollToTop: place.scrollToTop,
    scrollToBottom: place.scrollToBottom,
    scrollBy: place.scrollBy,
    page: (direction) => place.scrollBy(direction * (place.screenPx.peek() - rowPx)),
    inView: place.inView,
    isAtTop: place.isAtTop,
    isAtBottom: place.isAtBottom,
  };

  const newest = useRef({ place, props, reach });
  newest.current = { place, props, reach };
  useSignalEffect(() => {
    void props.cursor.value;
    newest.current.reach();
  });
  const hands = useMemo(
    (): RowHands => ({
      onMeasure: (...of) => newest.current.place.measure(...of),
      onOpen: (...of) => newest.current.props.onOpen(...of),
      onKey: (...of) => newest.current.props.onKey(...of),
      onFocus: (id) => (newest.current.props.cursor.value = id),
    }),
    [],
  );
  const wasPlain = useRef(true);
  let isPlain = true;
  const keys = useRef(new RowKeys()).current.of(
    onScreen.map(({ id }) => id),
    () => wasPlain.current && isUntouched(scroller.current),
  );
  useEffect(() => {
    wasPlain.current = isPlain;
  });
  // Only rows that are counted from an edge have a place among all.
  const total = source.atStart ? props.total : undefined;
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
          const previous = rows[index - 1];
          const below = props.below(entry);
          const above = props.above(entry, previous);
          const isAlone = !below && !above;
          isPlain &&= isAlone;
          return (
            <GridRow
              key={keys.get(entry.id) ?? entry.id}
              entry={entry}
              previous={previous}
              index={index}
              total={total}
              look={look}
              topPx={heights.offsetOf(index)}
              isSelected={props.selected === entry.id}
              isOpen={props.opened === entry.id}
              isFresh={props.fresh.has(entry.id)}
              isMeasured={look.wrap || !isAlone || place.isOwn(entry.id)}
              reachable={reachable}
              hands={hands}
              above={above}
            >
              {below}
            </GridRow>
          );
        })}
      </div>
    </div>
  );
}

/** Nobody has the focus in the rows or selects in them. */
function isUntouched(rows: HTMLElement | null): boolean {
  if (rows === null || document.activeElement?.closest(".rows .line")) return false;
  const { anchorNode, isCollapsed = true } = getSelection() ?? {};
  return isCollapsed || !rows.contains(anchorNode ?? null);
}
