/**
 * A chart over time with its legend, and what stands at a step.
 * Invariant: what is hidden is in the address, and is left out of what a step shows too.
 */
import { rangeName } from "../time-range.ts";
import { shortClock, lengthText } from "../time/wall-clock.ts";
import { countText, shownText } from "../words.ts";
import { entriesQuery } from "./entries-query.ts";
import type { ChartProps } from "./chart-view.tsx";
import { figureText } from "./figure-text.ts";
import { hiddenText, readHidden } from "./hidden.ts";
import { Legend } from "./legend.tsx";
import { type OverKind, swatchOf } from "./plot-options.ts";
import type { Reading } from "./reading.ts";
import type { Over, Parts, Series } from "./series.ts";
import { type Point, TimePlot } from "./time-plot.tsx";
import { useCounts } from "./use-counts.ts";

/** More lines in a tip are a list: those that are nearest to the top stand in it. */
const MOST_IN_TIP = 8;

export function TimeChart(
  props: ChartProps & {
    reading: Reading;
    over: Over;
    parts: Parts;
    kind: OverKind;
    isLog: boolean;
    summary: string;
  },
) {
  const { at, query, reading, over, zone } = props;
  const hidden = readHidden(at.series);
  const counts = useCounts(reading, over, query, props.read);
  const shown = over.series.filter(({ name }) => !hidden.has(name));

  /** A line that is near is meant alone; otherwise all that are shown. */
  const meant = ({ nearest }: Point): readonly Series[] =>
    nearest !== undefined ? [nearest] : shown.length === over.series.length ? [] : shown;
  const countAt = (point: Point): number | undefined => {
    const of = point.nearest === undefined ? shown : [point.nearest];
    // Several figures of one group are made of the same entries.
    const groups = [
      ...new Map(
        of.map((one) => [JSON.stringify(one.keys.map(({ value }) => value)), one]),
      ).values(),
    ];
    const some = groups.flatMap((series) => counts.at(series, point.step) ?? []);
    return some.length === 0 ? undefined : some.reduce((sum, count) => sum + count, 0);
  };
  const show = (point: Point): void => {
    const ms = over.times[point.step];
    const filter = entriesQuery(query, meant(point));
    if (ms !== undefined && filter !== undefined) props.onEntries(filter, ms, ms + over.stepMs);
  };
  const valueAt = (series: Series, step: number): string =>
    figureText(series.values[step], series.measure.unit);
  const { range } = props;
  const goesOn = (step: number): boolean =>
    range.open && (over.times[step] ?? 0) + over.stepMs > range.endMs;
  const stepText = ({ step }: Point): string =>
    `${shortClock(over.times[step] ?? 0, zone)}: ${shown.map((one) => `${one.name} ${valueAt(one, step)}`).join(", ")}${goesOn(step) ? " so far" : ""}`;
  const [name] = reading.keys;
  return (
    <>
      <TimePlot
        over={over}
        hidden={hidden}
        kind={props.kind}
        isLog={props.isLog}
        zone={zone}
        theme={props.theme}
        isOpen={goesOn(over.times.length - 1)}
        label={props.summary}
        stepText={stepText}
        onZoom={props.onZoom}
        onEnter={show}
        tip={(point, isHeld) => {
          const count = countAt(point);
          const canShow = entriesQuery(query, meant(point)) !== undefined && count !== 0;
          const of = point.nearest === undefined ? "" : ` of ${point.nearest.name}`;
          const said =
            count === undefined ? "its entries" : `these ${countText(count, "entry", "entries")}`;
          const ranked = shown.toSorted(
            (a, b) => (b.values[point.step] ?? -Infinity) - (a.values[point.step] ?? -Infinity),
          );
          return (
            <>
              <p class="plot-tip-head">
                <strong>{shortClock(over.times[point.step] ?? 0, zone)}</strong>{" "}
                <span class="quiet">{lengthText(over.stepMs)}</span>
                <span class="grow" />
                <span class="quiet">
                  {reading.measures.length === 1 ? reading.measures[0]?.title : ""}
                </span>
              </p>
              {ranked.slice(0, MOST_IN_TIP).map((series) => (
                <p
                  key={series.name}
                  class={series === point.nearest ? "plot-tip-line near" : "plot-tip-line"}
                >
                  <i class={`swatch ${swatchOf(series, over.series.indexOf(series))}`} />
                  <bdi class="cut">{shownText(series.name)}</bdi>
                  <span class="grow" />
                  <span class="mono">{valueAt(series, point.step)}</span>
                </p>
              ))}
              {ranked.length > MOST_IN_TIP && (
                <p class="quiet">and {ranked.length - MOST_IN_TIP} lower ones</p>
              )}
              {goesOn(point.step) && <p class="quiet">so far: it is not over yet</p>}
              {canShow &&
                (isHeld ? (
                  <button type="button" class="link" onClick={() => show(point)}>
                    Show {said}
                    {shownText(of)}
                  </button>
                ) : (
                  <p class="plot-tip-hint">
                    Show {said}
                    {shownText(of)}: click
                  </p>
                ))}
            </>
          );
        }}
      />
      <Legend
        over={over}
        parts={props.parts}
        isOpen={range.open}
        title={name?.name ?? "Series"}
        window={rangeName(at.from, at.to, Date.now(), zone)}
        hidden={hidden}
        entries={counts.of}
        onHidden={(next) => props.change({ series: hiddenText(next) }, "replace")}
      />
    </>
  );
}
