/** With all rules obeyed the invariants hold, whatever the weather. The long run is `npm run torture`. */
import { expect, test } from "vitest";
import { SHAPES } from "./cases.ts";
import { runSeeds } from "./many-seeds.ts";

test.each([
  { shape: "baseline", steps: 2_000_000 },
  { shape: "sparse", steps: 300_000 },
  { shape: "dense", steps: 300_000 },
  { shape: "crashes", steps: 300_000 },
  { shape: "short lives", steps: 200_000 },
  { shape: "storm", steps: 200_000 },
  { shape: "pauses", steps: 200_000 },
  { shape: "rare", steps: 200_000 },
  { shape: "short epochs", steps: 200_000 },
  { shape: "retries", steps: 200_000 },
  { shape: "skewed", steps: 200_000 },
  { shape: "falling", steps: 200_000 },
] as const)("holds for $steps steps of $shape traffic", ({ shape, steps }) => {
  const report = runSeeds({ shape: SHAPES[shape], steps, firstSeed: 1000 });
  expect(report.failures).toEqual([]);
  expect(report.steps).toBeGreaterThanOrEqual(steps);
  // A run in which nothing is promised or asked proves nothing.
  expect(report.counts.acknowledgements).toBeGreaterThan(steps / 1000);
  expect(report.counts.queries).toBeGreaterThan(steps / 2000);
  expect(report.counts.pages).toBeGreaterThan(steps / 2500);
});
