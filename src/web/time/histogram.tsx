/**
 * Entries by time and level, drawn on a canvas of its own.
 * Invariants: severity rises from the floor, and what is fatal or an error is seen however few; a drag chooses a span,
 * Escape lets it go; the same can be done by keys, and read in a table.
 */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { LEVELS } from "../../domain/level.ts";
import { countText } from "../words.ts";
import { type Bars, countsOf, STACK, totalOf } from "./bars.ts";
import { axisLabels, AXIS_PX, type Drawing, drawBars, type Scale, xOf } from "./draw-bars.ts";
import { painter } from "./painter.ts";
import { clockText, lengthText, shortClock, spanText } from "./wall-clock.ts";

/** Less is a click, px. */
const DRAG_PX = 4;
const TOUCH_HOLD_MS = 250;

export function Histogram(props: {
  bars: Bars;
  startMs: number;
  endMs: number;
  zone: string;
  scale: Scale;
  theme: string;
  /** Times of the rows on screen. */
  view: { readonly firstMs: number; readonly lastMs: number } | undefined;
  /** Before it nothing was searched. */
  coveredMs: number | undefined;
  onZoom: (startMs: number, endMs: number) => void;
  /** Compared with the rest: its band stays. */
  slice: { readonly from: number; readonly to: number } | undefined;
  onCompare: (startMs: number, endMs: number) => void;
  onZoomOut: () => void;
}) {
  const { bars, startMs, endMs, zone } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const widthPx = useSignal(800);
  const heightPx = useSignal(100);
  const hoverMs = useSignal<number | undefined>(undefined);
  const band = useSignal<{ readonly from: number; readonly to: number } | undefined>(undefined);
  const cursor = useSignal<number | undefined>(undefined);
  const pressed = useRef<{ x: number; ms: number; isHeld: boolean } | undefined>(undefined);
  const holding = useRef<ReturnType<typeof setTimeout>>(undefined);

  const frame = { startMs, endMs, widthPx: widthPx.value };
  const drawing: Drawing = {
    ...frame,
    bars,
    heightPx: heightPx.value,
    scale: props.scale,
    band: band.value ?? props.slice,
    hoverMs: hoverMs.value ?? cursor.value,
    view: props.view,
    coveredMs: props.coveredMs,
  };
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    const watch = new ResizeObserver(() => {
      widthPx.value = element.clientWidth;
      heightPx.value = element.clientHeight;
    });
    watch.observe(element);
    return () => watch.disconnect();
  }, []);
  useEffect(() => {
    if (canvas.current !== null) drawBars(painter(canvas.current), drawing);
  });

  const msAt = (x: number): number =>
    startMs +
    (Math.min(frame.widthPx, Math.max(0, x)) / Math.max(1, frame.widthPx)) * (endMs - startMs);
  const whole = (from: number, to: number) => {
    const step = Math.max(1, bars.stepMs);
    const low = Math.max(startMs, Math.floor(Math.min(from, to) / step) * step);
    return {
      from: low,
      to: Math.min(endMs, Math.max(low + step, Math.ceil(Math.max(from, to) / step) * step)),
    };
  };
  const release = (): void => {
    clearTimeout(holding.current);
    pressed.current = undefined;
    band.value = undefined;
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      const from = cursor.value ?? (step < 0 ? endMs : startMs - bars.stepMs);
      const to = Math.min(endMs - 1, Math.max(startMs, from + step * bars.stepMs));
      cursor.value = to;
      band.value = event.shiftKey ? whole(band.value?.from ?? from, to) : undefined;
    } else if (event.key === "Enter" && cursor.value !== undefined) {
      event.preventDefault();
      const { from, to } = band.value ?? whole(cursor.value, cursor.value + 1);
      band.value = undefined;
      if (event.shiftKey) props.onCompare(from, to);
      else props.onZoom(from, to);
    } else if (event.key === "Escape" && (band.value ?? cursor.value) !== undefined) {
      event.preventDefault();
      event.stopPropagation();
      // Also of a drag that goes on: its end chooses nothing.
      release();
      cursor.value = undefined;
    }
  };
  const sum = countsOf(bars);
  const pointedMs = band.value === undefined ? (hoverMs.value ?? cursor.value) : undefined;
  const pointed =
    pointedMs === undefined
      ? undefined
      : bars.buckets.find(
          (bar) => pointedMs >= bar.startMs && pointedMs < bar.startMs + bars.stepMs,
        );
  return (
    <figure class="histogram">
      <div class="histogram-plot">
        <canvas
          ref={canvas}
          role="img"
          aria-label={`${countText(sum.all, "entry", "entries")} from ${spanText(startMs, endMs, zone, Date.now())}, of which ${countText(sum.bad, "error", "errors")}`}
        />
        <div class="histogram-axis" aria-hidden="true" style={{ height: `${AXIS_PX}px` }}>
          {axisLabels(frame, zone).map(({ x, text }) => (
            <span key={x} style={{ left: `${x}px` }}>
              {text}
            </span>
          ))}
        </div>
        <div
          class="histogram-hand"
          role="slider"
          tabIndex={0}
          aria-label="Bar of the chart"
          aria-valuemin={Math.floor(startMs / 1000)}
          aria-valuemax={Math.floor(endMs / 1000)}
          aria-valuenow={Math.floor((cursor.value ?? endMs) / 1000)}
          aria-valuetext={pointed === undefined ? "no bar chosen" : titleOf(pointed, bars, zone)}
          onKeyDown={onKeyDown}
          onBlur={() => (cursor.value = undefined)}
          onPointerDown={(event) => {
            if (event.button !== 0) return;
            const target = event.currentTarget;
            const begin = {
              x: event.offsetX,
              ms: msAt(event.offsetX),
              isHeld: event.pointerType !== "touch",
            };
            pressed.current = begin;
            // A finger that moves at once scrolls the page.
            if (!begin.isHeld)
              holding.current = setTimeout(() => (begin.isHeld = true), TOUCH_HOLD_MS);
            target.setPointerCapture(event.pointerId);
          }}
          onPointerMove={(event) => {
            hoverMs.value = msAt(event.offsetX);
            const from = pressed.current;
            if (from?.isHeld === true && Math.abs(event.offsetX - from.x) > DRAG_PX)
              band.value = whole(from.ms, msAt(event.offsetX));
          }}
          onPointerUp={(event) => {
            const from = pressed.current;
            const chosen = band.value;
            release();
            if (from === undefined) return;
            if (chosen !== undefined && event.shiftKey) props.onCompare(chosen.from, chosen.to);
            else if (chosen !== undefined) props.onZoom(chosen.from, chosen.to);
            else if (event.detail < 2) {
              const at = whole(from.ms, from.ms + 1);
              const bar = bars.buckets.find(({ startMs: start }) => start === at.from);
              if (bar !== undefined && totalOf(bar) > 0) props.onZoom(at.from, at.to);
            }
          }}
          onPointerCancel={release}
          onPointerLeave={() => (hoverMs.value = undefined)}
          onDblClick={props.onZoomOut}
        />
      </div>
      {pointed !== undefined && hoverMs.value !== undefined && (
        <div class="histogram-tip" style={tipPlace(xOf(frame, pointed.startMs), frame.widthPx)}>
          <strong>
            {shortClock(pointed.startMs, zone)} – {shortClock(pointed.startMs + bars.stepMs, zone)}
          </strong>
          {STACK.filter((level) => pointed.counts[level] > 0).map((level) => (
            <span key={level} class={`lv-${level}`}>
              {level} {pointed.counts[level].toLocaleString()}
            </span>
          ))}
          {totalOf(pointed) === 0 && <span class="quiet">no entries</span>}
        </div>
      )}
      {band.value !== undefined && (
        <div
          class="histogram-tip band"
          style={tipPlace(xOf(frame, (band.value.from + band.value.to) / 2), frame.widthPx)}
        >
          <strong>
            {clockText(band.value.from, zone).slice(0, 8)} –{" "}
            {clockText(band.value.to, zone).slice(0, 8)}
          </strong>
          <span>{lengthText(band.value.to - band.value.from)}</span>
          <strong>{countsOf(bars, band.value.from, band.value.to).all.toLocaleString()}</strong>
          <span class="quiet">release to zoom, with Shift to compare</span>
        </div>
      )}
      <BarTable bars={bars} zone={zone} />
    </figure>
  );
}

