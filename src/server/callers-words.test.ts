import { expect, test } from "vitest";
import { FaultError, invalid, overloaded } from "../domain/fault.ts";
import { inCallersWords } from "./callers-words.ts";

const WHERE = "Cassandra at 10.0.0.1:9042,10.0.0.2:9042";

test.each([
  {
    reason: `${WHERE} does not serve: connect ECONNREFUSED 10.0.0.1:9042; no node is up`,
    told: "the store does not serve",
  },
  { reason: `${WHERE} does not answer`, told: "the store does not answer" },
  {
    reason: `the clock is ahead of that of ${WHERE}`,
    told: "the clock is ahead of that of the store",
  },
  { reason: "it took too long to store", told: "it took too long to store" },
])("$told: what a caller hears", ({ reason, told }) => {
  const error = inCallersWords(overloaded(reason, 2_500), WHERE);
  expect(error).toBeInstanceOf(FaultError);
  expect(error).toMatchObject({
    fault: { kind: "overloaded", reason: told, retryAfterMs: 2_500 },
  });
});

test("what the role may not do is no caller's right", () => {
  const denied = new FaultError({
    kind: "denied",
    reason: `${WHERE} does not serve: no permission`,
  });
  expect(inCallersWords(denied, WHERE)).toMatchObject({
    fault: { kind: "overloaded", reason: "the store does not serve" },
  });
});

test("other faults and bugs stay what they are", () => {
  for (const error of [invalid("field", WHERE), new TypeError(WHERE)])
    expect(inCallersWords(error, WHERE)).toBe(error);
});
