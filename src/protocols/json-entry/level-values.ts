/**
 * Levels as programs write them: names, names with steps, and the numbers of each library.
 * Invariant: what is understood is a severity 1..24; a number that two libraries mean differently is not understood.
 */
import { levelNamed, severityOf } from "../../domain/level.ts";

export interface ReadLevel {
  /** undefined: not understood. */
  readonly severity: number | undefined;
  /** Whether the sent form says no more than the severity does. */
  readonly plain: boolean;
}

const UNKNOWN: ReadLevel = { severity: undefined, plain: false };
/** slog's steps: four a level, 0 is info. OpenTelemetry's numbers lie 9 above. */
const SLOG_STEPS = /^([A-Za-z]{4,5})([+-]\d{1,3})$/;
const PYTHON_UNNAMED = /^Level (\d{1,3})$/;
const DIGITS = /^\d{1,5}$/;

/** @param key the name of the member, which decides what a number means. */
export function readLevelText(text: string, key: string): ReadLevel {
  const name = levelNamed(text);
  if (name !== undefined) return { severity: severityOf(name), plain: text.toLowerCase() === name };
  const steps = SLOG_STEPS.exec(text);
  const base = steps === null ? undefined : levelNamed(steps[1] ?? "");
  if (steps !== null && base !== undefined)
    return { severity: clamp(severityOf(base) + Number(steps[2])), plain: false };
  const unnamed = PYTHON_UNNAMED.exec(text);
  if (unnamed !== null) return { severity: pythonSeverity(Number(unnamed[1])), plain: false };
  if (DIGITS.test(text)) return readLevelNumber(Number(text), key);
  return UNKNOWN;
}

export function readLevelNumber(value: number, key: string): ReadLevel {
  if (!Number.isInteger(value) || value < 0) return UNKNOWN;
  switch (key) {
    case "levelno":
      return { severity: pythonSeverity(value), plain: value % 10 === 0 };
    case "severity":
    case "severity_number":
    case "severityNumber":
      if (value >= 1 && value <= 24) return { severity: value, plain: true };
      break;
    case "priority":
      return syslogLevel(value);
    default:
  }
  // pino and bunyan: tens from 10 (trace) to 60 (fatal); what lies between is a custom level of the ten below.
  if (value >= 10 && value < 70)
    return { severity: (Math.floor(value / 10) - 1) * 4 + 1, plain: value % 10 === 0 };
  const logback = LOGBACK.get(value);
  if (logback !== undefined) return { severity: logback, plain: true };
  // 0..9: syslog counts down from 0, OpenTelemetry up from 1. A guess would hide errors.
  return UNKNOWN;
}

/** Syslog's 0 (emergency) to 7 (debug). */
export function syslogLevel(value: number): ReadLevel {
  const severity = SYSLOG[value];
  return { severity, plain: severity !== undefined };
}

const SYSLOG: readonly number[] = [21, 21, 21, 17, 13, 9, 9, 5];
const LOGBACK: ReadonlyMap<number, number> = new Map([
  [5000, 1],
  [10_000, 5],
  [20_000, 9],
  [30_000, 13],
  [40_000, 17],
]);

/** Python: 10 debug, 20 info, 30 warning, 40 error, 50 critical; below 10 what others call trace. */
function pythonSeverity(value: number): number {
  return Math.min(5, Math.floor(value / 10)) * 4 + 1;
}

function clamp(severity: number): number {
  return Math.min(24, Math.max(1, severity));
}
