/**
 * Bars of several series at one step: stacked on those before, or side by side, which uPlot's own bars are not.
 * Invariant: a bar stands within its step, and one that is not nothing is seen.
 */
import type uPlot from "uplot";

const SHARE = 0.86;

/** @param place of the series among the `count` that are drawn. */
export function barPaths(
  how: "stacked" | "beside",
  place: number,
  count: number,
): uPlot.Series.PathBuilder {
  return (plot, seriesAt, from, to) => {
    const path = new Path2D();
    const xs = plot.data[0];
    const ys = plot.data[seriesAt];
    const below = how === "stacked" && place > 0 ? plot.data[seriesAt - 1] : undefined;
    const step = (xs[1] ?? 0) - (xs[0] ?? 0);
    const width =
      step > 0
        ? (plot.valToPos((xs[0] ?? 0) + step, "x", true) - plot.valToPos(xs[0] ?? 0, "x", true)) *
          SHARE
        : plot.bbox.width * SHARE;
    const floor = plot.bbox.top + plot.bbox.height;
    const part = how === "beside" ? width / count : width;
    for (let at = from; at <= to; at++) {
      const value = ys?.[at];
      if (value === null || value === undefined) continue;
      const base = below?.[at] ?? 0;
      if (value === base && how === "stacked") continue;
      const isLog = plot.scales["y"]?.distr === 3;
      const top = plot.valToPos(value, "y", true);
      const bottom = isLog ? floor : plot.valToPos(base, "y", true);
      const middle = plot.valToPos(xs[at] ?? 0, "x", true);
      const left = middle - width / 2 + (how === "beside" ? part * place : 0);
      const high = Math.max(1, Math.abs(bottom - top));
      path.rect(
        left,
        Math.min(top, bottom),
        Math.max(1, part - (how === "beside" ? 0.5 : 0)),
        high,
      );
    }
    return { fill: path, stroke: path, flags: 0 };
  };
}
