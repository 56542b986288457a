import { describe, inject } from "vitest";
import { newKeyspace } from "../support/cassandra/keyspace.ts";
import { settingsOf } from "../support/cassandra/settings-of.ts";
import { describeRpc } from "./rpc-cases.ts";

const found = inject("cassandra");

describe.skipIf("missing" in found)("on Cassandra", () => {
  describeRpc({ store: "cassandra", settings: () => settingsOf(newKeyspace(found)) });
});
