import { expect, test } from "vitest";
import { keepingLogger } from "../../test/support/silent.ts";
import { invalid, overloaded } from "./fault.ts";
import { sayFailed } from "./say-failed.ts";

test.each([
  { name: "what the world refuses", error: overloaded("no node is up"), level: "warn" },
  { name: "a fault of ours", error: invalid("field", "wrong"), level: "error" },
  { name: "a bug", error: new TypeError("x is undefined"), level: "error" },
])("$name is told as $level", ({ error, level }) => {
  const logger = keepingLogger();
  sayFailed(logger, "it failed", error, { unit: "a" });
  expect(logger.lines.map((line) => [line.level, line.message])).toEqual([[level, "it failed"]]);
  expect(logger.lines[0]).toMatchObject({ fields: { unit: "a" } });
});
