import { expect, test } from "vitest";
import { FakeClock } from "../../test/support/fake-clock.ts";
import { conflict, overloaded } from "../domain/fault.ts";
import { whileStarting } from "./while-starting.ts";

test("a step that the store refuses for a while is done again", async () => {
  const clock = new FakeClock();
  let refusals = 3;
  const step = whileStarting(clock)(async () => {
    if (refusals-- > 0) throw overloaded("it does not answer");
    return "done";
  });
  for (let i = 0; i < 5; i++) await clock.advance(1_000);
  expect(await step).toBe("done");
});

test("after a minute, and for anything else at once, the step has failed", async () => {
  const clock = new FakeClock();
  const run = whileStarting(clock);
  await expect(run(() => Promise.reject(conflict("newer")))).rejects.toThrow("newer");
  const refused = expect(run(() => Promise.reject(overloaded("gone")))).rejects.toThrow("gone");
  for (let i = 0; i < 61; i++) await clock.advance(1_000);
  await refused;
});
