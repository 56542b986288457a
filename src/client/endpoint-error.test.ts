import { expect, test } from "vitest";
import { errorOfEndpoint } from "./answer.ts";

test("an endpoint's error keeps its kind, its words and where the query is wrong", async () => {
  const body = { error: { kind: "invalid", message: "query: not closed", start: "3", end: "4" } };
  const error = await errorOfEndpoint(Response.json(body, { status: 400 }));
  expect([error.code, error.message, error.meta["start"]]).toEqual([
    "invalid_argument",
    "query: not closed",
    "3",
  ]);
});

test("what no endpoint of ours answers is something between", async () => {
  const error = await errorOfEndpoint(new Response("<html>", { status: 502 }));
  expect(error.code).toBe("unavailable");
});
