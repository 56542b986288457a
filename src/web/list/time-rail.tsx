/**
 * The scrollbar of the list: its length is the range of time, its width how much there is, its colour the worst of it.
 * Invariants: where the thumb stands is the time of the rows on screen, whatever is loaded; a drag reads the place it
 * rests at, once.
 */
import { useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { textScale } from "../text-size.ts";
import { type Bars, type View, barAt, countsOf, STACK, totalOf } from "../time/bars.ts";
import { clockText, dayText, shortClock } from "../time/wall-clock.ts";
import { painter } from "../time/painter.ts";

const REST_MS = 120;
const LEAST_THUMB_PX = 10;
const LABEL_PX = 70;
const DAY_MS = 86_400_000;
/** Share of errors from which time is coloured. */
const LEAST_LOUD = 0.05;

export function TimeRail(props: {
  bars: Bars | undefined;
  startMs: number;
  endMs: number;
  ascending: boolean;
  zone: string;
  view: () => View | undefined;
  /** Where a partial answer ends: beyond it nothing was searched. */
  coveredMs: number | undefined;
  onSeek: (ms: number) => void;
  onPage: (direction: 1 | -1) => void;
  onWheel: (px: number) => void;
  onEnd: (end: "newest" | "oldest") => void;
  theme: string;
}) {
  const { startMs, endMs, ascending, zone } = props;
  const view = props.view();
  const canvas = useRef<HTMLCanvasElement>(null);
  const heightPx = useSignal(400);
  const widthPx = useSignal(0);
  const dragMs = useSignal<number | undefined>(undefined);
  const resting = useRef<ReturnType<typeof setTimeout>>(undefined);
  const spanMs = Math.max(1, endMs - startMs);
  const yOf = (ms: number): number => {
    const share = Math.min(1, Math.max(0, (ms - startMs) / spanMs));
    return (ascending ? share : 1 - share) * heightPx.value;
  };
  const msAt = (y: number): number => {
    const share = Math.min(1, Math.max(0, y / heightPx.peek()));
    return startMs + (ascending ? share : 1 - share) * spanMs;
  };

  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    const watch = new ResizeObserver(([seen]) => {
      if (seen === undefined) return;
      widthPx.value = seen.contentRect.width;
      heightPx.value = seen.contentRect.height;
    });
    watch.observe(element);
    return () => {
      watch.disconnect();
      clearTimeout(resting.current);
    };
  }, []);

  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    // What is asked of the canvas itself lays the page out, in the middle of a drawing.
    const size = { width: widthPx.value, height: heightPx.value };
    const { pen, width, height, color, hatch } = painter(element, size);
    pen.clearRect(0, 0, width, height);
    const bars = props.bars;
    if (bars !== undefined) {
      const most = Math.max(1, ...bars.buckets.map(totalOf));
      const sum = countsOf(bars);
      // A few errors everywhere are no colour anywhere: what stands out does.
      const loud = Math.max(LEAST_LOUD, (2 * sum.bad) / Math.max(1, sum.all));
      // A line a step of 2 px: denser ones would be one block of ink.
      for (let y = 0; y < height; y += 2) {
        const bar = barAt(bars, msAt(y + 1));
        const total = bar === undefined ? 0 : totalOf(bar);
        if (bar === undefined || total === 0) continue;
        const worst = STACK.find((level) => bar.counts[level] > 0) ?? "info";
        const isBad = bar.counts.error + bar.counts.fatal > total * loud;
        const long = Math.max(2, Math.sqrt(total / most) * (width - 4));
        pen.fillStyle = color(isBad ? `--bar-${worst}` : "--line-control");
        pen.fillRect(width - long, y, long, 1);
      }
    }
    if (props.coveredMs !== undefined) {
      const edge = yOf(props.coveredMs);
      hatch(0, ascending ? 0 : edge, width, ascending ? edge : height - edge);
    }
  }, [
    props.bars,
    widthPx.value,
    heightPx.value,
    ascending,
    startMs,
    endMs,
    props.coveredMs,
    props.theme,
  ]);

  const shownMs = dragMs.value ?? view?.firstMs ?? (ascending ? startMs : endMs);
  const thumbTop = yOf(shownMs);
  const thumbEnd = view === undefined || dragMs.value !== undefined ? thumbTop : yOf(view.lastMs);
  const thumbPx = Math.max(LEAST_THUMB_PX, thumbEnd - thumbTop);
  /** Where the drag has been read: its end reads that once more no more. */
  const readMs = useRef<number | undefined>(undefined);
  const seek = (ms: number): void => {
    if (readMs.current === ms) return;
    readMs.current = ms;
    props.onSeek(ms);
  };
  const seekAt = (clientY: number): void => {
    const box = canvas.current?.getBoundingClientRect();
    if (box === undefined) return;
    const ms = msAt(clientY - box.top);
    dragMs.value = ms;
    clearTimeout(resting.current);
    resting.current = setTimeout(() => seek(ms), REST_MS);
  };
  const letGo = (): void => {
    clearTimeout(resting.current);
    dragMs.value = undefined;
  };
  const labels = useMemo(
    () => labelsOf(startMs, endMs, heightPx.value, zone),
    [startMs, endMs, heightPx.value, zone],
  );
  /** Of a range of days a time alone says little. */
  const textOf = (ms: number): string => {
    const clock = clockText(ms, zone).slice(0, 8);
    return spanMs > DAY_MS ? `${dayText(ms, zone, endMs)} ${clock}` : clock;
  };
  return (
    <div class="rail">
      <div class="rail-labels" aria-hidden="true">
        {labels.map(({ ms, text }) => (
          <span key={ms} style={{ transform: `translateY(${yOf(ms)}px)` }}>
            {text}
          </span>
        ))}
      </div>
      <div
        class="rail-track"
        role="slider"
        aria-label="Time of the list"
        aria-orientation="vertical"
        aria-valuemin={Math.floor(startMs / 1000)}
        aria-valuemax={Math.floor(endMs / 1000)}
        aria-valuenow={Math.floor(shownMs / 1000)}
        aria-valuetext={textOf(shownMs)}
        tabIndex={0}
        onPointerDown={(event) => {
          event.preventDefault();
          event.currentTarget.setPointerCapture(event.pointerId);
          event.currentTarget.focus();
          readMs.current = undefined;
          seekAt(event.clientY);
        }}
        onPointerMove={(event) => {
          if (event.currentTarget.hasPointerCapture(event.pointerId)) seekAt(event.clientY);
        }}
        onPointerUp={() => {
          const ms = dragMs.value;
          letGo();
          if (ms !== undefined) seek(ms);
        }}
        onPointerCancel={letGo}
        onWheel={(event) => props.onWheel(event.deltaY)}
        onKeyDown={(event) => {
          const page = { PageDown: 1, PageUp: -1, ArrowDown: 1, ArrowUp: -1 }[event.key];
          if (page !== undefined) props.onPage(page === 1 ? 1 : -1);
          else if (event.key === "Home") props.onEnd(ascending ? "oldest" : "newest");
          else if (event.key === "End") props.onEnd(ascending ? "newest" : "oldest");
          else return;
          event.preventDefault();
        }}
      >
        <canvas ref={canvas} aria-hidden="true" />
        <span
          class="rail-thumb"
          style={{
            transform: `translateY(${Math.min(Math.max(0, thumbTop), Math.max(0, heightPx.value - thumbPx))}px)`,
            height: `${thumbPx}px`,
          }}
        />
        {dragMs.value !== undefined && (
          <span class="rail-time" style={{ top: `${thumbTop}px` }}>
            {textOf(dragMs.value)}
          </span>
        )}
      </div>
    </div>
  );
}

/** Round times, as many as have room. */
function labelsOf(startMs: number, endMs: number, heightPx: number, zone: string) {
  const steps = [1, 5, 10, 30, 60, 300, 600, 1800, 3600, 10_800, 21_600, 43_200, 86_400];
  const most = Math.max(1, Math.floor(heightPx / (LABEL_PX * textScale.value)));
  const stepMs =
    (steps.find((seconds) => (endMs - startMs) / (seconds * 1000) <= most) ?? 604_800) * 1000;
  const labels = [];
  for (let ms = Math.ceil(startMs / stepMs) * stepMs; ms < endMs; ms += stepMs)
    if ((ms - startMs) / (endMs - startMs) > 0.02 && (endMs - ms) / (endMs - startMs) > 0.02)
      labels.push({ ms, text: shortClock(ms, zone) });
  return labels.slice(0, 40);
}
