/**
 * Series over time, and what stands at the step that is pointed at.
 * Invariants: the pointer and the keys snap to steps; a click holds a step, so that what is said of it can be used; a drag
 * chooses a span, and Escape lets it go.
 */
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { textScale } from "../text-size.ts";
import { axisLabels, AXIS_HEIGHT, xOf } from "../time/draw-bars.ts";
import { dataOf, endPx, LEFT_PX, type OverKind, plotOptions, spanOf } from "./plot-options.ts";
import type { Over, Series } from "./series.ts";

/** Less is a click, px. */
const DRAG_PX = 4;

export interface Point {
  /** Of the times. */
  readonly step: number;
  /** The line beside the pointer; undefined where none is near. */
  readonly nearest: Series | undefined;
}

export function TimePlot(props: {
  over: Over;
  hidden: ReadonlySet<string>;
  kind: OverKind;
  isLog: boolean;
  zone: string;
  theme: string;
  /** The last step is not over yet. */
  isOpen: boolean;
  /** All of it in a sentence. */
  label: string;
  /** What a step is called by those who cannot see it. */
  stepText: (point: Point) => string;
  tip: (point: Point, isHeld: boolean) => ComponentChildren;
  onZoom: (fromMs: number, toMs: number) => void;
  onEnter: (point: Point) => void;
}) {
  const { over, hidden, kind, isLog, zone, theme } = props;
  const mount = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const widthPx = useSignal(0);
  const step = useSignal<number | undefined>(undefined);
  /** When the step is that is chosen: another answer, width or theme draws anew, and does not let go of it. */
  const chosenMs = useRef<number>(undefined);
  const nearest = useSignal<number | undefined>(undefined);
  const isHeld = useSignal(false);
  const isLetGo = useRef(false);
  const pressedX = useRef(0);
  const shown = over.series
    .map((series, at) => ({ series, at }))
    .filter(({ series }) => !hidden.has(series.name));
  const zoom = useRef(props.onZoom);
  zoom.current = props.onZoom;
  const choose = (at: number | undefined): void => {
    step.value = at;
    chosenMs.current = at === undefined ? undefined : over.times[at];
  };

  const leftPx = LEFT_PX * textScale.value;
  const right = endPx({ kind, shown, widthPx: widthPx.value, textScale: textScale.value });
  useEffect(() => {
    const element = mount.current;
    if (element === null) return;
    const style = getComputedStyle(element);
    const plotted = {
      over,
      shown,
      kind,
      isLog,
      widthPx: element.clientWidth,
      heightPx: element.clientHeight,
      isOpen: props.isOpen,
      textScale: textScale.value,
      color: (token: string) => style.getPropertyValue(token).trim(),
    };
    const unlessHeld: uPlot.Cursor.MouseListenerFactory = (_, __, listener) => (event) => {
      if (!isHeld.peek()) listener(event);
      return null;
    };
    const chosen = over.times.findIndex((ms) => ms === chosenMs.current);
    const options = plotOptions(
      plotted,
      {
        ready: [(made) => chosen >= 0 && pointAt(made, chosen)],
        setCursor: [(made) => choose(made.cursor.idx ?? undefined)],
        setSeries: [(_, at) => (nearest.value = at === null ? undefined : at - 1)],
        setSelect: [
          (made) => {
            const { left, width } = made.select;
            if (width <= DRAG_PX) return;
            const ends = [left, left + width].map((x) => made.posToVal(x, "x"));
            made.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
            if (!isLetGo.current)
              zoom.current(
                wholeStep(over, ends[0], Math.floor),
                wholeStep(over, ends[1], Math.ceil),
              );
          },
        ],
      },
      { mousemove: unlessHeld, mouseleave: unlessHeld },
    );
    const made = new uPlot(options, dataOf(plotted), element);
    plot.current = made;
    widthPx.value = element.clientWidth;
    nearest.value = undefined;
    if (chosen < 0) isHeld.value = false;
    choose(chosen < 0 ? undefined : chosen);
    const watch = new ResizeObserver(() => {
      if (element.clientWidth === widthPx.peek()) return;
      widthPx.value = element.clientWidth;
      made.setSize({ width: element.clientWidth, height: element.clientHeight });
    });
    watch.observe(element);
    return () => {
      watch.disconnect();
      made.destroy();
      plot.current = undefined;
    };
  }, [
    over,
    kind,
    isLog,
    [...hidden].join(),
    zone,
    theme,
    widthPx.value > 0 && right,
    textScale.value,
    props.isOpen,
  ]);

  const point: Point | undefined =
    step.value === undefined
      ? undefined
      : {
          step: step.value,
          nearest: nearest.value === undefined ? undefined : shown[nearest.value]?.series,
        };
  const go = (to: number): void => {
    const made = plot.current;
    if (made === undefined) return;
    const at = Math.max(0, Math.min(over.times.length - 1, to));
    pointAt(made, at);
    choose(at);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const at = step.value ?? (event.key === "ArrowRight" ? -1 : over.times.length);
    const to = {
      ArrowLeft: at - 1,
      ArrowRight: at + 1,
      Home: 0,
      End: over.times.length - 1,
    }[event.key];
    if (to !== undefined) {
      isHeld.value = false;
      go(to);
    } else if (event.key === "Enter" && point !== undefined) props.onEnter(point);
    else if (event.key === "Escape" && point !== undefined) {
      event.stopPropagation();
      letGo();
    } else return;
    event.preventDefault();
  };
  const letGo = (): void => {
    isLetGo.current = true;
    isHeld.value = false;
    plot.current?.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    plot.current?.setCursor({ left: -10, top: -10 });
    choose(undefined);
  };
  const [startMs, endMs] = spanOf({ over, kind });
  const frame = { startMs, endMs, widthPx: Math.max(1, widthPx.value - leftPx - right) };
  // Of a bar its own width, of a line what leads to it.
  const lastMs = over.times.at(-1) ?? 0;
  const openPx = xOf(frame, kind === "bar" ? lastMs : Math.max(startMs, lastMs - over.stepMs));
  const x =
    plot.current === undefined || point === undefined
      ? 0
      : leftPx + plot.current.valToPos(plot.current.data[0][point.step] ?? 0, "x");
  return (
    <figure class="time-plot">
      <div
        role="slider"
        tabIndex={0}
        class="plot-hand"
        aria-label={`Step of the chart. ${props.label}`}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, over.times.length - 1)}
        aria-valuenow={point?.step ?? 0}
        aria-valuetext={point === undefined ? "no step chosen" : props.stepText(point)}
        onKeyDown={onKeyDown}
        onPointerDown={(event) => {
          isLetGo.current = false;
          pressedX.current = event.clientX;
        }}
        onClick={(event) => {
          if (Math.abs(event.clientX - pressedX.current) > DRAG_PX || step.value === undefined)
            return;
          isHeld.value = !isHeld.value;
        }}
      >
        <div ref={mount} class="plot-mount" />
      </div>
      {props.isOpen && (
        <span
          class="plot-open"
          style={{
            left: `${leftPx + openPx}px`,
            width: `${Math.max(0, frame.widthPx - openPx)}px`,
          }}
        />
      )}
      <div
        class="histogram-axis"
        aria-hidden="true"
        style={{ height: AXIS_HEIGHT, marginLeft: `${leftPx}px`, marginRight: `${right}px` }}
      >
        {axisLabels(frame, zone, textScale.value).map(({ x: left, text }) => (
          <span key={left} style={{ left: `${left}px` }}>
            {text}
          </span>
        ))}
      </div>
      {point !== undefined && (
        <div
          class={isHeld.value ? "plot-tip held" : "plot-tip"}
          style={
            x > widthPx.value / 2
              ? { right: `${widthPx.value - x + 14}px` }
              : { left: `${x + 14}px` }
          }
        >
          {props.tip(point, isHeld.value)}
        </div>
      )}
    </figure>
  );
}

/** Where a line is near, the pointer's height counts; of keys there is none. */
function pointAt(made: uPlot, step: number): void {
  made.setCursor({ left: made.valToPos(made.data[0][step] ?? 0, "x"), top: -10 });
}

/** Ends of a drag lie on steps: what is drawn whole is shown whole. */
function wholeStep(
  { times, stepMs }: Over,
  ms: number | undefined,
  round: (n: number) => number,
): number {
  const first = times[0] ?? 0;
  return first + round(((ms ?? first) - first) / stepMs) * stepMs;
}
