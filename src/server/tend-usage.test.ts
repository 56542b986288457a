import { expect, test } from "vitest";
import { FakeClock } from "../../test/support/fake-clock.ts";
import { keepingLogger } from "../../test/support/silent.ts";
import { tendUsage } from "./tend-usage.ts";

test("counts are written every minute, and a failure does not end it", async () => {
  const clock = new FakeClock();
  const logger = keepingLogger();
  let flushes = 0;
  const usage = {
    flush: () => (++flushes === 2 ? Promise.reject(new Error("away")) : Promise.resolve()),
  };
  const tended = tendUsage({ usage, clock, logger });
  await clock.advance(0);
  for (let minute = 0; minute < 60; minute++) await clock.advance(60_000);
  expect(flushes).toBe(60);
  expect(logger.lines.map(({ level }) => level)).toEqual(["error"]);
  await tended[Symbol.asyncDispose]();
  await clock.advance(60_000);
  expect(flushes).toBe(60);
});
