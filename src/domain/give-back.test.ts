/** Memory given back by hand. */
import { expect, test } from "vitest";
import { giveBack } from "./give-back.ts";

test("an array that is its whole buffer is gone, others stay", () => {
  const whole = new Uint32Array(8);
  const shared = new Uint8Array(16);
  const part = shared.subarray(4, 8);
  giveBack(whole, part, undefined, new Uint8Array(0));
  expect(whole.length).toBe(0);
  expect(part.length).toBe(4);
  // Given back already.
  giveBack(whole);
});
