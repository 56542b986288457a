import { describe, inject } from "vitest";
import { newKeyspace, openForTests } from "../support/cassandra/keyspace.ts";
import { logWorld } from "../support/cassandra/log-world.ts";
import { describeQueryAids } from "./query-aids.ts";

const found = inject("cassandra");

describe.skipIf("missing" in found)("a real Cassandra", () => {
  describeQueryAids({
    name: "cassandra",
    namesDuplicates: false,
    effort: 0.1,
    open: async () => {
      const store = await openForTests(newKeyspace(found));
      const { clock, closeEpochs, store: start } = logWorld(store.session);
      return {
        logs: start(),
        reopen: undefined,
        advance: (ms) => clock.advance(ms),
        closeEpochs,
        [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
      };
    },
  });
});
