/**
 * Entries by time and level, drawn on a canvas of its own.
 * Invariants: severity rises from the floor, and what is fatal or an error is seen however few; what a hand can choose the
 * keys can, and the same is read in a table. What the hand moves is drawn by parts of its own: the bars stay as they are.
 */
import { useComputed, useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { lazyPart } from "../lazy.tsx";
import { memo } from "../memo.tsx";
import { countText, numberText } from "../words.ts";
import { BarCanvas, ViewMark } from "./bar-canvas.tsx";
import { type HistogramProps, useBarHand } from "./bar-hand.ts";
import { BarPointer, BarSlider, BarTip } from "./bar-pointer.tsx";
import { BarTable } from "./bar-table.tsx";
import { countsOf, mostOf, STACK } from "./bars.ts";
import { textScale } from "../text-size.ts";
import { axisLabels, AXIS_HEIGHT, type Frame } from "./draw-bars.ts";
import { spanText } from "./wall-clock.ts";

/** Few compare. */
const CompareBand = lazyPart(
  () => import("./compare-band.tsx").then((one) => one.CompareBand),
  () => null,
);

export const Histogram = memo((props: HistogramProps) => {
  const { bars, startMs, endMs, zone, slice } = props;
  const widthPx = useSignal(800);
  const hand = useBarHand({ ...props, widthPx: widthPx.value });
  const isFree = useComputed(() => hand.band.value === undefined);
  const frame: Frame = { startMs, endMs, widthPx: widthPx.value };
  const sum = countsOf(bars);
  const most = mostOf(bars);
  const label = `${countText(sum.all, "entry", "entries")} from ${spanText(startMs, endMs, zone, Date.now())}, of which ${countText(sum.bad, "error", "errors")}`;
  const levels = useMemo(
    () => STACK.filter((level) => bars.buckets.some(({ counts }) => counts[level] > 0)),
    [bars],
  );
  const axis = useMemo(
    () => axisLabels(frame, zone, textScale.value),
    [startMs, endMs, frame.widthPx, zone, textScale.value],
  );
  return (
    <figure class="histogram">
      {most > 0 && (
        <span class="histogram-most" aria-hidden="true">
          {numberText(most)}
        </span>
      )}
      <div class="histogram-plot">
        <BarCanvas {...props} hand={hand} widthPx={widthPx} label={label} />
        <BarPointer {...props} hand={hand} frame={frame} />
        <ViewMark frame={frame} view={props.view} />
        <div class="histogram-axis" aria-hidden="true" style={{ height: AXIS_HEIGHT }}>
          {axis.map(({ x, text }) => (
            <span key={x} style={{ left: `${x}px` }}>
              {text}
            </span>
          ))}
        </div>
        <BarSlider {...props} hand={hand} frame={frame} />
        {slice !== undefined && isFree.value && (
          <CompareBand {...props} slice={slice} widthPx={widthPx.value} />
        )}
      </div>
      <BarTip {...props} hand={hand} frame={frame} levels={levels} />
      <BarTable bars={bars} zone={zone} startMs={startMs} />
    </figure>
  );
});
