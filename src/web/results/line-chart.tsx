/**
 * Lines over time on a canvas, with a reading of the step under the pointer.
 * Invariant: lines are told apart by a name beside their colour, and from the fourth on by their dashes.
 */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { axisLabels, AXIS_PX, xOf } from "../time/draw-bars.ts";
import { painter } from "../time/painter.ts";
import { shortClock } from "../time/wall-clock.ts";
import { shownText } from "../words.ts";
import type { Series } from "./series.ts";

const COLOURS = 8;
const DASHES: readonly (readonly number[])[] = [[], [], [], [6, 3], [2, 2], [6, 3], [2, 2], [6, 3]];
const LEFT_PX = 56;

export function LineChart(props: { series: readonly Series[]; zone: string; theme: string }) {
  const { series, zone } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const widthPx = useSignal(800);
  const hidden = useSignal<ReadonlySet<string>>(new Set());
  const hoverMs = useSignal<number | undefined>(undefined);
  const times = [...new Set(series.flatMap(({ points }) => points.map(({ ms }) => ms)))].toSorted(
    (a, b) => a - b,
  );
  const [startMs, endMs] = [times[0] ?? 0, times.at(-1) ?? 1];
  const shown = series.filter(({ name }) => !hidden.value.has(name));
  const values = shown.flatMap(({ points }) => points.flatMap(({ value }) => value ?? []));
  const most = Math.max(0, ...values) || 1;
  const least = Math.min(0, ...values);
  const frame = { startMs, endMs, widthPx: Math.max(1, widthPx.value - LEFT_PX) };
  const near = (ms: number): number =>
    times.reduce((best, one) => (Math.abs(one - ms) < Math.abs(best - ms) ? one : best), startMs);

  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    const watch = new ResizeObserver(() => (widthPx.value = element.clientWidth));
    watch.observe(element);
    return () => watch.disconnect();
  }, []);
  useEffect(() => {
    if (canvas.current === null) return;
    const { pen, width, height, color } = painter(canvas.current);
    pen.clearRect(0, 0, width, height);
    const yOf = (value: number): number =>
      height - 8 - ((value - least) / (most - least)) * (height - 20);
    pen.font = `11px ${color("--font-mono")}`;
    pen.textAlign = "right";
    for (const share of [0, 0.25, 0.5, 0.75, 1]) {
      const value = least + (most - least) * share;
      const y = Math.round(yOf(value)) + 0.5;
      pen.strokeStyle = color("--line");
      pen.beginPath();
      pen.moveTo(LEFT_PX, y);
      pen.lineTo(width, y);
      pen.stroke();
      pen.fillStyle = color("--text-3");
      pen.fillText(compact(value), LEFT_PX - 8, y + 4);
    }
    for (const [at, { name, points }] of series.entries()) {
      if (hidden.value.has(name)) continue;
      pen.strokeStyle = colourOf(at, color);
      pen.lineWidth = 1.5;
      pen.setLineDash([...(DASHES[at % COLOURS] ?? [])]);
      pen.beginPath();
      let isDown = false;
      for (const { ms, value } of points) {
        if (value === undefined) {
          isDown = false;
          continue;
        }
        const [x, y] = [LEFT_PX + xOf(frame, ms), yOf(value)];
        if (isDown) pen.lineTo(x, y);
        else pen.moveTo(x, y);
        isDown = true;
      }
      pen.stroke();
      pen.setLineDash([]);
    }
    if (hoverMs.value !== undefined) {
      const x = LEFT_PX + xOf(frame, hoverMs.value);
      pen.strokeStyle = color("--line-control");
      pen.beginPath();
      pen.moveTo(x, 0);
      pen.lineTo(x, height);
      pen.stroke();
    }
  });
  const read = hoverMs.value;
  return (
    <figure class="line-chart">
      <canvas
        ref={canvas}
        role="img"
        aria-label={`${series.length} ${series.length === 1 ? "line" : "lines"} over time: ${series.map(({ name }) => name).join(", ")}. The table below has their values.`}
        onPointerMove={(event) => {
          hoverMs.value = near(
            startMs + ((event.offsetX - LEFT_PX) / frame.widthPx) * (endMs - startMs),
          );
        }}
        onPointerLeave={() => (hoverMs.value = undefined)}
      />
      <div
        class="histogram-axis"
        aria-hidden="true"
        style={{ height: `${AXIS_PX}px`, marginLeft: `${LEFT_PX}px` }}
      >
        {axisLabels(frame, zone).map(({ x, text }) => (
          <span key={x} style={{ left: `${x}px` }}>
            {text}
          </span>
        ))}
      </div>
      <figcaption class="legend">
        {series.map(({ name, points }, at) => (
          <button
            type="button"
            class="plain"
            key={name}
            aria-pressed={!hidden.value.has(name)}
            title={hidden.value.has(name) ? "Show" : "Hide (Alt: only it)"}
            onClick={(event) => {
              const next = new Set(event.altKey ? series.map((one) => one.name) : hidden.value);
              if (!next.delete(name)) next.add(name);
              hidden.value = next;
            }}
          >
            <i class={`swatch series-${at < COLOURS ? at + 1 : 0}`} /> {shownText(name)}
            {read !== undefined && <b>{compact(points.find(({ ms }) => ms === read)?.value)}</b>}
          </button>
        ))}
        {read !== undefined && <span class="quiet">at {shortClock(read, zone)}</span>}
      </figcaption>
    </figure>
  );
}

function colourOf(at: number, color: (token: string) => string): string {
  return color(at < COLOURS ? `--series-${at + 1}` : "--text-3");
}

function compact(value: number | undefined): string {
  if (value === undefined) return "–";
  const size = Math.abs(value);
  if (size >= 1e9) return `${(value / 1e9).toFixed(1)} G`;
  if (size >= 1e6) return `${(value / 1e6).toFixed(1)} M`;
  if (size >= 1e4) return `${(value / 1e3).toFixed(1)} k`;
  if (Number.isInteger(value) || size >= 1000) return Math.round(value).toLocaleString();
  return value.toPrecision(3);
}
