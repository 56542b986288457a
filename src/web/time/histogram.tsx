/**
 * Entries by time and level, drawn on a canvas of its own.
 * Invariants: severity rises from the floor, and what is fatal or an error is seen however few; what a hand can choose the
 * keys can, and the same is read in a table.
 */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { lazyPart } from "../lazy.tsx";
import { countText } from "../words.ts";
import { type HistogramProps, useBarHand } from "./bar-hand.ts";
import { BarTable } from "./bar-table.tsx";
import { barAt, type Bars, countsOf, mostOf, STACK, totalOf } from "./bars.ts";
import { axisLabels, AXIS_PX, drawBars, xOf } from "./draw-bars.ts";
import { painter } from "./painter.ts";
import { clockText, lengthText, shortClock, spanText } from "./wall-clock.ts";

/** Few compare. */
const CompareBand = lazyPart(
  () => import("./compare-band.tsx").then((one) => one.CompareBand),
  () => null,
);

export function Histogram(props: HistogramProps) {
  const { bars, startMs, endMs, zone, slice } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const widthPx = useSignal(800);
  const heightPx = useSignal(100);
  const hand = useBarHand({ ...props, widthPx: widthPx.value });
  const { hoverMs, cursor } = hand;
  const band = hand.band.value;
  const frame = { startMs, endMs, widthPx: widthPx.value };
  const view = props.view();
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
    const size = { width: widthPx.value, height: heightPx.value };
    if (canvas.current === null) return;
    drawBars(painter(canvas.current, size), {
      ...frame,
      bars,
      heightPx: heightPx.value,
      scale: props.scale,
      band: band ?? slice,
      hoverMs: hoverMs.value ?? cursor.value,
      view,
      coveredMs: props.coveredMs,
    });
  });

  const sum = countsOf(bars);
  const pointedMs = band === undefined ? (hoverMs.value ?? cursor.value) : undefined;
  const pointed = pointedMs === undefined ? undefined : barAt(bars, pointedMs);
  const most = mostOf(bars);
  return (
    <figure class="histogram">
      {most > 0 && (
        <span class="histogram-most" aria-hidden="true">
          {most.toLocaleString()}
        </span>
      )}
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
          aria-valuetext={
            band !== undefined
              ? spanText(band.from, band.to, zone, endMs)
              : pointed === undefined
                ? "no bar chosen"
                : titleOf(pointed, bars, zone)
          }
          {...hand.handlers}
        />
        {slice !== undefined && band === undefined && (
          <CompareBand {...props} slice={slice} widthPx={widthPx.value} />
        )}
      </div>
      {pointed !== undefined && (
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
      {band !== undefined && (
        <div
          class="histogram-tip band"
          style={tipPlace(xOf(frame, (band.from + band.to) / 2), frame.widthPx)}
        >
          <strong>
            {clockText(band.from, zone).slice(0, 8)} – {clockText(band.to, zone).slice(0, 8)}
          </strong>
          {[
            lengthText(band.to - band.from),
            countsOf(bars, band.from, band.to).all.toLocaleString(),
          ].join(" · ")}
          <span class="quiet">
            {band.by === "keys"
              ? "Enter to zoom, with Shift to compare"
              : hand.compares.value
                ? "release to compare"
                : "release to zoom"}
          </span>
        </div>
      )}
      <BarTable bars={bars} zone={zone} />
    </figure>
  );
}

/** Where there is no room beside it, it stands at the edge. */
const NARROW_PX = 480;

function tipPlace(x: number, widthPx: number): Record<string, string> {
  if (widthPx < NARROW_PX) return x > widthPx / 2 ? { left: "0" } : { right: "0" };
  return x > widthPx / 2 ? { right: `${Math.max(0, widthPx - x)}px` } : { left: `${x}px` };
}

function titleOf(bar: Bars["buckets"][number], bars: Bars, zone: string): string {
  const counts = STACK.filter((level) => bar.counts[level] > 0).map(
    (level) => `${level} ${bar.counts[level].toLocaleString()}`,
  );
  const span = `${shortClock(bar.startMs, zone)} to ${shortClock(bar.startMs + bars.stepMs, zone)}`;
  return `${span}: ${counts.length === 0 ? "no entries" : counts.join(", ")}`;
}
