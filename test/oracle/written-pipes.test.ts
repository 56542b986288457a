/** Pipes as they are written, over days, zones and every kind of field, against a naive reading. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseBatchId } from "../../src/domain/ids.ts";
import type { AttributeValue } from "../../src/domain/entry.ts";
import { entryWith } from "../support/entry-with.ts";
import { BASE_NANOS } from "./arbitraries.ts";
import { ask } from "./asking.ts";
import { arbQuestion, expectAnswered } from "./questions.ts";

test("what is written gives what a naive reading gives, in any zone", async () => {
  await fc.assert(
    fc.asyncProperty(arbQuestion, (question) => expectAnswered(question)),
    { numRuns: 300 },
  );
}, 180_000);

test("values below a name come in the order of names, whoever shares the block", async () => {
  const batch = parseBatchId("019e3f00-0000-7000-8000-000000000001");
  const entryOf = (index: number, attributes: Record<string, AttributeValue>) =>
    entryWith(
      { timeNanos: BASE_NANOS, batch, index },
      { attributes: new Map(Object.entries(attributes)) },
    );
  const entry = entryOf(1, { user: [{ sku: 0 }], "user.name": "ok" });
  const range = { startNanos: BASE_NANOS, endNanos: BASE_NANOS + 1n };
  for (const neighbours of [[], [entryOf(0, { "user.name": false })]]) {
    const answer = await ask([...neighbours, entry], { kind: "all" }, "| fields user.* as c", 0, {
      range,
      zone: "UTC",
    });
    expect(answer.table?.rows).toContainEqual([[0, "ok"]]);
  }
});
