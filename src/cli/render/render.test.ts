import { expect, test } from "vitest";
import { LogEntry } from "../../../generated/client/argus/v1/entry.ts";
import { timeOption } from "../time-option.ts";
import { entryJson, entryLine, exactTime } from "./entry-line.ts";
import { caret } from "./problem.ts";
import { table } from "./table.ts";
import { oneLine } from "./terminal-text.ts";

const NOW = Date.UTC(2026, 10, 24, 15);

test.each([
  { text: "plain é 連", want: "plain é 連" },
  { text: "a\nb\tc\r", want: "a\\nb\\tc\\r" },
  { text: "\u001b]0;title\u0007", want: "\\e]0;title\\u0007" },
  { text: "\u009b31m\u202eabc", want: "\\u009b31m\\u202eabc" },
])("oneLine makes $text harmless", ({ text, want }) => {
  expect(oneLine(text)).toBe(want);
});

test("numbers end and words begin at the same place", () => {
  expect(
    table(
      ["host", "count"],
      [
        ["web", 5],
        ["database", 1234],
        [null, 7],
      ],
    ),
  ).toBe("host      count\nweb           5\ndatabase   1234\n-             7\n");
});

test("an entry of another day says so", () => {
  const entry = LogEntry.fromPartial({
    time: { seconds: BigInt(NOW / 1000) - 86_400n },
    message: "x",
  });
  expect(entryLine(entry, { colour: false, timeZone: "UTC", nowMs: NOW })).toBe(
    "2026-11-23 15:00:00.000 INFO   x",
  );
});

test("JSON has all digits of the time, and no empty fields", () => {
  const entry = LogEntry.fromPartial({ time: { seconds: 1n, nanos: 120 }, message: "x", id: "i" });
  expect(JSON.parse(entryJson(entry))).toEqual({
    time: "1970-01-01T00:00:01.000000120Z",
    level: "info",
    message: "x",
    attributes: {},
    id: "i",
  });
});

test.each([
  { nanos: 0n, want: "1970-01-01T00:00:00Z" },
  { nanos: 1_500_000_000n, want: "1970-01-01T00:00:01.500Z" },
  { nanos: -1n, want: "1969-12-31T23:59:59.999999999Z" },
])("exactTime($nanos)", ({ nanos, want }) => {
  expect(exactTime(nanos)).toBe(want);
});

test.each([
  { text: "15m", want: NOW - 900_000 },
  { text: "now-1h", want: NOW - 3_600_000 },
  { text: "2026-11-24", want: Date.UTC(2026, 10, 23, 23) },
  { text: "2026-11-24T10:00Z", want: Date.UTC(2026, 10, 24, 10) },
])("--since $text is read in the reader's zone", ({ text, want }) => {
  expect(timeOption("since", text, NOW, "Europe/Vienna")).toEqual({
    seconds: BigInt(want / 1000),
    nanos: 0,
  });
});

test("the caret stands under the place when the text before it was made harmless", () => {
  expect(caret("a\tb bad", { start: "4", end: "7" })).toBe("  a\\tb bad\n       ^^^\n");
});

test("what could have stood there is told between the place and the fixes", () => {
  const meta = { start: "6", end: "9", expected: "trace, debug or info", fix_1: '"foo"' };
  expect(caret("level:foo", meta)).toBe(
    '  level:foo\n        ^^^\n  expected: trace, debug or info\n  try: "foo"\n',
  );
});
