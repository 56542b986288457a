/** Who may call what, on a real Cassandra. */
import { describe, inject } from "vitest";
import { describePermissions } from "../contract/permissions.ts";
import { newKeyspace } from "../support/cassandra/keyspace.ts";
import { settingsOf } from "../support/cassandra/settings-of.ts";

const found = inject("cassandra");

describe.skipIf("missing" in found)("a server on a real Cassandra", () => {
  describePermissions("cassandra", "missing" in found ? {} : settingsOf(newKeyspace(found)));
});
