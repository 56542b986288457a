import { expect, test } from "vitest";
import type { Level } from "../../domain/level.ts";
import { wholeBars } from "./bar-hand.ts";
import { STACK } from "./bars.ts";
import { drawBars, type Scale } from "./draw-bars.ts";

const NONE = { trace: 0, debug: 0, info: 0, warn: 0, error: 0, fatal: 0 };
const HEIGHT = 98;

/** Heights by what they are filled with, of one bar beside one of 100,000 entries. */
function heightsOf(counts: Partial<Record<Level, number>>, scale: Scale): Record<string, number> {
  return drawn(counts, scale, undefined).heights;
}

function drawn(
  counts: Partial<Record<Level, number>>,
  scale: Scale,
  openMs: number | undefined,
  startMs = 0,
): {
  heights: Record<string, number>;
  alphas: Record<string, number>;
  outlines: readonly { x: number; y: number; width: number; height: number }[];
} {
  const heights: Record<string, number> = {};
  const alphas: Record<string, number> = {};
  const outlines: { x: number; y: number; width: number; height: number }[] = [];
  const pen = {
    fillStyle: "",
    globalAlpha: 1,
    clearRect() {},
    setLineDash() {},
    beginPath() {},
    moveTo() {},
    lineTo() {},
    stroke() {},
    fillRect(x: number, y: number, width: number, height: number) {
      if (this.fillStyle === "--lv-warn") outlines.push({ x, y, width, height });
      if (!this.fillStyle.startsWith("--bar-")) return;
      if (x < 50) heights[this.fillStyle] = height;
      alphas[x < 50 ? "first" : "last"] = this.globalAlpha;
    },
  };
  drawBars(
    {
      // What is drawn by is all that is needed of it.
      pen: pen as unknown as CanvasRenderingContext2D,
      width: 100,
      height: HEIGHT,
      color: (token) => token,
      font: (px, token) => `${px}px ${token}`,
      hatch: () => undefined,
    },
    {
      bars: {
        stepMs: 1000,
        buckets: [
          { startMs: 0, counts: { ...NONE, ...counts } },
          { startMs: 1000, counts: { ...NONE, info: 100_000 } },
        ],
        partial: false,
        coveredMs: undefined,
      },
      startMs,
      endMs: 2000,
      widthPx: 100,
      heightPx: HEIGHT,
      scale,
      band: undefined,
      coveredMs: undefined,
      openMs,
    },
  );
  return { heights, alphas, outlines };
}

test("a bar that is not over yet, or that began before the range, is pale, and no other", () => {
  expect(drawn({ info: 1 }, "linear", 1500).alphas).toEqual({ first: 1, last: 0.5 });
  expect(drawn({ info: 1 }, "linear", undefined, 1).alphas).toEqual({ first: 0.5, last: 1 });
  expect(drawn({ info: 1 }, "linear", undefined).alphas).toEqual({ first: 1, last: 1 });
});

test("what warns is outlined, as its letter is, and nothing else", () => {
  const { heights, outlines } = drawn({ warn: 50_000, info: 50_000 }, "linear", undefined);
  const high = heights["--bar-warn"] ?? 0;
  const top = HEIGHT - 5 - high;
  expect(outlines).toEqual([
    { x: 0, y: top, width: 49, height: 1 },
    { x: 0, y: top, width: 1, height: high },
    { x: 48, y: top, width: 1, height: high },
  ]);
  expect(drawn({ error: 50_000, info: 50_000 }, "linear", undefined).outlines).toEqual([]);
});

test.each(["linear", "sqrt", "log"] as const)(
  "on a %s scale what is bad is seen however few",
  (scale) => {
    const heights = heightsOf({ fatal: 1, error: 1, info: 50_000 }, scale);
    expect(heights["--bar-fatal"]).toBeGreaterThanOrEqual(2.5);
    expect(heights["--bar-error"]).toBeGreaterThanOrEqual(1.5);
    const sum = STACK.reduce((all, level) => all + (heights[`--bar-${level}`] ?? 0), 0);
    expect(sum).toBeLessThan(HEIGHT);
  },
);

test("a span is whole bars within the range", () => {
  const bars = {
    stepMs: 10,
    buckets: [{ startMs: 100, counts: NONE }],
    partial: false,
    coveredMs: undefined,
  };
  const range = { from: 104, to: 200 };
  expect(wholeBars(bars, range, 123, 123)).toEqual({ from: 120, to: 130 });
  expect(wholeBars(bars, range, 151, 129)).toEqual({ from: 120, to: 160 });
  expect(wholeBars(bars, range, 101, 500)).toEqual({ from: 104, to: 200 });
});
