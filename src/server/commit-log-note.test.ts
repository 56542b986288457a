import { expect, test } from "vitest";

import { keepingLogger } from "../../test/support/silent.ts";
import { overloaded } from "../domain/fault.ts";
import { inOrder, warning } from "../storage/cassandra/doctor-finding.ts";
import { noteCommitLog } from "./commit-log-note.ts";

test("a commit log that may lose what was acknowledged is warned of, with what to do", async () => {
  const logger = keepingLogger();
  await noteCommitLog({
    look: async () => warning("c", "periodic on a", "lost", "set group"),
    logger,
  });
  expect(logger.lines).toEqual([
    {
      level: "warn",
      message: "periodic on a",
      fields: { why: "lost", todo: "set group", more: "npx argus doctor" },
    },
  ]);
});

test("one that is in order is not talked about, and a node that does not answer neither", async () => {
  const logger = keepingLogger();
  await noteCommitLog({ look: async () => inOrder("c", "group"), logger });
  await noteCommitLog({ look: async () => Promise.reject(overloaded("no node is up")), logger });
  expect(logger.lines).toEqual([]);
});

test("a bug in looking stops no server", async () => {
  const logger = keepingLogger();
  await noteCommitLog({ look: async () => Promise.reject(new TypeError("bug")), logger });
  expect(logger.lines).toMatchObject([{ level: "error", error: new TypeError("bug") }]);
});
