/**
 * What of the reader keeps new rows waiting.
 * Invariants: each reason is named, the nearest first; whoever asks for what is new is let go of, until they take up
 * something else.
 */
import { type Signal, useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { LogsPlace } from "../logs-place.ts";
import type { GridHandle } from "./entry-grid.tsx";
import type { RowWindow } from "./row-window.ts";

/** A pointer that moved over the rows so lately is about to be used. */
const POINTER_MS = 2000;

export interface Hold {
  /** In words for the pill; "" while nothing holds. */
  readonly reason: Signal<string>;
  /** Looks anew. */
  readonly isHeld: () => boolean;
  readonly onPointer: () => void;
  /** The reader asked for what is new. */
  readonly release: () => void;
}

export function useHold(of: {
  at: LogsPlace;
  rows: RowWindow;
  grid: { readonly current: GridHandle | null };
}): Hold {
  const reason = useSignal("");
  const newest = useRef(of);
  newest.current = of;
  const pointedMs = useRef(-Infinity);
  const released = useRef("");
  const opened = ({ row, panel, context }: LogsPlace): string => `${row} ${panel} ${context}`;
  return {
    reason,
    isHeld() {
      const { at, rows } = newest.current;
      const isReleased = released.current === opened(at);
      if (!isReleased) released.current = "";
      reason.value = reasonOf(newest.current, isReleased, pointedMs.current);
      return reason.value !== "" || rows.reading.peek() === "run";
    },
    onPointer() {
      pointedMs.current = performance.now();
    },
    release() {
      pointedMs.current = -Infinity;
      released.current = opened(newest.current.at);
      getSelection()?.removeAllRanges();
      focusedRow()?.closest<HTMLElement>(".rows")?.focus({ preventScroll: true });
      reason.value = "";
    },
  };
}

function reasonOf(
  { at, rows, grid }: Parameters<typeof useHold>[0],
  isReleased: boolean,
  pointedMs: number,
): string {
  if (at.panel !== "" && !isReleased) return "held while the panel is open";
  // One that is no longer listed, as after another run, is not read.
  if (at.row !== "" && !isReleased && rows.indexOf(at.row) >= 0) return "held while a row is open";
  const selection = getSelection();
  const selected = selection?.isCollapsed === false ? selection.anchorNode : undefined;
  if (selected?.parentElement?.closest(".rows")) return "held while text is selected";
  const isAscending = at.order === "asc";
  const isAtEdge = isAscending ? rows.atEnd : rows.atStart;
  const isInView = isAscending ? grid.current?.isAtBottom() : grid.current?.isAtTop();
  if (!isAtEdge || isInView === false) return "held while you read further on";
  if (focusedRow() !== undefined) return "held while the keyboard is on a row";
  const isPointed = performance.now() - pointedMs < POINTER_MS;
  return isPointed ? "held while the pointer moves over the rows" : "";
}

function focusedRow(): Element | undefined {
  return document.activeElement?.closest(".rows .line") ?? undefined;
}
