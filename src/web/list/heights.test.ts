import fc from "fast-check";
import { expect, test } from "vitest";
import { Heights } from "./heights.ts";

test("rows that are kept keep their heights, wherever they are moved and however often", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          sets: fc.array(fc.tuple(fc.nat(5000), fc.integer({ min: 1, max: 400 })), {
            maxLength: 5,
          }),
          dropFirst: fc.nat(40),
          dropLast: fc.nat(40),
          addFirst: fc.oneof(fc.nat(60), fc.constant(1500)),
          addLast: fc.oneof(fc.nat(60), fc.constant(1500)),
        }),
        { maxLength: 6 },
      ),
      (steps) => {
        let plain = Array.from({ length: 50 }, () => 24);
        let heights = new Heights(plain.length, 24);
        for (const { sets, dropFirst, dropLast, addFirst, addLast } of steps) {
          for (const [index, px] of sets)
            if (index < plain.length) {
              heights.set(index, px);
              plain[index] = px;
            }
          const from = Math.min(dropFirst, plain.length);
          const to = Math.max(from, plain.length - dropLast);
          const fresh = (count: number): number[] => Array.from({ length: count }, () => 24);
          plain = [...fresh(addFirst), ...plain.slice(from, to), ...fresh(addLast)];
          heights = heights.moved({ from, to, at: addFirst }, plain.length);
          expect(heights.total).toBe(plain.reduce((sum, px) => sum + px, 0));
          let offset = 0;
          for (const [index, px] of plain.entries()) {
            if (px !== 24 || index === 0) {
              expect(heights.heightOf(index)).toBe(px);
              expect(heights.offsetOf(index)).toBe(offset);
              expect(heights.indexAt(offset)).toBe(index);
            }
            offset += px;
          }
        }
      },
    ),
    { numRuns: 30 },
  );
});

test("offsets and places agree with a plain sum", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 300 }),
      fc.array(fc.tuple(fc.nat(299), fc.integer({ min: 1, max: 400 }))),
      (count, changes) => {
        const heights = new Heights(count, 24);
        const plain = Array.from({ length: count }, () => 24);
        for (const [index, px] of changes)
          if (index < count) {
            heights.set(index, px);
            plain[index] = px;
          }
        let offset = 0;
        for (const [index, px] of plain.entries()) {
          expect(heights.offsetOf(index)).toBe(offset);
          expect(heights.indexAt(offset)).toBe(index);
          expect(heights.indexAt(offset + px - 1)).toBe(index);
          offset += px;
        }
        expect(heights.total).toBe(offset);
        expect(heights.indexAt(offset + 1000)).toBe(count - 1);
      },
    ),
  );
});
