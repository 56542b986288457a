/**
 * How uPlot is to draw series. Invariants: colours are the theme's tokens in their order, from the ninth on grey, and from
 * the fourth on lines have dashes too; what adds up is stacked, so that the top is the sum, but never on a log axis.
 */
import type uPlot from "uplot";
import { LEVELS } from "../../domain/level.ts";
import { figureText } from "./figure-text.ts";
import { barPaths } from "./bar-paths.ts";
import type { Over, Series } from "./series.ts";

export type OverKind = "line" | "area" | "bar";

const COLOURS = 8;
const DASHES: readonly (readonly number[])[] = [
  [6, 3],
  [2, 2],
];
const FIRST_DASHED = 3;
/** For the figures of the axis, px. */
export const LEFT_PX = 62;
const LABEL_PX = 110;
/** Below it names at the ends of lines take too much of the picture. */
const LABELS_FROM_PX = 700;
const LINE_PX = 14;

/**
 * Colours belong to a series whatever is hidden, and a level has its own wherever it stands.
 * @param at its place among all.
 */
export function tokenOf({ keys, isRest }: Series, at: number): string {
  const [only, ...others] = keys;
  const level = LEVELS.find((name) => name === only?.value);
  if (level !== undefined && only?.key.field === "level" && others.length === 0)
    return `--lv-${level}`;
  return at < COLOURS && !isRest ? `--series-${at + 1}` : "--text-3";
}

/** Class of the mark that stands for a series in words. */
export function swatchOf(series: Series, at: number): string {
  const token = tokenOf(series, at);
  return token === "--text-3" ? "series-rest" : token.slice(2);
}

function dashOf(at: number): number[] {
  return at < FIRST_DASHED ? [] : [...(DASHES[(at - FIRST_DASHED) % DASHES.length] ?? [])];
}

export interface Plotted {
  readonly over: Over;
  /** With their places among all, which is what colours go by. */
  readonly shown: readonly { readonly series: Series; readonly at: number }[];
  readonly kind: OverKind;
  readonly isLog: boolean;
  readonly widthPx: number;
  readonly heightPx: number;
  /** The last step is not over yet. */
  readonly isOpen: boolean;
  /** How large text is. */
  readonly textScale: number;
  readonly color: (token: string) => string;
}

export function isStacked({
  kind,
  isLog,
  shown,
}: Pick<Plotted, "kind" | "isLog" | "shown">): boolean {
  const [first] = shown;
  return (
    kind !== "line" &&
    !isLog &&
    shown.every(({ series }) => series.measure.adds && series.measure === first?.series.measure)
  );
}

type Named = Pick<Plotted, "kind" | "shown" | "widthPx" | "textScale">;

/** Room on the right of lines, for their names where they have some. */
export function endPx(plotted: Named): number {
  return hasNames(plotted) ? LABEL_PX * plotted.textScale : 8;
}

function hasNames({ kind, shown, widthPx, textScale }: Named): boolean {
  const isWide = widthPx >= LABELS_FROM_PX * textScale;
  return kind === "line" && isWide && shown.length > 1 && shown.length <= COLOURS;
}

/** What is left and right of the first and the last step: a bar has its width. */
export function spanOf({ over, kind }: Pick<Plotted, "over" | "kind">): readonly [number, number] {
  const [first, last] = [over.times[0] ?? 0, over.times.at(-1) ?? 0];
  return [first, kind === "bar" || first === last ? last + over.stepMs : last];
}

export function dataOf(plotted: Plotted): uPlot.AlignedData {
  const { over, shown, kind, isLog } = plotted;
  const xs = over.times.map((ms) => ms + (kind === "bar" ? over.stepMs / 2 : 0));
  if (!isStacked(plotted))
    return [
      xs,
      ...shown.map(({ series }) =>
        // A log axis has no place for nothing.
        series.values.map((value) => (value === undefined || (isLog && value <= 0) ? null : value)),
      ),
    ];
  const sums = over.times.map(() => 0);
  return [
    xs,
    ...shown.map(({ series }) =>
      series.values.map((value, at) => (sums[at] = (sums[at] ?? 0) + (value ?? 0))),
    ),
  ];
}

