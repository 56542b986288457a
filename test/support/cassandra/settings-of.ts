/**
 * The settings of a server that runs on a keyspace of the tests.
 */
import type { CassandraOptions } from "../../../src/storage/cassandra/connect.ts";

export function settingsOf(options: CassandraOptions): Record<string, string> {
  return {
    ARGUS_STORE: "cassandra",
    ARGUS_CASSANDRA_CONTACT_POINTS: options.contactPoints.join(","),
    ARGUS_CASSANDRA_LOCAL_DC: options.localDataCenter,
    ARGUS_CASSANDRA_KEYSPACE: options.keyspace,
    ARGUS_CASSANDRA_REPLICATION_FACTOR: String(options.replicationFactor ?? 1),
  };
}
