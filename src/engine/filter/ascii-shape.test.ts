import fc from "fast-check";
import { expect, test } from "vitest";
import { shapeOf } from "./pattern-shape.ts";
import { ShapeBytes } from "./ascii-shape.ts";

const UUID = "550E8400-e29b-41d4-a716-446655440000";
const arbPiece = fc.constantFrom(
  ..."a F 1 b2 x9y - . : / _ , + = < * > # <*> 550e8400 -e29b -41d4-a716".split(" "),
  " ",
  "  ",
  "\t",
  "\v\f",
  "\n",
  "\r\n",
  UUID,
  `${UUID}7`,
  `f${UUID}`,
  "é",
  "\u0660",
  "\u001b[1m",
);
const shape = new ShapeBytes();

function written(text: string): string | undefined {
  // Bytes around it are not the message's.
  const bytes = new TextEncoder().encode(`1<*${text}*>1`);
  if (!shape.write(bytes, 3, bytes.length - 3)) return undefined;
  return new TextDecoder().decode(shape.bytes.subarray(0, shape.length));
}

test("a shape from bytes is the shape of the text, or is left to that", () => {
  fc.assert(
    fc.property(fc.array(arbPiece, { maxLength: 12 }), (pieces) => {
      const text = pieces.join("");
      const own = written(text);
      if (own === undefined) expect(text).toMatch(/[^\x00-\x7f]|\u001b|<\*/);
      else expect(own).toBe(shapeOf(text));
    }),
    { numRuns: 3000 },
  );
});

test("plain messages are read from their bytes", () => {
  expect(written("GET /orders/17 200 in 3ms")).toBe("GET /orders/<*> <*> in <*>");
  expect(written("1 ".repeat(500))).toBe(Array.from({ length: 500 }, () => "<*>").join(" "));
});
