/**
 * Draws the histogram. Invariant: what is drawn is a function of the drawing and the theme alone; a bar's parts have
 * whole heights of what they count, but that fatal and error are never too thin to be seen. A bar that is not over yet, or
 * that began before the range, is pale. What follows a pointer or the list is drawn by none of it.
 */
import type { Level } from "../../domain/level.ts";
import { type Bar, type Bars, isUnfinished, mostOf, STACK, totalOf } from "./bars.ts";
import type { Painter } from "./painter.ts";
import { dayText, shortClock, wallClock } from "./wall-clock.ts";

export type Scale = "linear" | "sqrt" | "log";

export interface Frame {
  readonly startMs: number;
  readonly endMs: number;
  readonly widthPx: number;
}

export interface Drawing extends Frame {
  readonly bars: Bars;
  readonly heightPx: number;
  readonly scale: Scale;
  readonly band: { readonly from: number; readonly to: number } | undefined;
  readonly coveredMs: number | undefined;
  /** Where the present is, in a range that runs to it: the bar it lies in goes on. */
  readonly openMs: number | undefined;
}

/** Of the times below bars. */
export const AXIS_HEIGHT = "1.125rem";
/** Under the bars, for where the list stands. */
const MARK_PX = 4;
const TOP_PX = 6;
/** Of what is there of a bar that is not all in the range. */
const PART_ALPHA = 0.5;
const LEAST_PX: Readonly<Partial<Record<Level, number>>> = { fatal: 2.5, error: 1.5 };
const LEAST_OUTLINED_PX = 5;
const LABEL_PX = 78;

export function xOf({ startMs, endMs, widthPx }: Frame, ms: number): number {
  return ((ms - startMs) / Math.max(1, endMs - startMs)) * widthPx;
}

export function drawBars(paint: Painter, drawing: Drawing): void {
  const { pen, width, height, color } = paint;
  const { bars } = drawing;
  pen.clearRect(0, 0, width, height);
  const floor = height - MARK_PX - 1;
  const room = floor - TOP_PX;
  const most = Math.max(1, mostOf(bars));
  pen.strokeStyle = color("--line");
  pen.setLineDash([2, 3]);
  pen.beginPath();
  pen.moveTo(0, TOP_PX + 0.5);
  pen.lineTo(width, TOP_PX + 0.5);
  pen.stroke();
  pen.setLineDash([]);
  const { band } = drawing;
  for (const bar of bars.buckets) {
    const total = totalOf(bar);
    const left = xOf(drawing, bar.startMs);
    const right = xOf(drawing, bar.startMs + bars.stepMs);
    if (total === 0) continue;
    const isChosen = band === undefined || (bar.startMs >= band.from && bar.startMs < band.to);
    const isPart = bar.startMs < drawing.startMs || isUnfinished(bars, bar, drawing.openMs);
    pen.globalAlpha = (isChosen ? 1 : 0.35) * (isPart ? PART_ALPHA : 1);
    drawBar(paint, bar, {
      left: Math.round(left * 2) / 2,
      width: Math.max(1, right - left - 1),
      floor,
      high: scaled(total, most, drawing.scale) * room,
    });
    pen.globalAlpha = 1;
  }
  pen.fillStyle = color("--line-2");
  pen.fillRect(0, floor, width, 1);
  if (drawing.coveredMs !== undefined) {
    const edge = xOf(drawing, drawing.coveredMs);
    // What is counted there is there, but not among the rows: it steps back, and the words over it are read.
    pen.fillStyle = color("--bg");
    pen.globalAlpha = 0.7;
    pen.fillRect(0, 0, edge, floor);
    pen.globalAlpha = 1;
    paint.hatch(0, 0, edge, floor);
    pen.fillStyle = color("--warn-text");
    pen.fillRect(edge, 0, 1.5, floor);
    if (edge > 90) {
      pen.font = paint.font(11, "--font-ui");
      pen.textAlign = "right";
      pen.fillText("not searched", edge - 8, floor / 2);
    }
  }
  if (band !== undefined) {
    const [from, to] = [xOf(drawing, band.from), xOf(drawing, band.to)];
    pen.fillStyle = color("--accent");
    pen.globalAlpha = 0.12;
    pen.fillRect(from, 0, to - from, floor);
    pen.globalAlpha = 1;
    pen.fillRect(from, 0, 1.5, floor);
    pen.fillRect(to - 1.5, 0, 1.5, floor);
  }
}

function drawBar(
  { pen, color }: Painter,
  bar: Bar,
  at: { left: number; width: number; floor: number; high: number },
): void {
  const total = totalOf(bar);
  let top = at.floor;
  for (const level of STACK) {
    const count = bar.counts[level];
    if (count === 0) continue;
    const high = Math.max(LEAST_PX[level] ?? 0, (count / total) * at.high);
    top -= high;
    pen.fillStyle = color(`--bar-${level}`);
    pen.fillRect(at.left, top, at.width, high);
    // As its letter is: in grey it would be taken for info, which stands on it.
    if (level === "warn") outline(pen, color("--lv-warn"), { ...at, top, high });
  }
  // Info is quiet; the line on top lets heights be read.
  pen.fillStyle = color("--line-control");
  pen.fillRect(at.left, top, at.width, 1);
}

/** Of narrow bars the upper edge alone. */
function outline(
  pen: CanvasRenderingContext2D,
  colour: string,
  at: { left: number; top: number; width: number; high: number },
): void {
  pen.fillStyle = colour;
  pen.fillRect(at.left, at.top, at.width, Math.min(1, at.high));
  if (at.width < LEAST_OUTLINED_PX) return;
  pen.fillRect(at.left, at.top, 1, at.high);
  pen.fillRect(at.left + at.width - 1, at.top, 1, at.high);
}

function scaled(count: number, most: number, scale: Scale): number {
  if (scale === "sqrt") return Math.sqrt(count / most);
  if (scale === "log") return Math.log1p(count) / Math.log1p(most);
  return count / most;
}

const STEPS_S = [1, 5, 15, 30, 60, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200];
const DAY_MS = 86_400_000;

/**
 * Round times below the bars, as many as have room.
 * @param textScale how large text is.
 */
export function axisLabels(
  frame: Frame,
  zone: string,
  textScale: number,
): readonly { x: number; text: string }[] {
  const { startMs, endMs, widthPx } = frame;
  const most = Math.max(2, Math.floor(widthPx / (LABEL_PX * textScale)));
  const step = STEPS_S.find((seconds) => (endMs - startMs) / (seconds * 1000) <= most);
  const days = Math.ceil((endMs - startMs) / DAY_MS / most);
  const stepMs = step === undefined ? days * DAY_MS : step * 1000;
  // Round in the zone: a day begins at its own midnight.
  const wall = wallClock(startMs, zone);
  const sinceMidnight = ((wall.hour * 60 + wall.minute) * 60 + wall.second) * 1000 + wall.ms;
  const first = startMs - sinceMidnight + Math.ceil(sinceMidnight / stepMs) * stepMs;
  const labels = [];
  for (let ms = first; ms <= endMs; ms += stepMs) {
    const x = Math.round(xOf(frame, ms));
    if (x < 12 || x > widthPx - 12) continue;
    const at = wallClock(ms, zone);
    const isMidnight = at.hour === 0 && at.minute === 0 && at.second === 0;
    labels.push({ x, text: isMidnight ? dayText(ms, zone, endMs) : shortClock(ms, zone) });
  }
  return labels;
}
