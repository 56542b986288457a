/**
 * A chart in one sentence, for those who cannot see it, or do not want to. Pure.
 */
import { spanText, shortClock } from "../time/wall-clock.ts";
import { countText } from "../words.ts";
import { figureText } from "./figure-text.ts";
import { binText, groupsOf } from "./group-bars.tsx";
import type { Reading } from "./reading.ts";
import { maxOf, type Over } from "./series.ts";

/** `3 series from 13:10 to 14:10, the highest is payments with 30.5 s at 14:05.` */
export function summaryOf(reading: Reading, over: Over | undefined, zone: string): string {
  const { table, measures, bin, time } = reading;
  if (measures.length === 0) return `${countText(table.rows.length, "row", "rows")}.`;
  if (over !== undefined) return bin === undefined ? ofSeries(over, zone) : ofCells(reading, zone);
  const { groups, left } = groupsOf(reading);
  const highest = mostOf(groups, ({ figures }) => figures[0]);
  if (highest === undefined) return "No groups.";
  const figure = figureText(highest.figures[0], measures[0]?.unit);
  if (groups.length === 1 && measures.length > 1)
    return `${measures.map(({ title, unit }, at) => `${title} ${figureText(highest.figures[at], unit)}`).join(", ")}.`;
  if (groups.length === 1 || time !== undefined) return `${figure}.`;
  const rest = left > 0 ? `; ${left.toLocaleString()} are not drawn` : "";
  return `${countText(table.rows.length, "group", "groups")}, the highest is ${highest.name} with ${figure}${rest}.`;
}

function ofSeries({ series, times, stepMs }: Over, zone: string): string {
  const [start, end] = [times[0], times.at(-1)];
  if (start === undefined || end === undefined) return "No steps.";
  const span = spanText(start, end + stepMs, zone, end).replace(" – ", " to ");
  const said = `${series.length.toLocaleString()} series from ${span}`;
  const top = mostOf(
    series.map((one) => ({ one, max: maxOf(one) })),
    ({ max }) => max,
  );
  if (top?.max === undefined) return `${said}, without any figure.`;
  const ms = times[top.one.values.indexOf(top.max)] ?? start;
  return `${said}, the highest is ${top.one.name} with ${figureText(top.max, top.one.measure.unit)} at ${shortClock(ms, zone)}.`;
}

function ofCells({ table, time, bin, measures }: Reading, zone: string): string {
  const [measure] = measures;
  const rows: readonly (readonly unknown[])[] = table.rows;
  const top = mostOf(rows, (row) => {
    const value = row[measure?.at ?? 0];
    return typeof value === "number" ? value : undefined;
  });
  if (top === undefined || measure === undefined || bin === undefined) return "No cells.";
  const figure = figureText(Number(top[measure.at]), measure.unit);
  const at = shortClock(Date.parse(String(top[time ?? 0])), zone);
  return `${countText(rows.length, "cell", "cells")}, the highest is ${binText(bin, top[bin.at])} at ${at} with ${figure}.`;
}

function mostOf<T>(all: readonly T[], value: (one: T) => number | undefined): T | undefined {
  return all.reduce<T | undefined>(
    (best, one) =>
      best === undefined || (value(one) ?? -Infinity) > (value(best) ?? -Infinity) ? one : best,
    undefined,
  );
}
