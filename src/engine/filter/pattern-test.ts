/** `pattern:"…"`: the message's shape, found by its words or as one text. */
import type { FieldTest } from "../../query/ast.ts";
import { scalarTest } from "./field-test.ts";
import type { Meter } from "./meter.ts";
import { shapeOf, shapeTest } from "./pattern-shape.ts";
import { NOTHING, type ScalarTest, anyTest } from "./scalar-test.ts";

/** @returns a test of the message. */
export function patternTest(test: FieldTest, meter: Meter): ScalarTest {
  if (test.kind === "anyOf") return anyTest(test.items.map((item) => patternTest(item, meter)));
  if (test.kind === "words") return { ...NOTHING, text: shapeTest(test.text) };
  const onShape = scalarTest(test, "value", "pattern", meter);
  return { ...NOTHING, text: (message) => onShape.text(shapeOf(message)) };
}
