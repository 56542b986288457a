import { expect, test } from "vitest";

import { findingText } from "./finding.ts";

test("a finding is a line, with why and what to do under it where it is not in order", () => {
  expect(findingText({ level: "ok", check: "node", found: "v24" })).toBe(
    "ok      node        v24\n",
  );
  expect(
    findingText({ level: "warn", check: "copies", found: "1", why: "a", todo: "b\u001B[2J" }),
  ).toBe("warn    copies      1\n                    why: a\n                    do:  b\\e[2J\n");
  expect(findingText({ level: "fail", check: "server", found: "no\nstart it\n" })).toBe(
    "FAILED  server      no\n                    start it\n",
  );
});
