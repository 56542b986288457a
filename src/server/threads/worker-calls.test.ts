import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { callsOf } from "./worker-calls.ts";

const THREAD = new URL("../../../test/support/thread-for-calls.ts", import.meta.url);

function startThread(most = 64): { calls: ReturnType<typeof callsOf> } & AsyncDisposable {
  const worker = new Worker(THREAD);
  return {
    calls: callsOf(worker, most),
    [Symbol.asyncDispose]: async () => void (await worker.terminate()),
  };
}

test("answers calls, each with its own result", async () => {
  await using thread = startThread();
  const answers = await Promise.all([1, 2, 3].map((n) => thread.calls.call("double", n)));
  expect(answers).toEqual([2, 4, 6]);
  expect(await thread.calls.call("bytes", undefined)).toEqual(new Uint8Array([1, 2, 3]));
});

test("a fault arrives as that fault, a bug as an error with the other side's stack", async () => {
  await using thread = startThread();
  await expect(thread.calls.call("refuse", undefined)).rejects.toMatchObject({
    fault: { kind: "invalid", field: "query", reason: "not a query" },
  });
  const bug: unknown = await thread.calls.call("break", undefined).catch((error: unknown) => error);
  expect(bug).toMatchObject({ message: "a bug" });
  expect((bug as Error).stack).toContain("thread-for-calls");
  await expect(thread.calls.call("nothing", undefined)).rejects.toThrow("no function nothing");
  // The thread goes on.
  expect(await thread.calls.call("double", 4)).toBe(8);
});

test.each([
  { when: "before the call", early: true },
  { when: "during the call", early: false },
])("a signal that aborts $when ends the work of the other side", async ({ early }) => {
  await using thread = startThread();
  const controller = new AbortController();
  if (early) controller.abort();
  const call = thread.calls.call("untilCanceled", undefined, { signal: controller.signal });
  controller.abort();
  await expect(call).rejects.toMatchObject({ fault: { kind: "canceled" } });
});

test("buffers given along are moved, not copied", async () => {
  await using thread = startThread();
  const given = new Uint8Array(8);
  await thread.calls.call("double", 1, { give: [given.buffer] });
  expect(given.byteLength).toBe(0);
});

test("a call that cannot be sent is refused and leaves nothing behind", async () => {
  await using thread = startThread(1);
  const controller = new AbortController();
  const { signal } = controller;
  const unsendable = { no: () => undefined };
  for (let i = 0; i < 3; i++)
    await expect(thread.calls.call("double", unsendable, { signal })).rejects.toThrow(
      "could not be cloned",
    );
  // Nobody hears the signal any more, and the place is free.
  controller.abort();
  expect(await thread.calls.call("double", 4)).toBe(8);
});

test("more calls at once than the bound are refused, until one is answered", async () => {
  await using thread = startThread(2);
  const controller = new AbortController();
  const { signal } = controller;
  const waiting = [1, 2].map(() => thread.calls.call("untilCanceled", undefined, { signal }));
  await expect(thread.calls.call("double", 1)).rejects.toMatchObject({
    fault: { kind: "overloaded" },
  });
  controller.abort();
  for (const call of waiting) await expect(call).rejects.toBeDefined();
  expect(await thread.calls.call("double", 4)).toBe(8);
});

test("when the thread ends, calls under way and later ones fail", async () => {
  await using thread = startThread();
  const waiting = thread.calls.call("untilCanceled", undefined);
  const ending = thread.calls.call("end", undefined);
  await expect(waiting).rejects.toThrow("the thread has ended");
  await expect(ending).rejects.toThrow("the thread has ended");
  await expect(thread.calls.call("double", 1)).rejects.toThrow("the thread has ended");
});
