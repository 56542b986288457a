/**
 * Figures as a chart says them: short, with their unit where the name of the field states one. Pure.
 */
import type { NameUnit } from "../../query/units.ts";
import { bytesText } from "../words.ts";

type Unit = NameUnit | "share" | undefined;

/** From how many nanoseconds on each unit is used, and how many it has: 90 s are no 1.5 min. */
const DURATIONS = [
  [2 * 86_400e9, 86_400e9, "d"],
  [2 * 3600e9, 3600e9, "h"],
  [120e9, 60e9, "min"],
  [1e9, 1e9, "s"],
  [1e6, 1e6, "ms"],
  [1e3, 1e3, "µs"],
  [0, 1, "ns"],
] as const;
const THIN = "\u202f";

/** `30.5 s`, `1.2 MB`, `4.1 %`, `48,213`, `1.25 M`; a missing figure is a dash. */
export function figureText(value: number | undefined, unit: Unit): string {
  if (value === undefined) return "–";
  if (unit === "share") return `${three(value * 100)}${THIN}%`;
  if (unit === undefined) return plain(value);
  if (unit.kind === "size")
    return `${value < 0 ? "-" : ""}${bytesText(Math.abs(value) * unit.bytes)}`;
  const nanos = value * unit.nanos;
  const [, size, name] = DURATIONS.find(([least]) => Math.abs(nanos) >= least) ?? DURATIONS[6];
  return nanos === 0 ? `0${THIN}s` : `${three(nanos / size)}${THIN}${name}`;
}

function plain(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e9) return `${three(value / 1e9)}${THIN}G`;
  if (size >= 1e6) return `${three(value / 1e6)}${THIN}M`;
  return size >= 1000 ? Math.round(value).toLocaleString() : three(value);
}

/** Three digits that count; whole numbers stay whole. */
function three(value: number): string {
  if (Number.isInteger(value)) return value.toLocaleString();
  return value.toLocaleString(undefined, { maximumSignificantDigits: 3 });
}
