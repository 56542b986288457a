import { expect, test } from "vitest";
import { oracleShape } from "../../../test/oracle/shape.ts";
import { shapeOf } from "./pattern-shape.ts";

test.each([
  { message: "job 12 failed", want: "job <*> failed" },
  { message: "a1-b2.c3:4 x", want: "<*> x" },
  { message: "\u0660 x\u0660y \u00bd", want: "<*> <*> <*>" },
  { message: "id 4bf92f35-77b3-4da6-a3ce-929d0e0e4736.\nmore", want: "id <*>." },
  { message: "  ", want: "" },
])("the shape of $message is $want", ({ message, want }) => {
  expect(shapeOf(message)).toBe(want);
  expect(oracleShape(message)).toBe(want);
});

// Of a message of the greatest length each must be one pass: with one a place this would not end.
test.each(["a", "1", "\u001b[", "<*>-", "a-", " ", "1 ", "0000000a-"])(
  "the shape of many %j is found in one pass",
  (piece) => {
    const shape = shapeOf(piece.repeat(2 ** 20 / piece.length));
    expect(shape.length).toBeLessThanOrEqual(2 ** 20 * 3);
  },
);
