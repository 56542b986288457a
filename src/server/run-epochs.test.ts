import { expect, test } from "vitest";
import { FakeClock } from "../../test/support/fake-clock.ts";
import { keepingLogger } from "../../test/support/silent.ts";
import { FaultError, overloaded } from "../domain/fault.ts";
import { runEpochs } from "./run-epochs.ts";

function rig() {
  const clock = new FakeClock();
  const logger = keepingLogger();
  let epoch = 1;
  let steps = 0;
  let isDown = false;
  let isForbidden = false;
  const running = runEpochs({
    closer: {
      step: async () => {
        steps++;
        if (isDown) throw overloaded("no node is up");
        if (isForbidden) throw new FaultError({ kind: "denied", reason: "no permission" });
        return { epoch };
      },
    },
    clock,
    logger,
  });
  return {
    clock,
    running,
    steps: () => steps,
    open: () => epoch++,
    setDown: (value: boolean) => (isDown = value),
    setForbidden: (value: boolean) => (isForbidden = value),
    lines: () => logger.lines.map(({ level, message }) => `${level}: ${message.slice(0, 30)}`),
    pass: async (seconds: number) => {
      for (let i = 0; i < seconds; i++) await clock.advance(1_000);
    },
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  };
}

test("steps go on, and nothing is said while epochs move", async () => {
  await using world = rig();
  for (let i = 0; i < 12; i++) {
    await world.pass(10);
    world.open();
  }
  expect(world.steps()).toBeGreaterThan(50);
  expect(world.lines()).toEqual([]);
});

test.each([{ isDown: true }, { isDown: false }])(
  "an epoch that stands still is told of once, and so is its end (store down: $isDown)",
  async ({ isDown }) => {
    await using world = rig();
    world.setDown(isDown);
    await world.pass(59);
    expect(world.lines()).toEqual([]);
    await world.pass(120);
    expect(world.lines()).toEqual(["warn: the epoch has not moved on for"]);
    world.setDown(false);
    world.open();
    await world.pass(3);
    expect(world.lines()).toEqual([
      "warn: the epoch has not moved on for",
      "info: epochs move on again",
    ]);
  },
);

test("a role whose permission is taken is told of once, and again when it is taken again", async () => {
  await using world = rig();
  for (let i = 0; i < 2; i++) {
    world.setForbidden(true);
    await world.pass(20);
    world.setForbidden(false);
    world.open();
    await world.pass(3);
  }
  const line = "warn: the role at the store may not ";
  expect(world.lines()).toEqual([line, line]);
});

test("a step that hangs holds up nobody who stops", async () => {
  const clock = new FakeClock();
  const running = runEpochs({
    closer: { step: () => Promise.withResolvers<{ epoch: number }>().promise },
    clock,
    logger: keepingLogger(),
  });
  await clock.advance(1_000);
  await running[Symbol.asyncDispose]();
});
