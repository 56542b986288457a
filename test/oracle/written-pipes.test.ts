/** Pipes as they are written, over days, zones and every kind of field, against a naive reading. */
import fc from "fast-check";
import { test } from "vitest";
import { arbQuestion, expectAnswered } from "./questions.ts";

test("what is written gives what a naive reading gives, in any zone", async () => {
  await fc.assert(
    fc.asyncProperty(arbQuestion, (question) => expectAnswered(question)),
    { numRuns: 300 },
  );
}, 180_000);
