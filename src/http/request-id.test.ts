/** The names of requests. */
import { expect, test } from "vitest";
import { requestIdOf, requestIdsOf } from "./request-id.ts";

test("ids made here are sane, and differ within and across processes", () => {
  const one = requestIdsOf("a-_9");
  const other = requestIdsOf("b-_9");
  const ids = Array.from({ length: 1_000 }, () => [one(), other()]).flat();
  expect(new Set(ids).size).toBe(2_000);
  for (const id of ids) expect(requestIdOf(id, () => "refused")).toBe(id);
});

test.each(["", "a b", "a\nb", "x".repeat(129), undefined, ["a", "b"]])(
  "%j is no id of a caller's",
  (sent) => {
    expect(requestIdOf(sent, () => "new")).toBe("new");
  },
);
