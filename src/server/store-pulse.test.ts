import { expect, test } from "vitest";
import { FakeClock } from "../../test/support/fake-clock.ts";
import { keepingLogger } from "../../test/support/silent.ts";
import { until } from "../../test/support/until.ts";
import { overloaded } from "../domain/fault.ts";
import { openStorePulse } from "./store-pulse.ts";

/** A store that answers a beat when it is told to. */
function rig() {
  const clock = new FakeClock();
  const logger = keepingLogger();
  const beats: PromiseWithResolvers<void>[] = [];
  let isDown = false;
  let answeredMs = 0;
  const pulse = openStorePulse({
    beat: () => {
      if (!isDown) return Promise.resolve();
      const beat = Promise.withResolvers<void>();
      beats.push(beat);
      return beat.promise;
    },
    answeredMs: () => answeredMs,
    where: "Cassandra at a",
    clock,
    logger,
  });
  return {
    clock,
    pulse,
    beats,
    lines: () => logger.lines.map(({ level, message }) => `${level}: ${message}`),
    setDown: (value: boolean) => (isDown = value),
    answerOthers: () => (answeredMs = clock.monotonicMs()),
    pass: async (seconds: number) => {
      for (let i = 0; i < 2 * seconds; i++) await clock.advance(500);
    },
    [Symbol.asyncDispose]: async () => {
      for (const beat of beats) beat.resolve();
      await pulse[Symbol.asyncDispose]();
    },
  };
}

const refused = {
  fault: { kind: "overloaded", reason: "Cassandra at a does not answer", retryAfterMs: 2_000 },
};

test("while the store answers, calls are its own", async () => {
  await using world = rig();
  await world.pass(10);
  expect(await world.pulse.whileAnswering(() => Promise.resolve(7))).toBe(7);
  const error = overloaded("busy");
  await expect(world.pulse.whileAnswering(() => Promise.reject(error))).rejects.toBe(error);
  expect(world.lines()).toEqual([]);
});

test("a call under way when the store falls silent is refused within five seconds, and no other begins", async () => {
  await using world = rig();
  await world.pass(1);
  world.setDown(true);
  const answer = Promise.withResolvers<void>();
  const call = world.pulse.whileAnswering(() => answer.promise);
  const told = expect(call).rejects.toMatchObject(refused);
  await world.pass(5);
  await told;
  let begun = 0;
  await expect(world.pulse.whileAnswering(async () => void begun++)).rejects.toMatchObject(refused);
  expect(begun).toBe(0);
  expect(world.lines()).toEqual(["warn: the store does not serve, callers are told to come back"]);
  // What comes of it afterwards disturbs nobody.
  answer.reject(overloaded("it took too long"));
});

test("the first answer ends the silence, whichever beat it is of", async () => {
  await using world = rig();
  world.setDown(true);
  await world.pass(10);
  await expect(world.pulse.whileAnswering(() => Promise.resolve(1))).rejects.toMatchObject(refused);
  world.beats[2]?.resolve();
  await until("it answers", () => world.lines().length === 2);
  expect(world.lines()[1]).toBe("info: the store answers again");
  expect(await world.pulse.whileAnswering(() => Promise.resolve(1))).toBe(1);
});

test("beats that are late make no silence while others are answered", async () => {
  await using world = rig();
  world.setDown(true);
  for (let i = 0; i < 20; i++) {
    await world.pass(1);
    world.answerOthers();
    expect(await world.pulse.whileAnswering(() => Promise.resolve(i))).toBe(i);
  }
  expect(world.lines()).toEqual([]);
});

test("what is known without asking the store does not hide its silence", async () => {
  await using world = rig();
  world.setDown(true);
  for (let i = 0; i < 12; i++) {
    await world.pulse.whileAnswering(() => Promise.resolve(i)).catch(() => undefined);
    await world.pass(0.5);
  }
  await expect(world.pulse.whileAnswering(() => Promise.resolve(1))).rejects.toMatchObject(refused);
});

test("beats that hang do not pile up, and one that fails late is no answer", async () => {
  await using world = rig();
  world.setDown(true);
  await world.pass(8);
  expect(world.beats.length).toBe(16);
  await world.pass(60);
  expect(world.beats.length).toBe(28);
  for (const beat of world.beats.slice(0, 13)) beat.reject(overloaded("timed out"));
  await world.pass(1);
  await expect(world.pulse.whileAnswering(() => Promise.resolve(1))).rejects.toMatchObject(refused);
  expect(world.beats.length).toBe(29);
});

test("beats that nobody ever hears of again do not end the asking", async () => {
  await using world = rig();
  world.setDown(true);
  await world.pass(30);
  world.setDown(false);
  await world.pass(5);
  expect(await world.pulse.whileAnswering(() => Promise.resolve(1))).toBe(1);
});

test("a store that fails at once is told of once, and is asked all the same", async () => {
  await using world = rig();
  world.setDown(true);
  for (let i = 0; i < 5; i++) {
    await world.pass(1);
    world.beats.at(-1)?.reject(overloaded("connection refused"));
  }
  expect(await world.pulse.whileAnswering(() => Promise.resolve(1))).toBe(1);
  world.setDown(false);
  await world.pass(1);
  expect(world.lines()).toEqual([
    "warn: the store does not serve, callers are told to come back",
    "info: the store answers again",
  ]);
});
