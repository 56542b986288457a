/**
 * A row of the list: its line, and what stands above and below it.
 * Invariants: a click that ends a selection of text is no click; what an entry says is drawn once, and not again when
 * its row moves, is chosen or gets the focus.
 */
import { computed, type ReadonlySignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import type { LogEntry } from "../../../generated/client/argus/v1/entry.ts";
import { memo } from "../memo.tsx";
import { levelName, numberText } from "../words.ts";
import { EntryLine, type LineLook, spokenLine } from "./entry-line.tsx";

export interface RowHands {
  readonly onMeasure: (id: string, index: number, px: number) => void;
  /** @param how what it was before is undone, and no step of its own. */
  readonly onOpen: (entry: LogEntry, how?: "push" | "replace") => void;
  readonly onKey: (event: KeyboardEvent, entry: LogEntry) => void;
  readonly onFocus: (id: string) => void;
}

interface RowProps {
  readonly entry: LogEntry;
  /** The row above it. */
  readonly previous: LogEntry | undefined;
  readonly index: number;
  /** Of all that match; undefined where the place among them is not known. */
  readonly total: number | undefined;
  readonly look: LineLook;
  readonly topPx: number;
  readonly isSelected: boolean;
  readonly isOpen: boolean;
  readonly isFresh: boolean;
  readonly isMeasured: boolean;
  /** Id of the one row that Tab reaches. */
  readonly reachable: ReadonlySignal<string>;
  readonly hands: RowHands;
  readonly above: ComponentChildren;
  readonly children: ComponentChildren;
}

export const GridRow = memo((props: RowProps) => {
  const { entry, previous, index, total, look, hands } = props;
  const item = useRef<HTMLDivElement>(null);
  const newest = useRef(index);
  newest.current = index;
  useLayoutEffect(() => {
    const box = item.current;
    if (box === null || !props.isMeasured) return;
    const measure = (): void => hands.onMeasure(entry.id, newest.current, box.offsetHeight);
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(box);
    return () => watch.disconnect();
  }, [props.isMeasured, entry.id]);
  // Read here alone: a step of the keyboard draws no row. Its elements may become another entry's.
  const tabIndex = useMemo(
    () => computed(() => (props.reachable.value === entry.id ? 0 : -1)),
    [entry.id],
  );
  const spoken = useMemo(() => spokenLine(entry, look.zone), [entry, look.zone]);
  return (
    <div
      ref={item}
      class={`item lv-${levelName(entry)}${props.isFresh ? " fresh" : ""}`}
      role="presentation"
      style={{ transform: `translateY(${props.topPx}px)` }}
    >
      {props.above}
      <div
        role="row"
        class={look.wrap ? "line wraps" : "line"}
        data-id={entry.id}
        aria-rowindex={index + 1}
        aria-label={`${spoken}${positionText(index, total)}${props.isOpen ? ", open" : ""}`}
        aria-selected={props.isSelected}
        tabIndex={tabIndex}
        onFocus={() => hands.onFocus(entry.id)}
        onKeyDown={(event) => hands.onKey(event, entry)}
        onClick={({ detail }) => {
          // The second click of two has selected a word: what the first one opened is closed again.
          if (detail === 2) hands.onOpen(entry, "replace");
          else if (getSelection()?.isCollapsed !== false) hands.onOpen(entry);
        }}
      >
        <EntryLine entry={entry} above={previous} look={look} />
      </div>
      {Boolean(props.children) && (
        <div role="row" class="below">
          <div role="gridcell">{props.children}</div>
        </div>
      )}
    </div>
  );
});

/** `, 7 of 48,213` */
function positionText(index: number, total: number | undefined): string {
  if (total === undefined) return "";
  return `, ${numberText(index + 1)} of ${numberText(Math.max(total, index + 1))}`;
}
