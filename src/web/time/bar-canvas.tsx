/**
 * The bars as they are drawn, and the mark of the list below them.
 * Invariant: the canvas is drawn anew when something on it has changed, and never asks how large it is; the mark, which
 * goes along with each row that is scrolled, is no part of it.
 */
import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { BarHand, HistogramProps } from "./bar-hand.ts";
import type { View } from "./bars.ts";
import { drawBars, type Frame, xOf } from "./draw-bars.ts";
import { painter } from "./painter.ts";

const LEAST_MARK_PX = 6;

export function BarCanvas(
  props: HistogramProps & { hand: BarHand; widthPx: Signal<number>; label: string },
) {
  const { bars, startMs, endMs, scale, slice, coveredMs, openMs, theme } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const heightPx = useSignal(100);
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    const watch = new ResizeObserver(([seen]) => {
      if (seen === undefined) return;
      props.widthPx.value = seen.contentRect.width;
      heightPx.value = seen.contentRect.height;
    });
    watch.observe(element);
    return () => watch.disconnect();
  }, []);
  const width = props.widthPx.value;
  const height = heightPx.value;
  const band = props.hand.band.value ?? slice;
  useEffect(() => {
    if (canvas.current === null) return;
    drawBars(painter(canvas.current, { width, height }), {
      bars,
      startMs,
      endMs,
      scale,
      band,
      coveredMs,
      openMs,
      widthPx: width,
      heightPx: height,
    });
  }, [bars, startMs, endMs, width, height, scale, band?.from, band?.to, coveredMs, openMs, theme]);
  return <canvas ref={canvas} role="img" aria-label={props.label} />;
}

/** Where the list stands. */
export function ViewMark(props: { frame: Frame; view: () => View | undefined }) {
  const { frame } = props;
  const view = props.view();
  if (view === undefined) return null;
  const [a, b] = [xOf(frame, view.firstMs), xOf(frame, view.lastMs)];
  const long = Math.max(LEAST_MARK_PX, Math.abs(b - a));
  const from = Math.max(0, Math.min(a, b, frame.widthPx - long));
  // Whole pixels: less than one of them moves nothing that is seen.
  return (
    <span
      class="histogram-view"
      style={{ transform: `translateX(${Math.round(from)}px)`, width: `${Math.round(long)}px` }}
    />
  );
}
