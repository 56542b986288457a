/**
 * Reads levels as bands of severities: a name is its band of four, a number 1 to 24 is itself.
 */

import { LEVELS, levelNamed, severityOf } from "../domain/level.ts";
import { nearest } from "./names.ts";

/** Severities `min` to `max`, both included, and the canonical way to write them. */
export type LevelBand = { readonly min: number; readonly max: number; readonly text: string };

/** @returns null for what is no level; names ignore case. */
export function parseLevel(text: string): LevelBand | null {
  if (/^\d{1,2}$/.test(text)) {
    const severity = Number(text);
    return severity >= 1 && severity <= 24
      ? { min: severity, max: severity, text: String(severity) }
      : null;
  }
  const level = levelNamed(text);
  if (level === undefined) return null;
  const min = severityOf(level);
  return { min, max: min + 3, text: level };
}

/** The level that a mistyped name was probably meant to be. */
export function nearestLevel(text: string): string | undefined {
  return nearest(text, [...LEVELS, "warning", "critical"].map(String));
}
