import fc from "fast-check";
import { expect, test } from "vitest";
import { Heights } from "./heights.ts";

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
