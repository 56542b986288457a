import { expect, test } from "vitest";
import { partialText } from "./partial.ts";

test.each([
  {
    reason: "bytes",
    from: "14:02",
    text: "The answer is partial: its budget of bytes was reached. It is complete from 14:02 on. A shorter range or a narrower filter gives all of it.",
  },
  {
    reason: "context takes the first 20 entries",
    from: undefined,
    text: "The answer is partial: context takes the first 20 entries.",
  },
  {
    reason: "a segment is missing; time",
    from: undefined,
    text: "The answer is partial: a segment is missing; its budget of time was reached. A shorter range or a narrower filter gives all of it.",
  },
])("partial for $reason says why, what is whole and what to do", ({ reason, from, text }) => {
  expect(partialText(reason, from)).toBe(text);
});
