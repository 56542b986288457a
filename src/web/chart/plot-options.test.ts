import type uPlot from "uplot";
import { expect, test } from "vitest";
import { type Plotted, plotOptions } from "./plot-options.ts";

const COUNT = {
  at: 1,
  name: "count",
  title: "entries",
  unit: undefined,
  adds: true,
  approximate: false,
};
const plotted: Plotted = {
  over: { times: [0, 60_000], stepMs: 60_000, series: [], left: 0 },
  shown: ["web", "payments"].map((name, at) => ({
    at,
    series: {
      name,
      values: [1, 100 * (at + 1)],
      isRest: false,
      measure: COUNT,
      keys: [],
    },
  })),
  kind: "line",
  isLog: false,
  widthPx: 1000,
  heightPx: 300,
  isOpen: false,
  textScale: 1,
  color: () => "#000000",
};

/** What is written on a plot, with letters as wide as they are high. */
function written(of: Plotted): readonly string[] {
  const texts: string[] = [];
  const ctx = {
    canvas: { width: 1000 },
    font: "",
    save: () => undefined,
    restore: () => undefined,
    measureText: (text: string) => ({ width: text.length * Number.parseFloat(ctx.font) }),
    fillText: (text: string) => texts.push(text),
  };
  const plot = { ctx, width: 1000, bbox: { left: 0, width: 900 }, valToPos: (y: number) => -y };
  const { hooks } = plotOptions(of, {}, {});
  for (const draw of hooks?.draw ?? []) draw?.(plot as unknown as uPlot);
  return texts;
}

test.each([
  { name: "the usual size", change: {}, want: ["payments", "web"] },
  { name: "smaller text", change: { textScale: 0.75 }, want: ["payments", "web"] },
  { name: "larger text", change: { textScale: 1.4 }, want: ["payments", "web"] },
  { name: "text with no room for them", change: { textScale: 2 }, want: [] },
  {
    name: "a step that is not over",
    change: {
      isOpen: true,
      shown: plotted.shown.map(({ at, series }) => ({
        at,
        series: { ...series, values: [100 * (at + 1), 0] },
      })),
    },
    want: ["payments", "web"],
  },
  { name: "areas", change: { kind: "area" as const }, want: [] },
])("lines are named at their ends: $name", ({ change, want }) => {
  expect(written({ ...plotted, ...change })).toEqual(want);
});
