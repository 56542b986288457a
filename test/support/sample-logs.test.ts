import { expect, test } from "vitest";
import { sampleJson, sampleLogs } from "./sample-logs.ts";

test("the same seed gives the same entries, another seed others", () => {
  const a = sampleLogs(200, 1, 1_795_528_800_000, 2.5);
  expect(sampleLogs(200, 1, 1_795_528_800_000, 2.5)).toEqual(a);
  expect(sampleLogs(200, 2, 1_795_528_800_000, 2.5)).not.toEqual(a);
});

test("looks like a shop's log: size, services, levels, ids, stacks, other scripts", () => {
  const entries = sampleLogs(20_000, 7, 1_795_528_800_000, 2.5);
  const bytes =
    entries.reduce((sum, e) => sum + JSON.stringify(sampleJson(e)).length + 1, 0) / entries.length;
  expect(bytes).toBeGreaterThan(250);
  expect(bytes).toBeLessThan(340);
  expect(new Set(entries.map((e) => e.service)).size).toBe(24);
  expect(new Set(entries.map((e) => e.severity))).toEqual(new Set([5, 9, 13, 17, 21]));
  expect(new Set(entries.map((e) => e.message)).size).toBeGreaterThan(15_000);
  expect(entries.some((e) => "exception.stacktrace" in e.attributes)).toBe(true);
  expect(entries.some((e) => /[^\u0000-\u007f]/.test(e.message))).toBe(true);
});
