import { expect, test } from "vitest";
import { setupCodeIn } from "./setup-code.ts";

test.each([
  { text: "http://127.0.0.1:4700/setup#J30QkLVn", want: "J30QkLVn" },
  { text: " https://logs.example.org/argus/setup#J30QkLVn\n", want: "J30QkLVn" },
  { text: " J30QkLVn ", want: "J30QkLVn" },
  { text: "", want: "" },
])("setupCodeIn($text)", ({ text, want }) => {
  expect(setupCodeIn(text)).toBe(want);
});
