/**
 * What clients were answered while a fault lasted, held against what is promised for it.
 * Pure. Source of the limits: one node lost, no failed acknowledgement after the first second; two, `unavailable` with
 * Retry-After within five.
 */
import type { Scenario } from "./scenarios.ts";
import type { Attempt } from "./senders.ts";

const FIRST_MS = 1_000;
const ANSWER_MS = 5_000;
const MAX_SAID = 300;
const MAX_TOLD = 8;

/** Times by the monotonic clock of the attempts. */
export interface Course {
  readonly harmedMs: number;
  /** When the repair began. */
  readonly repairedMs: number;
  /** When all nodes saw each other again. */
  readonly wholeMs: number;
  /** When each process had acknowledged something after that. */
  readonly overMs: number;
}

export interface Verdict {
  readonly acknowledged: number;
  readonly failed: number;
  /** Failed tries in each second since the fault, up to the last that had one. */
  readonly failedBySecond: readonly number[];
  /** What the failed ones were told, without what names a request; the most frequent first. */
  readonly told: readonly { readonly said: string; readonly times: number }[];
  readonly slowestMs: number;
  /** In words; empty when what was promised was kept. */
  readonly broken: readonly string[];
}

/** @param attempts those that ended between `harmedMs` and `overMs`. */
export function judge(
  promise: Scenario["promise"],
  attempts: readonly Attempt[],
  course: Course,
): Verdict {
  const failed = attempts.filter(({ outcome }) => outcome !== "acknowledged");
  const failedBySecond: number[] = [];
  for (const { endedMs } of failed) {
    const second = Math.floor((endedMs - course.harmedMs) / 1000);
    while (failedBySecond.length <= second) failedBySecond.push(0);
    failedBySecond[second] = (failedBySecond[second] ?? 0) + 1;
  }
  const slowestMs = Math.round(Math.max(0, ...attempts.map(durationMs)));
  return {
    acknowledged: attempts.length - failed.length,
    failed: failed.length,
    failedBySecond,
    told: countSaid(failed),
    slowestMs,
    broken: BROKEN[promise](attempts, course),
  };
}

const BROKEN: Readonly<
  Record<Scenario["promise"], (attempts: readonly Attempt[], course: Course) => string[]>
> = {
  "nothing fails": (attempts, { harmedMs }) => {
    const late = attempts.filter(
      ({ outcome, endedMs }) => outcome !== "acknowledged" && endedMs > harmedMs + FIRST_MS,
    );
    return [...count(late, "failed after the first second"), ...slow(attempts)];
  },
  refuses: (attempts, { harmedMs, repairedMs, wholeMs }) => {
    const meanwhile = attempts.filter(
      ({ startedMs, endedMs }) => startedMs > harmedMs && endedMs < repairedMs,
    );
    const refused = meanwhile.filter(({ outcome }) => outcome === "refused");
    const others = attempts.filter(
      ({ outcome }) => outcome === "wrong answer" || outcome === "no answer",
    );
    const late = attempts.filter(
      ({ outcome, startedMs }) => outcome !== "acknowledged" && startedMs > wholeMs + FIRST_MS,
    );
    return [
      ...(refused.length === 0 ? ["nothing was refused while two nodes were away"] : []),
      ...count(others, "failed without a clear `unavailable`"),
      ...count(late, "failed after all nodes were back"),
      ...slow(attempts),
    ];
  },
  "goes on": () => [],
};

function countSaid(failed: readonly Attempt[]): Verdict["told"] {
  const times = new Map<string, number>();
  for (const { said } of failed) {
    const text = said.replace(/,?"meta":\{.*?\}/, "").slice(0, MAX_SAID);
    times.set(text, (times.get(text) ?? 0) + 1);
  }
  return [...times]
    .map(([said, count]) => ({ said, times: count }))
    .toSorted((a, b) => b.times - a.times)
    .slice(0, MAX_TOLD);
}

function slow(attempts: readonly Attempt[]): string[] {
  return count(
    attempts.filter((one) => durationMs(one) > ANSWER_MS),
    `took longer than ${ANSWER_MS / 1000} s`,
  );
}

function count(attempts: readonly Attempt[], what: string): string[] {
  return attempts.length === 0 ? [] : [`${attempts.length} tries ${what}`];
}

function durationMs({ startedMs, endedMs }: Attempt): number {
  return endedMs - startedMs;
}
