/**
 * Severity. Invariant: a severity is an OpenTelemetry number 1..24; its band of four is its level.
 * Names are understood without regard to case (the ones field clients send).
 */

export const LEVELS = ["trace", "debug", "info", "warn", "error", "fatal"] as const;
export type Level = (typeof LEVELS)[number];

/** What an entry without a level, or with one that is not understood, has. */
export const DEFAULT_SEVERITY = 9;

/** @param severity 1..24. */
export function levelOf(severity: number): Level {
  return LEVELS[(severity - 1) >> 2] ?? "info";
}

/** @returns the first severity of the level's band. */
export function severityOf(level: Level): number {
  return LEVELS.indexOf(level) * 4 + 1;
}

const NAMES: ReadonlyMap<string, Level> = new Map([
  ...LEVELS.map((level) => [level, level] as const),
  ...(["verbose", "silly", "finest"] as const).map((name) => [name, "trace"] as const),
  ...(["dbg", "fine"] as const).map((name) => [name, "debug"] as const),
  ...(["information", "notice", "log"] as const).map((name) => [name, "info"] as const),
  ["warning", "warn"] as const,
  ...(["err", "severe"] as const).map((name) => [name, "error"] as const),
  ...(["critical", "crit", "alert", "emerg", "panic", "dpanic"] as const).map(
    (name) => [name, "fatal"] as const,
  ),
]);

/** @returns the level a name stands for, undefined for an unknown name. */
export function levelNamed(name: string): Level | undefined {
  return NAMES.get(name.toLowerCase());
}
