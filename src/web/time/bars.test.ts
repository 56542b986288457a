import { expect, test } from "vitest";
import type { GetHistogramResponse } from "../../../generated/client/argus/v1/log_service.ts";
import { barsOf, countsOf, MOST_BARS } from "./bars.ts";

const WEEK_S = 604_800;

test.each([
  { weeks: 121, bars: 121, by: 1 },
  { weeks: 122, bars: 61, by: 2 },
  { weeks: 1000, bars: 112, by: 9 },
])("$weeks weeks are $bars bars of $by, and nothing is lost", ({ weeks, bars, by }) => {
  const none = { trace: 0n, debug: 0n, info: 0n, warn: 0n, error: 0n, fatal: 0n };
  const answer = {
    bucket: { seconds: BigInt(WEEK_S), nanos: 0 },
    buckets: Array.from({ length: weeks }, (_, at) => ({
      start: { seconds: BigInt(at * WEEK_S), nanos: 0 },
      counts: { ...none, info: 2n, error: 1n },
    })),
    partial: false,
    coveredStartTime: undefined,
  } as unknown as GetHistogramResponse;
  const made = barsOf(answer);
  expect(made.buckets).toHaveLength(bars);
  expect(made.buckets.length).toBeLessThanOrEqual(MOST_BARS + 1);
  expect(made.stepMs).toBe(by * WEEK_S * 1000);
  expect(made.buckets[1]?.startMs).toBe(by * WEEK_S * 1000);
  expect(countsOf(made)).toEqual({ all: 3 * weeks, bad: weeks });
});
