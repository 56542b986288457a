import { once } from "node:events";
import { expect, test } from "vitest";
import { ownWorker } from "./owned-worker.ts";

const script = (text: string): URL => new URL(`data:text/javascript,${encodeURIComponent(text)}`);

test("a thread that ends by itself is reported, and its end can still be awaited", async () => {
  const told = Promise.withResolvers<Error>();
  const { worker, end } = ownWorker("test", script("process.exit(3)"), {}, told.resolve);
  expect((await told.promise).message).toBe("the test thread ended with 3");
  await end(() => worker.postMessage("stop"));
});

test("an end that was asked for is no failure", async () => {
  const told: Error[] = [];
  const text =
    'import { parentPort } from "node:worker_threads"; parentPort.on("message", () => process.exit(0)); parentPort.postMessage("up");';
  const { worker, end } = ownWorker("test", script(text), {}, (error) => told.push(error));
  await once(worker, "message");
  await end((one) => one.postMessage("stop"));
  expect(told).toEqual([]);
});
