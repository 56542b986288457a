import { once } from "node:events";
import { MessageChannel } from "node:worker_threads";
import { expect, test } from "vitest";
import { isFault, overloaded } from "./fault.ts";
import { aloneInBuffer, connectCalls, Moved, serveCalls } from "./port-calls.ts";

/** Calls that end when they are told to, in a thread that is this one. */
function pair(bounds: { inFlight: number; waiting: number }) {
  const { port1, port2 } = new MessageChannel();
  const begun: string[] = [];
  const held = new Map<string, () => void>();
  serveCalls(port1, {
    hold: async (name: string) => {
      begun.push(name);
      await new Promise<void>((resolve) => held.set(name, resolve));
      return name;
    },
    echo: (value: unknown) => Promise.resolve(value),
    move: (bytes: Uint8Array<ArrayBuffer>) => Promise.resolve(new Moved(bytes, [bytes.buffer])),
  });
  const calls = connectCalls(port2, { ...bounds, full: () => overloaded("full") });
  return {
    calls,
    begun,
    /** Lets a call end, once it has begun. */
    release: async (name: string) => {
      while (!held.has(name)) await once(port1, "message");
      held.get(name)?.();
    },
    [Symbol.dispose]: () => port2.close(),
  };
}

test("calls beyond those in flight wait, begin in order, and beyond the queue are refused", async () => {
  using rig = pair({ inFlight: 1, waiting: 2 });
  const answers = ["a", "b", "c"].map((name) => rig.calls.call("hold", name));
  const refused: unknown = await rig.calls.call("hold", "d").catch((error: unknown) => error);
  expect(isFault(refused, "overloaded")).toBe(true);
  for (const name of ["a", "b", "c"]) await rig.release(name);
  expect(await Promise.all(answers)).toEqual(["a", "b", "c"]);
  expect(rig.begun).toEqual(["a", "b", "c"]);
});

test("a call that waits and whose signal aborts leaves the queue and never begins", async () => {
  using rig = pair({ inFlight: 1, waiting: 1 });
  const first = rig.calls.call("hold", "a");
  const controller = new AbortController();
  const left = rig.calls.call("hold", "b", { signal: controller.signal });
  controller.abort();
  await expect(left).rejects.toMatchObject({ fault: { kind: "canceled" } });
  // Its place in the queue is free.
  const last = rig.calls.call("echo", "c");
  await rig.release("a");
  expect(await Promise.all([first, last])).toEqual(["a", "c"]);
  expect(rig.begun).toEqual(["a"]);
});

test("one that cannot be sent when its turn comes fails alone, and the next goes on", async () => {
  using rig = pair({ inFlight: 1, waiting: 2 });
  const first = rig.calls.call("hold", "a");
  const unsendable = rig.calls.call("echo", () => undefined);
  const next = rig.calls.call("echo", "c");
  const failed = expect(unsendable).rejects.toThrow("could not be cloned");
  await rig.release("a");
  await failed;
  expect(await Promise.all([first, next])).toEqual(["a", "c"]);
});

test("when the port ends, calls under way, waiting and later ones fail with its error", async () => {
  using rig = pair({ inFlight: 1, waiting: 1 });
  const calls = [rig.calls.call("hold", "a"), rig.calls.call("echo", "b")];
  rig.calls.end(new Error("gone"));
  rig.calls.end(new Error("gone twice"));
  for (const call of [...calls, rig.calls.call("echo", "c")])
    await expect(call).rejects.toThrow(/^gone$/);
});

test("bytes move both ways, and a part of a larger buffer is copied out of it", async () => {
  using rig = pair({ inFlight: 1, waiting: 0 });
  const larger = new Uint8Array([1, 2, 3, 4]);
  const part = aloneInBuffer(larger.subarray(1, 3));
  const moved = await rig.calls.call("move", part, { give: [part.buffer] });
  expect(moved).toEqual(new Uint8Array([2, 3]));
  expect([part.byteLength, larger.byteLength]).toEqual([0, 4]);
  expect(aloneInBuffer(larger)).toBe(larger);
});