function tipPlace(x: number, widthPx: number): Record<string, string> {
  return x > widthPx / 2 ? { right: `${Math.max(0, widthPx - x)}px` } : { left: `${x}px` };
}

function titleOf(bar: Bars["buckets"][number], bars: Bars, zone: string): string {
  const counts = STACK.filter((level) => bar.counts[level] > 0).map(
    (level) => `${level} ${bar.counts[level].toLocaleString()}`,
  );
  const span = `${shortClock(bar.startMs, zone)} to ${shortClock(bar.startMs + bars.stepMs, zone)}`;
  return `${span}: ${counts.length === 0 ? "no entries" : counts.join(", ")}`;
}

/** The same to be read: bars with nothing in them say nothing. */
function BarTable(props: { bars: Bars; zone: string }) {
  return (
    <div class="unseen">
      <table>
        <caption>Entries by time and level</caption>
        <thead>
          <tr>
            <th scope="col">Time</th>
            {LEVELS.map((level) => (
              <th scope="col" key={level}>
                {level}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {props.bars.buckets
            .filter((bar) => totalOf(bar) > 0)
            .map((bar) => (
              <tr key={bar.startMs}>
                <th scope="row">{shortClock(bar.startMs, props.zone)}</th>
                {LEVELS.map((level) => (
                  <td key={level}>{bar.counts[level]}</td>
                ))}
              </tr>
            ))}
        </tbody>
      </table>
    </div>
  );
}
