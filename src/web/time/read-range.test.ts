import { expect, test } from "vitest";
import { rangeName, rangeOf } from "../time-range.ts";
import { readRange } from "./read-range.ts";
import { instantOf, spanText, wallClock } from "./wall-clock.ts";

/** A Tuesday. */
const nowMs = Date.parse("2026-11-24T14:10:00Z");

test.each([
  { text: "15m", want: "-15m now" },
  { text: "last 15 minutes", want: "-15m now" },
  { text: "past hour", want: "-1h now" },
  { text: "3 days ago", want: "-3d now" },
  { text: "today", want: "-0d@d now" },
  { text: "Yesterday", want: "-1d@d -0d@d" },
  { text: "yesterday 14:00 to 14:30", want: "2026-11-23T14:00:00Z 2026-11-23T14:30:00Z" },
  { text: "14:00 - 14:08", want: "2026-11-24T14:00:00Z 2026-11-24T14:08:00Z" },
  { text: "14:00–14:08", want: "2026-11-24T14:00:00Z 2026-11-24T14:08:00Z" },
  { text: "since monday", want: "2026-11-23T00:00:00Z now" },
  { text: "since 13:40", want: "2026-11-24T13:40:00Z now" },
  { text: "24 Nov", want: "2026-11-24T00:00:00Z 2026-11-25T00:00:00Z" },
  { text: "dec 24", want: "2025-12-24T00:00:00Z 2025-12-25T00:00:00Z" },
  { text: "2026-11-20 to 2026-11-21", want: "2026-11-20T00:00:00Z 2026-11-22T00:00:00Z" },
  { text: "2026-11-20 2pm to 3pm", want: "2026-11-20T14:00:00Z 2026-11-20T15:00:00Z" },
  { text: "2026-11-20T14:02:31Z", want: "2026-11-20T13:57:31Z 2026-11-20T14:07:31Z" },
  {
    text: "2026-11-20T14:02:31.118+01:00",
    want: "2026-11-20T12:57:31.118Z 2026-11-20T13:07:31.118Z",
  },
  { text: "20/Nov/2026:14:02:31 +0000", want: "2026-11-20T13:57:31Z 2026-11-20T14:07:31Z" },
  { text: "Fri, 20 Nov 2026 14:02:31 GMT", want: "2026-11-20T13:57:31Z 2026-11-20T14:07:31Z" },
  { text: "1764000000", want: "2025-11-24T15:55:00Z 2025-11-24T16:05:00Z" },
  { text: "1764000000000 to 1764000060000", want: "2025-11-24T16:00:00Z 2025-11-24T16:01:00Z" },
  // Stamps as programs write them: five minutes on both sides.
  ...[
    "2026-11-20T14:02:31.118451Z",
    "2026-11-20 14:02:31,118",
    "2026-11-20 14:02:31.118 UTC",
    "2026-11-20T14:02:31.118",
    "2026-11-20T15:02:31.118+0100",
    "[2026-11-20 14:02:31.118]",
    '"2026-11-20T14:02:31.118Z"',
    "2026/11/20 14:02:31.118",
    "20261120T140231.118Z",
    "Nov 20 14:02:31.118",
    "Fri Nov 20 14:02:31.118 2026",
    "20 Nov 2026 14:02:31.118",
    "1795183351.118",
    "1795183351118",
    "1795183351118000",
    "1795183351118000000",
  ].map((text) => ({ text, want: "2026-11-20T13:57:31.118Z 2026-11-20T14:07:31.118Z" })),
  { text: "Fri Nov 20 14:02:31 UTC 2026", want: "2026-11-20T13:57:31Z 2026-11-20T14:07:31Z" },
  { text: "Fri Nov 20 14:02:31 2026", want: "2026-11-20T13:57:31Z 2026-11-20T14:07:31Z" },
  { text: "Nov 20 14:02:31", want: "2026-11-20T13:57:31Z 2026-11-20T14:07:31Z" },
  { text: "11/20/2026 14:02:31", want: "2026-11-20T13:57:31Z 2026-11-20T14:07:31Z" },
  { text: "1795183351", want: "2026-11-20T13:57:31Z 2026-11-20T14:07:31Z" },
  { text: "since 2 hours ago", want: "-2h now" },
  { text: "since 15m", want: "-15m now" },
  { text: "2h to 1h ago", want: "2026-11-24T12:10:00Z 2026-11-24T13:10:00Z" },
  { text: "15m to now", want: "-15m now" },
  { text: "-2h to -1h", want: "2026-11-24T12:10:00Z 2026-11-24T13:10:00Z" },
  { text: "monday to wednesday", want: undefined },
  { text: "friday to monday", want: "2026-11-20T00:00:00Z 2026-11-24T00:00:00Z" },
  { text: "yesterday 9pm to today 1am", want: "2026-11-23T21:00:00Z 2026-11-24T01:00:00Z" },
  { text: "yesterday at noon to 13:00", want: "2026-11-23T12:00:00Z 2026-11-23T13:00:00Z" },
  {
    text: "2026-11-20T14:00:00Z/2026-11-20T15:00:00Z",
    want: "2026-11-20T14:00:00Z 2026-11-20T15:00:00Z",
  },
  { text: "14:30 to 14:00", want: undefined },
  { text: "31 feb", want: undefined },
  { text: "soon", want: undefined },
  { text: "5", want: undefined },
])("reads $text", ({ text, want }) => {
  const read = readRange(text, { nowMs, zone: "UTC" });
  expect(read === undefined ? undefined : `${read.from} ${read.to}`).toBe(want);
});

