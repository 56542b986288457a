import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import { expect, test } from "vitest";
import { answerLastErrors } from "./last-errors.ts";

async function answerOf(fails: () => never): Promise<{ text: string; logged: unknown[] }> {
  const logged: unknown[] = [];
  const app = express();
  app.get("/:id", fails);
  app.use(answerLastErrors({ error: (_message, error) => void logged.push(error) }));
  await using server = createServer(app).listen(0, "127.0.0.1");
  await once(server, "listening");
  const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/a`);
  return { text: `${answer.status} ${await answer.text()}`, logged };
}

test("a bug is logged once, and its text stays here", async () => {
  const error = new Error("/home/somebody/secret.ts");
  const { text, logged } = await answerOf(() => {
    throw error;
  });
  expect(text).toBe('500 {"error":{"kind":"internal","message":"internal error"}}');
  expect(logged).toEqual([error]);
});

test("a path that cannot be read is the caller's matter", async () => {
  const { text, logged } = await answerOf(() => {
    throw new URIError("Failed to decode param '%'");
  });
  expect(text).toMatch(/^400 .*"invalid".*a % begins no character/);
  expect(logged).toEqual([]);
});
