import { expect, test } from "vitest";
import { FakeClock } from "../../test/support/fake-clock.ts";
import { keepingLogger } from "../../test/support/silent.ts";
import { tendAccounts } from "./tend-accounts.ts";

test("counts are written every minute, what has ended goes every hour, and a failure ends neither", async () => {
  const clock = new FakeClock();
  const logger = keepingLogger();
  const done = { flushes: 0, tidies: 0 };
  const tended = tendAccounts({
    accounts: {
      usage: {
        flush: () => {
          done.flushes++;
          return done.flushes === 2 ? Promise.reject(new Error("away")) : Promise.resolve();
        },
      },
      tidy: () => Promise.resolve(void done.tidies++),
    },
    clock,
    logger,
  });
  await clock.advance(0);
  for (let minute = 0; minute < 60; minute++) await clock.advance(60_000);
  expect(done).toEqual({ flushes: 60, tidies: 2 });
  expect(logger.lines.map(({ level }) => level)).toEqual(["error"]);
  await tended[Symbol.asyncDispose]();
  await clock.advance(60_000);
  expect(done.flushes).toBe(60);
});
