import { expect, test } from "vitest";
import { jsonText, parseJsonValue } from "./json-value.ts";

test.each([
  { text: "9007199254740993", value: 9007199254740993n },
  { text: "-12345678901234567890", value: -12345678901234567890n },
  { text: '{"a":[12345678901234567890,1.5]}', value: { a: [12345678901234567890n, 1.5] } },
  { text: '[null,true,"x",{}]', value: [null, true, "x", {}] },
])("$text keeps its digits both ways", ({ text, value }) => {
  expect(parseJsonValue(text)).toEqual(value);
  expect(jsonText(value)).toBe(text);
});

test.each(["9".repeat(400), `-${"9".repeat(400)}`, "9".repeat(4_000_000)])(
  "an integer beyond any double is the text of its digits",
  (digits) => {
    expect(parseJsonValue(digits)).toBe(digits);
    expect(parseJsonValue(`[${digits}]`)).toEqual([digits]);
  },
);
