import fc from "fast-check";
import { expect, test } from "vitest";
import { type RowKeys, sortedRows } from "./row-order.ts";

interface Key {
  readonly ms: number;
  readonly rem: number;
  readonly batch: number;
  readonly index: number;
}

/** Batches by ordinal; their ranks are the ordinals backwards, as ids that fall. */
function keysOf(rows: readonly Key[]): RowKeys {
  return {
    rows: rows.length,
    timeMs: Float64Array.from(rows, ({ ms }) => ms),
    timeRem: Uint32Array.from(rows, ({ rem }) => rem),
    batchOf: Uint32Array.from(rows, ({ batch }) => batch),
    indexes: Uint32Array.from(rows, ({ index }) => index),
    rank: Uint32Array.of(3, 2, 1, 0),
  };
}

const arbKey = fc.record({
  ms: fc.oneof(
    fc.nat(2).map((ms) => 1_764_000_000_000 + ms),
    fc.nat(3_600_000).map((ms) => 1_764_000_000_000 + ms),
    fc.integer({ min: -5_000_000_000_000, max: 5_000_000_000_000 }),
  ),
  rem: fc.oneof(fc.nat(2), fc.nat(999_999)),
  batch: fc.nat(3),
  index: fc.nat(3),
});

test("rows come out by time, batch and index, equal ones as they stood", () =>
  fc.assert(
    fc.property(fc.array(arbKey, { minLength: 1, maxLength: 80 }), (rows) => {
      const expected = rows
        .map((key, row) => ({ ...key, row }))
        .toSorted((a, b) => a.ms - b.ms || a.rem - b.rem || b.batch - a.batch || a.index - b.index)
        .map(({ row }) => row);
      const inOrder = expected.every((row, i) => row === i);
      const order = sortedRows(keysOf(rows));
      expect(order === undefined ? undefined : [...order]).toEqual(inOrder ? undefined : expected);
    }),
    { numRuns: 500 },
  ));
