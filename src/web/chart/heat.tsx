/**
 * Buckets of a number over time: the darker, the more. Invariants: a cell that is not empty is seen; the pointer and the
 * keys snap to a cell, and a click or Enter shows its entries; the same is in the table.
 */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { textScale } from "../text-size.ts";
import { axisLabels, AXIS_HEIGHT, xOf } from "../time/draw-bars.ts";
import { painter } from "../time/painter.ts";
import { shortClock } from "../time/wall-clock.ts";
import { figureText } from "./figure-text.ts";
import { binText } from "./group-bars.tsx";
import { LEFT_PX } from "./plot-options.ts";
import type { Measure, Reading } from "./reading.ts";

const LEAST_ALPHA = 0.14;

export interface Cell {
  readonly ms: number;
  readonly low: number;
  readonly value: number;
}

interface Grid {
  readonly times: readonly number[];
  readonly stepMs: number;
  readonly lows: readonly number[];
  readonly cells: ReadonlyMap<string, Cell>;
  readonly most: number;
}

export function Heat(props: {
  reading: Reading & { readonly bin: NonNullable<Reading["bin"]>; readonly time: number };
  measure: Measure;
  label: string;
  zone: string;
  theme: string;
  onShow: (cell: Cell, stepMs: number) => void;
}) {
  const { reading, measure, zone } = props;
  const { bin } = reading;
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = useSignal({ width: 800, height: 300 });
  const chosen = useSignal<{ readonly x: number; readonly y: number } | undefined>(undefined);
  const grid = gridOf(reading, measure);
  const { times, lows, stepMs } = grid;
  const [startMs, endMs] = [times[0] ?? 0, (times.at(-1) ?? 0) + stepMs];
  const frame = { startMs, endMs, widthPx: Math.max(1, size.value.width) };
  const rowPx = size.value.height / Math.max(1, lows.length);
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    const watch = new ResizeObserver(() => {
      size.value = { width: element.clientWidth, height: element.clientHeight };
    });
    watch.observe(element);
    return () => watch.disconnect();
  }, []);
  useEffect(() => {
    if (canvas.current === null) return;
    const { pen, width, height, color } = painter(canvas.current);
    pen.clearRect(0, 0, width, height);
    for (const { ms, low, value } of grid.cells.values()) {
      const left = xOf(frame, ms);
      pen.globalAlpha = LEAST_ALPHA + (1 - LEAST_ALPHA) * Math.sqrt(value / grid.most);
      pen.fillStyle = color("--series-1");
      const y = height - (lows.indexOf(low) + 1) * rowPx;
      pen.fillRect(
        left,
        y,
        Math.max(1, xOf(frame, ms + stepMs) - left - 1),
        Math.max(1, rowPx - 1),
      );
    }
    pen.globalAlpha = 1;
    if (chosen.value === undefined) return;
    const left = xOf(frame, times[chosen.value.x] ?? 0);
    pen.strokeStyle = color("--focus");
    pen.lineWidth = 2;
    pen.strokeRect(
      left,
      height - (chosen.value.y + 1) * rowPx,
      xOf(frame, startMs + stepMs),
      rowPx,
    );
  });
  const at = (x: number, y: number) => ({
    x: Math.max(0, Math.min(times.length - 1, x)),
    y: Math.max(0, Math.min(lows.length - 1, y)),
  });
  const pointed = chosen.value === undefined ? undefined : cellAt(grid, chosen.value);
  const show = (): void => {
    if (pointed !== undefined && pointed.value > 0) props.onShow(pointed, stepMs);
  };
  const say = (cell: Cell): string =>
    `${shortClock(cell.ms, zone)}, ${binText(bin, cell.low)}: ${figureText(cell.value, measure.unit)} ${measure.title}`;
  const labelled = Math.max(
    1,
    Math.ceil(lows.length / Math.max(1, Math.floor(size.value.height / (22 * textScale.value)))),
  );
  return (
    <figure class="heat">
      <div class="heat-names" aria-hidden="true">
        {lows.map((low, y) =>
          y % labelled === 0 ? (
            <span key={low} style={{ bottom: `${y * rowPx}px` }}>
              {low.toLocaleString()}
            </span>
          ) : null,
        )}
      </div>
      <div
        class="heat-hand"
        role="slider"
        tabIndex={0}
        aria-label={`Cell of the chart. ${props.label}`}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, times.length - 1)}
        aria-valuenow={chosen.value?.x ?? 0}
        aria-valuetext={pointed === undefined ? "no cell chosen" : say(pointed)}
        onPointerMove={(event) => {
          chosen.value = at(
            Math.floor((event.offsetX / frame.widthPx) * times.length),
            Math.floor((size.value.height - event.offsetY) / rowPx),
          );
        }}
        onPointerLeave={() => (chosen.value = undefined)}
        onClick={show}
        onKeyDown={(event) => {
          const [dx, dy] =
            { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[
              event.key
            ] ?? [];
          if (dx !== undefined && dy !== undefined) {
            const from = chosen.value ?? { x: dx > 0 ? -1 : times.length, y: 0 };
            chosen.value = at(from.x + dx, from.y + dy);
          } else if (event.key === "Enter") show();
          else if (event.key === "Escape" && chosen.value !== undefined) {
            event.stopPropagation();
            chosen.value = undefined;
          } else return;
          event.preventDefault();
        }}
      >
        <canvas ref={canvas} aria-hidden="true" />
      </div>
      <div
        class="histogram-axis"
        aria-hidden="true"
        style={{ height: AXIS_HEIGHT, marginLeft: `${LEFT_PX * textScale.value}px` }}
      >
        {axisLabels(frame, zone, textScale.value).map(({ x, text }) => (
          <span key={x} style={{ left: `${x}px` }}>
            {text}
          </span>
        ))}
      </div>
      <figcaption class="heat-said" aria-hidden="true">
        {pointed === undefined ? "Point at a cell; a click shows its entries" : say(pointed)}
      </figcaption>
    </figure>
  );
}

