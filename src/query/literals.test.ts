import { expect, test } from "vitest";

import {
  isBrokenNumber,
  likelyNumbers,
  parseDuration,
  parseNumber,
  parseSize,
} from "./literals.ts";
import { parseTime } from "./time-literal.ts";
import { unitOfName } from "./units.ts";
import { localDayOf, startOfLocalDay } from "./zone.ts";

test.each([
  ["-5", -5, -5n],
  ["12.5", 12.5, null],
  [".5", 0.5, null],
  ["1e3", 1000, 1000n],
  ["9007199254740993", 9007199254740992, 9007199254740993n],
])("parseNumber(%s)", (text, value, integer) => {
  expect(parseNumber(text)).toEqual({ value, integer });
});

test.each(["", "5.", "+5", "1,000", "0x1f", "1e999", "5oo", " 5"])("%j is no number", (text) => {
  expect(parseNumber(text)).toBeNull();
});

test.each([
  ["250ms", 250e6],
  ["1.5s", 1.5e9],
  ["1h30m", 5400e9],
  ["1w", 604_800e9],
  ["3µs", 3000],
  ["-5m", -300e9],
  ["5", null],
  ["5M", null],
  ["5 s", null],
])("parseDuration(%s)", (text, nanos) => {
  expect(parseDuration(text)).toBe(nanos);
});

test.each([
  ["512B", 512],
  ["10kB", 10_000],
  ["1.5MiB", 1.5 * 1024 ** 2],
  ["1tb", 1e12],
  ["10K", null],
  ["10", null],
])("parseSize(%s)", (text, bytes) => {
  expect(parseSize(text)).toBe(bytes);
});

test.each([
  ["5oo", true],
  ["10%", true],
  ["1,000", true],
  ["0x1f", true],
  ["2026-11-24", false],
  ["1.2.3", false],
  ["1.2.3-rc1", false],
  ["10.0.0.1", false],
  ["10.0.0.1:80", false],
  ["2001:db8::1", false],
  ["abc", false],
])("isBrokenNumber(%s) is %s", (text, want) => {
  expect(isBrokenNumber(text)).toBe(want);
});

test.each([
  ["5sec", ["5s", "5"]],
  ["10K", ["10kB", "10"]],
  ["1,000", ["1000"]],
  ["10%", ["10"]],
  ["5oo", []],
])("likelyNumbers(%s)", (text, want) => {
  expect(likelyNumbers(text)).toEqual(want);
});

test.each([
  ["duration_ms", { kind: "duration", nanos: 1e6 }],
  ["took_s", { kind: "duration", nanos: 1e9 }],
  ["elapsedMillis", { kind: "duration", nanos: 1e6 }],
  ["http.durationMs", { kind: "duration", nanos: 1e6 }],
  ["a_durationSeconds", { kind: "duration", nanos: 1e9 }],
  ["wait_min", { kind: "duration", nanos: 60e9 }],
  ["size_kib", { kind: "size", bytes: 1024 }],
  ["sizeBytes", { kind: "size", bytes: 1 }],
  ["items", null],
  ["latency", null],
  ["s", null],
])("unitOfName(%s)", (name, want) => {
  expect(unitOfName(name)).toEqual(want);
});

const berlin = { nowNanos: 1_795_532_400_000_000_000n, timeZone: "Europe/Berlin" };
const utc = { ...berlin, timeZone: "UTC" };
const nanos = (iso: string): bigint => BigInt(Date.parse(iso)) * 1_000_000n;

test.each([
  ["2026-11-24", utc, "2026-11-24T00:00:00Z", "2026-11-25T00:00:00Z"],
  ["2026-11-24", berlin, "2026-11-23T23:00:00Z", "2026-11-24T23:00:00Z"],
  // Days on which the clocks change have 23 and 25 hours.
  ["2026-03-29", berlin, "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"],
  ["2026-10-25", berlin, "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"],
  // Twice that night: the first; skipped in spring: moved on.
  ["2026-10-25T02:30", berlin, "2026-10-25T00:30:00Z", "2026-10-25T00:31:00Z"],
  ["2026-03-29T02:30", berlin, "2026-03-29T01:30:00Z", "2026-03-29T01:31:00Z"],
  ["2026-11-24T14", utc, "2026-11-24T14:00:00Z", "2026-11-24T15:00:00Z"],
  ["2026-11-24T14:02:31+01:00", utc, "2026-11-24T13:02:31Z", "2026-11-24T13:02:32Z"],
  ["2026-11-24 14:02:31.5Z", berlin, "2026-11-24T14:02:31.500Z", "2026-11-24T14:02:31.600Z"],
  ["1795532400", utc, "2026-11-24T15:00:00Z", "2026-11-24T15:00:01Z"],
  ["1795532400123", utc, "2026-11-24T15:00:00.123Z", "2026-11-24T15:00:00.124Z"],
])("parseTime(%s, %o)", (text, context, from, to) => {
  expect(parseTime(text, context)).toEqual({ from: nanos(from), to: nanos(to) });
});

test.each([
  ["now", 0n],
  ["-15m", 900_000_000_000n],
  ["now-1h30m", 5_400_000_000_000n],
])("%s is one nanosecond before now", (text, before) => {
  const from = utc.nowNanos - before;
  expect(parseTime(text, utc)).toEqual({ from, to: from + 1n });
});

test.each([
  "yesterday",
  "2026-13-01",
  "2026-02-30",
  "2026-11-24T24:00",
  "now-",
  "--5m",
  "14:02",
  "",
])("%j is no time", (text) => {
  expect(parseTime(text, utc)).toBeNull();
});

test("local days begin at local midnight", () => {
  const noon = Date.parse("2026-10-25T12:00:00Z");
  const day = localDayOf("Europe/Berlin", noon);
  expect(startOfLocalDay("Europe/Berlin", day)).toBe(Date.parse("2026-10-24T22:00:00Z"));
  expect(startOfLocalDay("Europe/Berlin", day + 1)).toBe(Date.parse("2026-10-25T23:00:00Z"));
});
