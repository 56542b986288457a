/** Sums of summaries are the summary of all rows. */
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  addSummaries,
  decodeSummary,
  EMPTY_SUMMARY,
  encodeSummary,
  MAX_SUMMARY_SERVICES,
  type Summary,
} from "./summary.ts";

const arbRow = fc.record({
  minute: fc.integer({ min: -3, max: 3 }),
  severity: fc.integer({ min: 1, max: 24 }),
  service: fc.constantFrom("", "web", "api"),
});

function naive(rows: readonly { minute: number; severity: number; service: string }[]): Summary {
  const cells = new Map<number, Float64Array>();
  const services = new Map<string, number>();
  for (const { minute, severity, service } of rows) {
    const counts = cells.get(minute) ?? new Float64Array(25);
    counts[severity] = (counts[severity] as number) + 1;
    cells.set(minute, counts);
    services.set(service, (services.get(service) ?? 0) + 1);
  }
  return { rows: rows.length, cells, services, otherRows: 0 };
}

test("adding and storing keep every count", () =>
  fc.assert(
    fc.property(fc.array(fc.array(arbRow)), (groups) => {
      const stored = groups.map((rows) => decodeSummary(encodeSummary(naive(rows))));
      expect(addSummaries(stored)).toEqual(naive(groups.flat()));
    }),
  ));

test("services beyond the listed ones are counted together", () => {
  const rows = Array.from({ length: MAX_SUMMARY_SERVICES + 10 }, (_, i) => ({
    minute: 1,
    severity: 9,
    service: `s${i}`,
  }));
  const sum = addSummaries([naive(rows), naive(rows.slice(0, 5))]);
  expect(sum.services.size).toBe(MAX_SUMMARY_SERVICES);
  expect(sum.services.get("s0")).toBe(2);
  expect(sum.otherRows).toBe(10);
});

test("no bytes are no rows, and another version is named", () => {
  expect(decodeSummary(new Uint8Array(0))).toEqual(EMPTY_SUMMARY);
  expect(() => decodeSummary(new Uint8Array([7]))).toThrow(/version 7.*reads 1/);
});
