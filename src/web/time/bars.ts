/**
 * The counts of a histogram as the page draws them. Invariant: bars ascend without gaps. Pure.
 */
import type { GetHistogramResponse } from "../../../generated/client/argus/v1/log_service.ts";
import type { LogEntry } from "../../../generated/client/argus/v1/entry.ts";
import type { Level } from "../../domain/level.ts";
import { levelName, timeMs } from "../words.ts";

/** From the floor up: errors of all bars share one floor and can be compared. */
export const STACK: readonly Level[] = ["fatal", "error", "warn", "info", "debug", "trace"];

export interface Bar {
  readonly startMs: number;
  readonly counts: Readonly<Record<Level, number>>;
}

export interface Bars {
  readonly stepMs: number;
  readonly buckets: readonly Bar[];
  readonly partial: boolean;
  /** Before it nothing was counted; undefined: all was. */
  readonly coveredMs: number | undefined;
}

/** Times of the first and the last row on screen. Whoever draws it asks for it: it changes with each row scrolled. */
export interface View {
  readonly firstMs: number;
  readonly lastMs: number;
}

export interface Counts {
  readonly all: number;
  /** Errors and worse. */
  readonly bad: number;
}

/** A range that begins within a bar has one more than these, cut at both ends. */
export const MOST_BARS = 120;

export function barsOf(answer: GetHistogramResponse): Bars {
  const { bucket, coveredStartTime: covered } = answer;
  return fewer({
    stepMs: Number(bucket?.seconds ?? 0n) * 1000 + (bucket?.nanos ?? 0) / 1e6,
    partial: answer.partial,
    coveredMs: answer.partial && covered !== undefined ? Number(covered.seconds) * 1000 : undefined,
    buckets: answer.buckets.map(({ start, counts }) => ({
      startMs: Number(start?.seconds ?? 0n) * 1000 + (start?.nanos ?? 0) / 1e6,
      counts: {
        trace: Number(counts?.trace ?? 0n),
        debug: Number(counts?.debug ?? 0n),
        info: Number(counts?.info ?? 0n),
        warn: Number(counts?.warn ?? 0n),
        error: Number(counts?.error ?? 0n),
        fatal: Number(counts?.fatal ?? 0n),
      },
    })),
  });
}

/** The server's widest bucket is a week: of years there are too many, and several make a bar. */
function fewer(bars: Bars): Bars {
  const { buckets, stepMs } = bars;
  const by = Math.ceil(buckets.length / (MOST_BARS + 1));
  if (by <= 1) return bars;
  const groups = Array.from({ length: Math.ceil(buckets.length / by) }, (_, at) =>
    buckets.slice(at * by, (at + 1) * by),
  );
  const sumOf = (group: readonly Bar[], level: Level): number =>
    group.reduce((sum, { counts }) => sum + counts[level], 0);
  return {
    ...bars,
    stepMs: stepMs * by,
    buckets: groups.map((group) => ({
      startMs: group[0]?.startMs ?? 0,
      counts: {
        trace: sumOf(group, "trace"),
        debug: sumOf(group, "debug"),
        info: sumOf(group, "info"),
        warn: sumOf(group, "warn"),
        error: sumOf(group, "error"),
        fatal: sumOf(group, "fatal"),
      },
    })),
  };
}

export function totalOf({ counts }: Bar): number {
  return counts.trace + counts.debug + counts.info + counts.warn + counts.error + counts.fatal;
}

/** Entries in the longest bar. */
export function mostOf({ buckets }: Bars): number {
  return Math.max(0, ...buckets.map(totalOf));
}

/** The bar that a time lies in. */
export function barAt(bars: Bars, ms: number): Bar | undefined {
  const [first] = bars.buckets;
  if (first === undefined || bars.stepMs <= 0) return undefined;
  return bars.buckets[Math.floor((ms - first.startMs) / bars.stepMs)];
}

/** Where a bar begins in the range; the first one may begin before it. */
export function shownStart(bar: Bar, startMs: number): number {
  return Math.max(startMs, bar.startMs);
}

/** @param openMs the present, where a range runs to it: its bar has not seen all that will be in it. */
export function isUnfinished(bars: Bars, bar: Bar, openMs: number | undefined): boolean {
  return openMs !== undefined && bar.startMs + bars.stepMs > openMs;
}

/** Entries in bars that begin from `fromMs` on and before `toMs`. */
export function countsOf(bars: Bars, fromMs = -Infinity, toMs = Infinity): Counts {
  let all = 0;
  let bad = 0;
  for (const bar of bars.buckets) {
    if (bar.startMs < fromMs || bar.startMs >= toMs) continue;
    all += totalOf(bar);
    bad += bar.counts.error + bar.counts.fatal;
  }
  return { all, bad };
}

/** With entries that came later; those that no bar is for are left out. */
export function grownBars(bars: Bars, entries: readonly LogEntry[]): Bars {
  const [first] = bars.buckets;
  if (first === undefined || bars.stepMs <= 0) return bars;
  const added = new Map<number, Record<Level, number>>();
  for (const entry of entries) {
    // What is newer than the last bar is shown in it until the bars are read anew.
    const at = Math.min(
      bars.buckets.length - 1,
      Math.floor((timeMs(entry) - first.startMs) / bars.stepMs),
    );
    const bar = bars.buckets[at];
    if (bar === undefined) continue;
    const counts = added.get(at) ?? { ...bar.counts };
    counts[levelName(entry)]++;
    added.set(at, counts);
  }
  const buckets = bars.buckets.map((bar, at) => {
    const counts = added.get(at);
    return counts === undefined ? bar : { startMs: bar.startMs, counts };
  });
  return { ...bars, buckets };
}
