import { expect, test } from "vitest";
import { createOwnLog } from "./own-log.ts";

function lines(pretty: boolean) {
  const out: string[] = [];
  const log = createOwnLog({ pretty, write: (line) => void out.push(line), nowMs: () => 0 });
  return { out, log };
}

test("writes one JSON line a record, with the fields of its parents", () => {
  const { out, log } = lines(false);
  log.with({ room: "ingest" }).info("started", { n: 1 });
  expect(out).toEqual([
    '{"time":"1970-01-01T00:00:00.000Z","level":"info","message":"started","room":"ingest","n":1}\n',
  ]);
});

test("keeps the stack of an error and of its cause", () => {
  const { out, log } = lines(false);
  log.error("failed", new Error("outer", { cause: new Error("inner") }));
  const record = JSON.parse(out[0] ?? "") as Record<string, string>;
  expect(record["stack"]).toContain("Error: outer");
  expect(record["cause"]).toContain("Error: inner");
});

test("neutralises control characters on a terminal", () => {
  const { out, log } = lines(true);
  log.warn("a\u001b[31mb", { user: "x\ny" });
  expect(out[0]).toContain("a\\x1b[31mb");
  expect(out[0]).toContain("user=x\\x0ay");
});
