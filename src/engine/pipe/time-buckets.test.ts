import { expect, test } from "vitest";
import { automaticWidth, bucketStarts, timeBuckets } from "./time-buckets.ts";

const nanos = (iso: string): bigint => BigInt(Date.parse(iso)) * 1_000_000n;

test.each([
  { hours: 1, text: "30s" },
  { hours: 2, text: "1m" },
  { hours: 24, text: "15m" },
  { hours: 24 * 30, text: "6h" },
  { hours: 24 * 120, text: "1d" },
  { hours: 24 * 800, text: "1w" },
])("a range of $hours hours gets buckets of $text", ({ hours, text }) => {
  const start = nanos("2026-03-02T00:00:00Z");
  const range = { startNanos: start, endNanos: start + BigInt(hours) * 3_600_000_000_000n };
  expect(automaticWidth(range, 120, "UTC").text).toBe(text);
});

test.each([1, 2, 7, 120, 2_000])(
  "a range of millennia in a zone has at most %d buckets, and they are found at once",
  (most) => {
    const range = { startNanos: 0n, endNanos: nanos("9999-12-31T23:59:59Z") };
    const began = process.cpuUsage();
    const width = automaticWidth(range, most, "Europe/Paris");
    const starts = bucketStarts(range, timeBuckets(width, "Europe/Paris"), most);
    expect(starts?.length).toBeGreaterThan(most / 4);
    // Each asks the zone four times, which took 80 ms a hundred buckets when its format was made anew.
    expect(process.cpuUsage(began).user).toBeLessThan(1_500_000);
  },
);

test("days begin at local midnight, also when a clock change makes one shorter", () => {
  const buckets = timeBuckets({ kind: "days", count: 1, text: "1d" }, "Europe/Berlin");
  const range = {
    startNanos: nanos("2026-03-28T12:00:00Z"),
    endNanos: nanos("2026-03-30T12:00:00Z"),
  };
  expect(bucketStarts(range, buckets, 10)).toEqual([
    nanos("2026-03-27T23:00:00Z"),
    nanos("2026-03-28T23:00:00Z"),
    nanos("2026-03-29T22:00:00Z"),
  ]);
});

test("weeks begin on Monday", () => {
  const buckets = timeBuckets({ kind: "weeks", count: 1, text: "1w" }, "UTC");
  expect(buckets.startOf(nanos("2026-11-24T15:00:00Z"))).toBe(nanos("2026-11-23T00:00:00Z"));
  expect(buckets.nextOf(nanos("2026-11-23T00:00:00Z"))).toBe(nanos("2026-11-30T00:00:00Z"));
});
