/** Answers that nobody reads: what they hold is bounded, and for how long. */
import { type ServerResponse, createServer } from "node:http";
import { type AddressInfo, type Socket, connect } from "node:net";
import { afterEach, expect, test, vi } from "vitest";
import { until } from "../../test/support/until.ts";
import { isFault } from "../domain/fault.ts";
import { MiB } from "../domain/limits.ts";
import { UnreadAnswers } from "./unread-answers.ts";

const open: Disposable[] = [];

afterEach(() => {
  vi.useRealTimers();
  for (const one of open.splice(0)) one[Symbol.dispose]();
});

/** A server whose answers are of `bytes`, and a way to ask it without reading. */
async function serving(answers: UnreadAnswers, bytes: number) {
  const outcomes: string[] = [];
  const held: ServerResponse[] = [];
  const server = createServer((_req, res) => {
    try {
      answers.add(res, bytes);
      outcomes.push("sent");
      held.push(res);
      res.end(Buffer.alloc(bytes));
    } catch (error) {
      outcomes.push(isFault(error, "overQuota") ? "refused" : "failed");
      res.writeHead(429).end();
    }
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  open.push({
    [Symbol.dispose]: () => {
      server.close();
      server.closeAllConnections();
    },
  });
  const ask = async (): Promise<Socket> => {
    const before = outcomes.length;
    const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
    socket.on("error", () => undefined);
    socket.pause();
    socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    open.push({ [Symbol.dispose]: () => socket.destroy() });
    await until("the server answers", () => outcomes.length > before);
    return socket;
  };
  return { outcomes, held, ask };
}

test("one more than there is room for is refused, until another is read or left", async () => {
  const { outcomes, ask } = await serving(new UnreadAnswers(50 * MiB), 20 * MiB);
  const first = await ask();
  const second = await ask();
  await ask();
  expect(outcomes).toEqual(["sent", "sent", "refused"]);
  first.resume();
  second.destroy();
  await until("there is room again", async () => {
    await ask();
    return outcomes.at(-1) === "sent";
  });
});

test("small ones are not counted", async () => {
  const { outcomes, ask } = await serving(new UnreadAnswers(MiB), MiB - 1);
  for (let n = 0; n < 3; n++) await ask();
  expect(outcomes).toEqual(["sent", "sent", "sent"]);
});

test("one that is not read is cut off", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const { held, ask } = await serving(new UnreadAnswers(50 * MiB), 20 * MiB);
  await ask();
  vi.advanceTimersByTime(119_000);
  expect(held[0]?.destroyed).toBe(false);
  vi.advanceTimersByTime(2_000);
  expect(held[0]?.destroyed).toBe(true);
});
