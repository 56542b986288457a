/**
 * The edge of a column's head: dragged by pointer or finger, moved by keys, it makes the column wider; pressed twice, or
 * by Enter, it makes it as wide as what is seen in it.
 * Invariant: while it is dragged one property of the list changes and nothing is drawn anew; the width is in the address
 * once it is let go.
 */
import { useRef } from "preact/hooks";
import { textScale } from "../text-size.ts";
import { shownText } from "../words.ts";
import {
  type Column,
  MAX_WIDTH_PX,
  MIN_WIDTH_PX,
  templateOf,
  widthOf,
  withWidth,
} from "./columns.ts";
import { fittedPx } from "./fitted-column.ts";

const STEP_PX = 8;
/** A hand that presses is not quite still. */
const STILL_PX = 3;
/** Between two presses of a finger that are one. */
const TWICE_MS = 400;

interface Drag {
  readonly fromX: number;
  readonly fromPx: number;
  /** undefined until it has begun. */
  columns: readonly Column[] | undefined;
}

export function HeadEdge(props: {
  column: Column;
  columns: readonly Column[];
  onColumns: (columns: readonly Column[]) => void;
}) {
  const { column, columns } = props;
  const { name } = column;
  const drag = useRef<Drag | undefined>(undefined);
  const tapMs = useRef(-TWICE_MS);
  const show = (edge: HTMLElement, shown: readonly Column[]): void =>
    listOf(edge)?.style.setProperty("--columns", templateOf(shown));
  const fit = (edge: HTMLElement): void => {
    const list = listOf(edge);
    if (list === null) return;
    const at = columns.findIndex((one) => one.name === name);
    props.onColumns(withWidth(columns, name, fittedPx(list, at) / textScale.value));
  };
  const end = (edge: HTMLElement): readonly Column[] | undefined => {
    const dragged = drag.current?.columns;
    drag.current = undefined;
    edge.classList.remove("dragged");
    return dragged;
  };
  return (
    <span
      class="head-edge"
      role="separator"
      aria-orientation="vertical"
      aria-label={`Width of ${shownText(name)}`}
      title="Drag, or press ← →; double-click or Enter fits it to what is seen"
      aria-valuemin={MIN_WIDTH_PX}
      aria-valuemax={MAX_WIDTH_PX}
      aria-valuenow={widthOf(column)}
      tabIndex={0}
      onDblClick={(event) => fit(event.currentTarget)}
      onKeyDown={(event) => {
        const step = { ArrowLeft: -STEP_PX, ArrowRight: STEP_PX }[event.key];
        if (step !== undefined) props.onColumns(withWidth(columns, name, widthOf(column) + step));
        else if (event.key === "Enter") fit(event.currentTarget);
        else return;
        event.preventDefault();
      }}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.preventDefault();
        event.currentTarget.focus({ preventScroll: true });
        event.currentTarget.setPointerCapture(event.pointerId);
        drag.current = { fromX: event.clientX, fromPx: widthOf(column), columns: undefined };
      }}
      onPointerMove={(event) => {
        const { current } = drag;
        if (current === undefined) return;
        const by = (event.clientX - current.fromX) / textScale.value;
        if (current.columns === undefined && Math.abs(by) < STILL_PX) return;
        event.currentTarget.classList.add("dragged");
        current.columns = withWidth(columns, name, current.fromPx + by);
        show(event.currentTarget, current.columns);
      }}
      onPointerUp={(event) => {
        const edge = event.currentTarget;
        const dragged = end(edge);
        if (dragged !== undefined) props.onColumns(dragged);
        // Not every browser makes a double click of two presses of a finger.
        else if (event.pointerType !== "mouse") {
          if (event.timeStamp - tapMs.current < TWICE_MS) fit(edge);
          tapMs.current = event.timeStamp;
        }
      }}
      onPointerCancel={(event) => {
        if (end(event.currentTarget) !== undefined) show(event.currentTarget, columns);
      }}
    />
  );
}

function listOf(edge: HTMLElement): HTMLElement | null {
  return edge.closest<HTMLElement>(".list");
}
