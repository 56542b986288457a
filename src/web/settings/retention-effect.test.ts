import { describe, expect, test } from "vitest";
import { effectOf, type Stored } from "./retention-effect.ts";

const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 10, 30);

/** A thousand entries of ten bytes on each of the last days. */
function evenly(days: number): Stored {
  const steps = Array.from({ length: days }, (_, at) => ({
    startMs: NOW_MS - (days - at) * DAY_MS,
    entries: 1000,
  }));
  return { entries: days * 1000, bytes: days * 10_000, steps, stepMs: DAY_MS, nowMs: NOW_MS };
}

describe("keeping entries for some days", () => {
  test.each([
    { days: 30, deletedEntries: 0, levelBytes: 300_000 },
    { days: 14, deletedEntries: 6000, levelBytes: 140_000 },
    { days: 1, deletedEntries: 19_000, levelBytes: 10_000 },
  ])("$days of 20 days deletes $deletedEntries entries", ({ days, deletedEntries, levelBytes }) => {
    expect(effectOf(evenly(20), days)).toMatchObject({
      deletedEntries,
      deletedBytes: deletedEntries * 10,
      levelBytes,
      levelMs: days === 30 ? NOW_MS + 10 * DAY_MS : undefined,
    });
  });

  test("for ever deletes nothing and never levels out", () => {
    expect(effectOf(evenly(20), 0)).toEqual({
      deletedEntries: 0,
      deletedBytes: 0,
      levelBytes: undefined,
      levelMs: undefined,
    });
  });

  test("a step that the edge cuts goes in part", () => {
    const stored = { ...evenly(2), nowMs: NOW_MS + DAY_MS / 2 };
    expect(effectOf(stored, 1).deletedEntries).toBe(1500);
  });

  test("of nothing nothing is said", () => {
    expect(effectOf({ ...evenly(0), nowMs: NOW_MS }, 30)).toMatchObject({
      deletedBytes: 0,
      levelBytes: undefined,
    });
  });
});