export function plotOptions(
  plotted: Plotted,
  hooks: uPlot.Hooks.Arrays,
  bind: uPlot.Cursor.Bind,
): uPlot.Options {
  const { shown, kind, isLog, textScale, color } = plotted;
  const stacked = isStacked(plotted);
  const unit = shown[0]?.series.measure.unit;
  const font = `${11 * textScale}px ${color("--font-mono")}`;
  const hairline = { stroke: color("--line"), width: 1 };
  return {
    width: plotted.widthPx,
    height: plotted.heightPx,
    ms: 1,
    padding: [10, endPx(plotted), 6, 0],
    legend: { show: false },
    focus: { alpha: 0.35 },
    cursor: {
      y: false,
      bind,
      drag: { x: true, y: false, setScale: false },
      focus: { prox: 24 },
      points: { size: 8, width: 2, fill: color("--bg") },
    },
    scales: {
      x: { time: true, range: () => [...spanOf(plotted)] },
      y: isLog
        ? { distr: 3, log: 10, range: (_, low, high) => logRange(low, high) }
        : { range: (_, low, high) => rangeOf(low, high) },
    },
    axes: [
      { show: false },
      {
        size: LEFT_PX * textScale,
        gap: 8,
        font,
        stroke: color("--text-3"),
        grid: hairline,
        ticks: { show: false },
        ...(isLog && {
          splits: (_: uPlot, __: number, low: number, high: number) => decades(low, high),
          filter: (_: uPlot, splits: number[]) => splits,
        }),
        values: (_, splits) =>
          splits.map((value) => (value === null ? null : figureText(value, unit))),
      },
    ],
    bands:
      stacked && kind === "area"
        ? shown.slice(1).map((_, at): uPlot.Band => ({ series: [at + 2, at + 1] }))
        : [],
    series: [
      {},
      ...shown.map(({ series, at }, place): uPlot.Series => {
        const stroke = color(tokenOf(series, at));
        return {
          stroke,
          width: kind === "bar" ? 0 : 1.5,
          dash: kind === "line" ? dashOf(at) : [],
          points: { show: isAlone(series) && kind !== "bar", size: 5 },
          ...(kind === "area" ? { fill: faded(stroke, stacked ? "66" : "2e") } : {}),
          ...(kind === "bar"
            ? { fill: stroke, paths: barPaths(stacked ? "stacked" : "beside", place, shown.length) }
            : {}),
        };
      }),
    ],
    hooks: { ...hooks, draw: [...(hooks.draw ?? []), (plot) => nameLines(plot, plotted)] },
  };
}

/** From nothing up, unless there is less. */
function rangeOf(low: number | null, high: number | null): [number, number] {
  const [least, most] = [Math.min(0, low ?? 0), Math.max(0, high ?? 1)];
  const room = (most - least || 1) * 0.06;
  return [least < 0 ? least - room : 0, most + room];
}

/** From a round figure up; a scale needs two ends. */
function logRange(low: number | null, high: number | null): [number, number] {
  const least = 10 ** Math.floor(Math.log10(low ?? 1));
  return [least, Math.max((high ?? 1) * 1.2, least * 10)];
}

/** 1, 3, 10, 30 …: about as far from each other as they look, and round. */
function decades(low: number, high: number): number[] {
  const splits: number[] = [];
  const few = Math.log10(high / low) > 5;
  for (let one = low; one <= high; one *= 10) splits.push(one, ...(few ? [] : [one * 3]));
  return splits.filter((one) => one <= high);
}

/** A figure without a neighbour makes no line: it is a dot. */
function isAlone({ values }: Series): boolean {
  return values.every((value, at) => value === undefined || values[at + 1] === undefined);
}

function faded(colour: string, alpha: string): string {
  return /^#[\da-f]{6}$/i.test(colour) ? colour + alpha : colour;
}

/** A step that is not over says little of the line; alone it is all there is. */
function lastWhole({ values }: Series, isOpen: boolean): number | undefined {
  const whole = isOpen ? values.slice(0, -1) : values;
  return [whole, values]
    .map((of) => of.findLast((value) => value !== undefined))
    .find((value) => value !== undefined);
}

/** The name of each line at its end, from the top down, where no other stands. */
function nameLines(plot: uPlot, plotted: Plotted): void {
  if (!hasNames(plotted)) return;
  const { ctx: pen } = plot;
  const ratio = pen.canvas.width / plot.width;
  const { textScale } = plotted;
  const ends = plotted.shown
    .flatMap(({ series, at }) => {
      const last = lastWhole(series, plotted.isOpen);
      if (last === undefined || (plotted.isLog && last <= 0)) return [];
      return [{ y: plot.valToPos(last, "y", true), series, at }];
    })
    .toSorted((a, b) => a.y - b.y);
  const left = plot.bbox.left + plot.bbox.width + 6 * ratio;
  let free = -Infinity;
  pen.save();
  pen.font = `${11 * textScale * ratio}px ${plotted.color("--font-ui")}`;
  pen.textBaseline = "middle";
  pen.textAlign = "left";
  for (const { y, series, at } of ends) {
    if (y < free || pen.measureText(series.name).width > (endPx(plotted) - 8) * ratio) continue;
    const token = tokenOf(series, at);
    pen.fillStyle = plotted.color(token === "--text-3" ? "--text-2" : token);
    pen.fillText(series.name, left, y);
    free = y + LINE_PX * textScale * ratio;
  }
  pen.restore();
}