function cellAt(
  { cells, times, lows }: Grid,
  { x, y }: { readonly x: number; readonly y: number },
): Cell {
  const [ms, low] = [times[x] ?? 0, lows[y] ?? 0];
  return cells.get(`${ms} ${low}`) ?? { ms, low, value: 0 };
}

/** Buckets without anything have a row all the same, or heights would lie. */
function gridOf(
  { table, time, bin, stepMs }: Parameters<typeof Heat>[0]["reading"],
  measure: Measure,
): Grid {
  const cells = new Map<string, Cell>();
  for (const row of table.rows as readonly (readonly unknown[])[]) {
    const ms = Date.parse(String(row[time]));
    const [low, value] = [row[bin.at], row[measure.at]];
    if (Number.isNaN(ms) || typeof low !== "number" || typeof value !== "number") continue;
    const key = `${ms} ${low}`;
    cells.set(key, { ms, low, value: value + (cells.get(key)?.value ?? 0) });
  }
  const found = [...cells.values()];
  const step = stepMs > 0 ? stepMs : leastGap(found.map(({ ms }) => ms));
  return {
    times: filled(
      found.map(({ ms }) => ms),
      step,
    ),
    stepMs: step,
    lows: filled(
      found.map(({ low }) => low),
      bin.step,
    ),
    cells,
    most: Math.max(1e-9, ...found.map(({ value }) => value)),
  };
}

/** More rows than have a pixel are left as they came. */
const MOST_ROWS = 400;

function filled(values: readonly number[], step: number): readonly number[] {
  const sorted = [...new Set(values)].toSorted((a, b) => a - b);
  const [low, high] = [sorted[0] ?? 0, sorted.at(-1) ?? 0];
  const count = Math.round((high - low) / step) + 1;
  if (!(count <= MOST_ROWS)) return sorted;
  const known = new Map(sorted.map((value) => [Math.round((value - low) / step), value]));
  return Array.from(
    { length: count },
    (_, at) => known.get(at) ?? Number((low + at * step).toPrecision(12)),
  );
}

function leastGap(values: readonly number[]): number {
  const sorted = [...new Set(values)].toSorted((a, b) => a - b);
  const gaps = sorted.slice(1).map((value, at) => value - (sorted[at] ?? 0));
  return gaps.length === 0 ? 60_000 : Math.min(...gaps);
}
