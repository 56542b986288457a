import { expect, test } from "vitest";
import { conflict, FaultError, invalid, overloaded } from "../domain/fault.ts";
import type { StoreSettings } from "./settings.ts";
import { storeProblem } from "./store-problem.ts";

const CASSANDRA: StoreSettings = {
  kind: "cassandra",
  options: {
    contactPoints: ["a:9042"],
    localDataCenter: "east",
    keyspace: "argus",
    credentials: { username: "ada", password: "hush" },
  },
};

const denied = (reason: string): FaultError => new FaultError({ kind: "denied", reason });

// As Cassandra 5.0, the driver 4.10 and OpenSSL 3 say it.
test.each([
  {
    error: overloaded("Cassandra at a:9042 does not serve: connect ECONNREFUSED 10.0.0.1:9042"),
    says: ["ECONNREFUSED 10.0.0.1:9042. Is Cassandra running", "ARGUS_CASSANDRA_CONTACT_POINTS"],
  },
  {
    error: overloaded("…: The host 10.0.0.1:9042 did not reply before timeout 6000 ms"),
    says: ["port 9042"],
  },
  {
    error: overloaded(
      "…: C0:error:0A00010B:SSL routines:tls_validate_record_header:wrong version number:../ssl.c:77:\n",
    ),
    says: ["wrong version number:../ssl.c:77:. The nodes speak no TLS"],
  },
  {
    error: overloaded("…: self-signed certificate in certificate chain"),
    says: ["ARGUS_CASSANDRA_TLS_CA must hold the authority"],
  },
  {
    error: overloaded("…: Provided username ada and/or password are incorrect"),
    says: ["ARGUS_CASSANDRA_USERNAME and ARGUS_CASSANDRA_PASSWORD"],
  },
  {
    error: overloaded(
      "…: Not enough replicas available for query at consistency LOCAL_QUORUM (2 required but only 1 alive)",
    ),
    says: ["nodetool status"],
  },
  {
    error: invalid(
      "cassandra",
      "localDataCenter was configured as 'east', but only found hosts in data centers: [west, north]",
    ),
    says: ["ARGUS_CASSANDRA_LOCAL_DC is east, but there are nodes in west, north only"],
  },
  {
    error: invalid("replication_factor", "there is no keyspace argus"),
    says: ["there is no keyspace argus: ARGUS_CASSANDRA_REPLICATION_FACTOR=3"],
  },
  {
    error: denied(
      "Cassandra at a:9042 does not serve: User ada has no MODIFY permission on <table argus.log_epoch> or any of its parents",
    ),
    says: [
      "or any of its parents. As an administrator, run: GRANT CREATE ON KEYSPACE argus TO ada; ",
      "GRANT MODIFY ON KEYSPACE argus TO ada",
    ],
  },
  {
    error: denied(
      "…: User Ada-1 has no CREATE permission on <all keyspaces> or any of its parents",
    ),
    says: ["Make the keyspace as an administrator", 'GRANT CREATE ON ALL KEYSPACES TO "Ada-1"'],
  },
  {
    // Keyspaces says it in other words.
    error: denied("…: User arn:aws:iam::1:user/ada has no permissions."),
    says: ["GRANT SELECT ON KEYSPACE argus TO …"],
  },
  {
    error: conflict("the store has version 9, this program knows versions up to 3"),
    says: ["version 9", "up to 3"],
  },
])("$error.message", ({ error, says }) => {
  const told = storeProblem(error, CASSANDRA);
  for (const each of says) expect(told).toContain(each);
  expect(told).not.toContain("hush");
});

test("of the embedded store the fault says all", () => {
  const error = conflict("another process has /data open");
  expect(storeProblem(error, { kind: "sqlite", folder: "/data" })).toBe(error.message);
});