test("days and times are those of the zone", () => {
  const zone = "Europe/Berlin";
  expect(readRange("yesterday 14:00 to 14:30", { nowMs, zone })).toEqual({
    from: "2026-11-23T13:00:00Z",
    to: "2026-11-23T13:30:00Z",
  });
  // The clock went back on 25 October 2026: that day has 25 hours.
  const day = readRange("25 oct", { nowMs, zone });
  expect(day).toEqual({ from: "2026-10-24T22:00:00Z", to: "2026-10-25T23:00:00Z" });
  const wall = { year: 2026, month: 3, day: 29, hour: 3, minute: 0, second: 0 };
  expect(wallClock(instantOf(zone, wall), zone)).toMatchObject(wall);
});

test.each([
  {
    from: "-1d@d",
    to: "-0d@d",
    start: "2026-11-23T00:00:00Z",
    end: "2026-11-24T00:00:00Z",
    name: "Yesterday",
  },
  {
    from: "-60m",
    to: "now",
    start: "2026-11-24T13:10:00Z",
    end: "2026-11-24T14:10:00Z",
    name: "Last 60 minutes",
  },
  {
    from: "-2h",
    to: "now",
    start: "2026-11-24T12:10:00Z",
    end: "2026-11-24T14:10:00Z",
    name: "Last 2 hours",
  },
  {
    from: "nonsense",
    to: "now",
    start: "2026-11-24T13:10:00Z",
    end: "2026-11-24T14:10:00Z",
    name: "13:10 – now",
  },
  {
    from: "1764000000000",
    to: "2025-11-24T16:30:00Z",
    start: "2025-11-24T16:00:00Z",
    end: "2025-11-24T16:30:00Z",
    name: "24 Nov 2025 16:00 – 16:30",
  },
])("$from to $to is $name", ({ from, to, start, end, name }) => {
  const range = rangeOf(from, to, nowMs, "UTC");
  expect([range.startMs, range.endMs]).toEqual([Date.parse(start), Date.parse(end)]);
  expect(rangeName(from, to, nowMs, "UTC")).toBe(name);
});

test("a span says its days where they differ", () => {
  const before = nowMs - 86_400_000;
  expect(spanText(before, nowMs, "UTC", nowMs)).toBe("23 Nov 14:10 – 24 Nov 14:10");
});
