/** Bytes of lines: numbers are written as their texts. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { utf8Bytes, wordView } from "../../engine/column/bytes.ts";
import { writeNumber } from "./json-text.ts";
import { LineBytes } from "./line-bytes.ts";
import { pieceOf } from "./line-piece.ts";
import { nanosWriter, secondWriter, timeText } from "./time-text.ts";

const arbText = fc
  .array(
    fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 9 }),
      fc.constantFrom(
        '"',
        "\\",
        "\n",
        "\u0000",
        "\u001f",
        " ",
        "!",
        "#",
        "[",
        "]",
        "\u007f",
        "é",
        "\u00a2",
      ),
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(""));

function written(write: (out: LineBytes) => void): string {
  const out = new LineBytes();
  write(out);
  return new TextDecoder().decode(out.take());
}

test("digits are those of the number, three with zeros in front", () =>
  fc.assert(
    fc.property(fc.nat({ max: 2 ** 31 - 1 }), (value) => {
      expect(written((out) => out.digits(value))).toBe(String(value));
      const last = value % 1000;
      expect(written((out) => out.triple(last))).toBe(String(last).padStart(3, "0"));
    }),
  ));

test("a text is what JSON has of it, wherever it lies and whatever stands around it", () =>
  fc.assert(
    fc.property(arbText, arbText, arbText, (before, text, behind) => {
      const start = utf8Bytes(before).length;
      const bytes = utf8Bytes(before + text + behind);
      const end = bytes.length - utf8Bytes(behind).length;
      const twice = (out: LineBytes): void => {
        out.quoted(wordView(bytes), start, end);
        out.quoted(wordView(bytes), start, end);
      };
      expect(written(twice)).toBe(JSON.stringify(text).repeat(2));
      expect(written((out) => out.text(text))).toBe(JSON.stringify(text));
      expect(written((out) => out.copy(wordView(bytes), start, end))).toBe(text);
      expect(written((out) => out.piece(pieceOf(text)))).toBe(text);
    }),
    { numRuns: 300 },
  ));

test("hex is that of the bytes", () =>
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 20 }), (bytes) => {
      expect(written((out) => out.hex(bytes, 0, bytes.length))).toBe(
        Buffer.from(bytes).toString("hex"),
      );
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
