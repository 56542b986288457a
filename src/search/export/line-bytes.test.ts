/** Bytes of lines: numbers are written as their texts. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { writeNumber } from "./json-text.ts";
import { LineBytes } from "./line-bytes.ts";
import { nanosWriter, secondWriter, timeText } from "./time-text.ts";

function written(write: (out: LineBytes) => void): string {
  const out = new LineBytes();
  write(out);
  return new TextDecoder().decode(out.take());
}

test("digits are those of the number, with zeros in front", () =>
  fc.assert(
    fc.property(fc.nat({ max: 2 ** 31 - 1 }), fc.integer({ min: 1, max: 9 }), (value, width) => {
      expect(written((out) => out.digits(value, width))).toBe(String(value).padStart(width, "0"));
    }),
  ));

const arbDecimal = fc
  .tuple(fc.integer(), fc.constantFrom(10, 100, 1000, 10_000))
  .map(([digits, by]) => digits / by);

test("a number is what JSON has of it", () =>
  fc.assert(
    fc.property(
      fc.oneof(fc.double({ noNaN: true }), fc.integer(), fc.nat(), arbDecimal),
      (value) => {
        const wanted = Number.isFinite(value) ? JSON.stringify(value) : `"${value}"`;
        expect(written((out) => writeNumber(out, value))).toBe(wanted);
      },
    ),
    { numRuns: 2000 },
  ));

test("times are the same written or made, before 1970 too", () =>
  fc.assert(
    fc.property(
      fc.array(
        fc.tuple(
          fc.oneof(fc.integer({ min: -5000, max: 5000 }), fc.integer({ min: 0, max: 4e12 })),
          fc.oneof(fc.constantFrom(0, 1000, 999_000), fc.integer({ min: 0, max: 999_999 })),
        ),
        { maxLength: 5 },
      ),
      (times) => {
        const texts = written((out) => {
          const write = secondWriter(out);
          for (const [ms, rem] of times) write(ms, rem);
        });
        expect(texts).toBe(times.map(([ms, rem]) => timeText(ms, rem).slice(0, -1)).join(""));
        const nanos = written((out) => {
          const write = nanosWriter(out);
          for (const [ms, rem] of times) write(ms, rem);
        });
        const wanted = times.map(([ms, rem]) => String(BigInt(ms) * 1_000_000n + BigInt(rem)));
        expect(nanos).toBe(wanted.join(""));
      },
    ),
  ));
