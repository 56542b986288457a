/**
 * What one Cassandra node for tests reads at its start: settings, the JVM's arguments and the logging's.
 * Invariant: everything it listens on is on this machine and everything it writes lies in its own folder.
 * Unknown settings are fatal to a node, so this is the list of 5.0.
 */
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** SimpleSnitch calls its one data centre so. */
export const DATA_CENTER = "datacenter1";

export interface NodePlan {
  /** Empty at the first start, wiped by whoever made it. */
  readonly folder: string;
  /** Holds the server's jars. */
  readonly lib: string;
  readonly nativePort: number;
  readonly storagePort: number;
  readonly sslStoragePort: number;
  /** The JVM's major version; from 18 on it must be told to allow a security manager. */
  readonly javaVersion: number;
  /** As it would be run to serve, by the optimising compiler: for benchmarks. */
  readonly toServe?: boolean;
  /** For a node of several. */
  readonly member?: MemberPlan;
  /** It wants a role to log in, and does what that may. */
  readonly hasRoles?: boolean;
}

/** One node of several, which can be killed and started again upon what it has. */
export interface MemberPlan {
  /** What it listens on. */
  readonly address: string;
  /** Where the other nodes and the clients find it; whatever listens there can lose what it carries. */
  readonly knownAs: string;
  /** What all members are known as. */
  readonly all: readonly string[];
  /** Where its part of the ring begins. */
  readonly token: bigint;
}

/** @returns the files by name, to be written into the node's folder. */
export function nodeFiles(plan: NodePlan): ReadonlyMap<string, string> {
  return new Map([
    ["cassandra.yaml", settings(plan)],
    ["logback.xml", LOGGING],
    ["tmp/.keep", ""],
  ]);
}

/** @returns the arguments of `java`. */
export function javaArguments(plan: NodePlan): string[] {
  const { folder, lib, member } = plan;
  const heap = member === undefined ? HEAP : MEMBERS_HEAP;
  const url = (file: string): string => pathToFileURL(join(folder, file)).href;
  const tmp = join(folder, "tmp");
  return [
    `-Xms${FIRST_HEAP}`,
    `-Xmx${heap}`,
    // Serial collection and the first compiler alone: 0.33 GB and 2 s of CPU less at a start.
    ...(plan.toServe === true ? [] : ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]),
    "-XX:MaxDirectMemorySize=512m",
    "-XX:+ExitOnOutOfMemoryError",
    "-XX:+PerfDisableSharedMem",
    ...(plan.javaVersion >= 18 ? ["-Djava.security.manager=allow"] : []),
    ...[...SWITCHES, ...(member === undefined ? FORGETFUL : MEMBERS)].map((name) => `-D${name}`),
    ...EXPORTS.flatMap((name) => ["--add-exports", `${name}=ALL-UNNAMED`]),
    ...OPENS.flatMap((name) => ["--add-opens", `${name}=ALL-UNNAMED`]),
    `-javaagent:${join(lib, "jamm-0.4.0.jar")}`,
    `-Djava.io.tmpdir=${tmp}`,
    `-Djna.tmpdir=${tmp}`,
    `-Dcassandra.config=${url("cassandra.yaml")}`,
    `-Dcassandra.storagedir=${folder}`,
    `-Dcassandra.logdir=${join(folder, "logs")}`,
    `-Dlogback.configurationFile=${url("logback.xml")}`,
    "-cp",
    `${lib}/*`,
    "org.apache.cassandra.service.CassandraDaemon",
  ];
}

/** The tests of a whole run make some hundred keyspaces, ten megabytes each. */
const HEAP = "2g";
const FIRST_HEAP = "384m";
/** Three of them are 2 GB. */
const MEMBERS_HEAP = "384m";

const SWITCHES = [
  "jdk.attach.allowAttachSelf=true",
  "io.netty.tryReflectionSetAccessible=true",
  "io.netty.allocator.useCacheForAllThreads=true",
  "io.netty.allocator.maxOrder=11",
  "java.net.preferIPv4Stack=true",
  "chronicle.analytics.disable=true",
  "cassandra-foreground=yes",
  "cassandra.skip_wait_for_gossip_to_settle=0",
  "cassandra.ring_delay_ms=1000",
  "cassandra.superuser_setup_delay_ms=0",
  "cassandra.shutdown_announce_in_ms=0",
];

/** A table is made in 20 ms instead of 150. The price: a restarted node has forgotten its tables, so no member has these. */
const FORGETFUL = [
  "cassandra.unsafesystem=true",
  "cassandra.test.flush_local_schema_changes=false",
];

/**
 * A change of the schema is pushed to nodes whose version is known, which one that was seen to go and come while all
 * started may not be: it asks for the change, after a minute by default.
 */
const MEMBERS = ["cassandra.migration_delay_ms=200"];

const EXPORTS = [
  "java.base/jdk.internal.misc",
  "java.management.rmi/com.sun.jmx.remote.internal.rmi",
  "java.management/com.sun.jmx.remote.security",
  "java.rmi/sun.rmi.registry",
  "java.rmi/sun.rmi.server",
  "java.sql/java.sql",
  "java.base/java.lang.ref",
  "jdk.unsupported/sun.misc",
];

const OPENS = [
  "java.base/java.io",
  "java.base/java.lang",
  "java.base/java.lang.module",
  "java.base/java.lang.reflect",
  "java.base/java.nio",
  "java.base/java.util",
  "java.base/jdk.internal.loader",
  "java.base/jdk.internal.math",
  "java.base/jdk.internal.module",
  "java.base/jdk.internal.ref",
  "java.base/jdk.internal.reflect",
  "java.base/jdk.internal.util.jar",
  "java.base/sun.nio.ch",
  "jdk.management/com.sun.management.internal",
];

/**
 * `commitlog_sync: group` is what Argus asks of production, so it is tested on; with a short window, as a compare-and-set
 * waits for four of them and suites make thousands, one after the other. The low tombstone limit makes a read
 * that walks over deleted rows fail here, long before it is slow anywhere.
 */
function settings(plan: NodePlan): string {
  const path = (name: string): string => JSON.stringify(join(plan.folder, name));
  const { address, knownAs, all, token } = plan.member ?? ALONE;
  return `cluster_name: argus tests
partitioner: org.apache.cassandra.dht.Murmur3Partitioner
endpoint_snitch: SimpleSnitch
num_tokens: 1
initial_token: "${token}"
auto_bootstrap: false
listen_address: ${address}
rpc_address: ${address}
broadcast_address: ${knownAs}
broadcast_rpc_address: ${knownAs}
storage_port: ${plan.storagePort}
ssl_storage_port: ${plan.sslStoragePort}
native_transport_port: ${plan.nativePort}
seed_provider:
  - class_name: org.apache.cassandra.locator.SimpleSeedProvider
    parameters:
      - seeds: "${all.map((each) => `${each}:${plan.storagePort}`).join(",")}"
data_file_directories: [${path("data")}]
commitlog_directory: ${path("commitlog")}
saved_caches_directory: ${path("saved_caches")}
hints_directory: ${path("hints")}
cdc_raw_directory: ${path("cdc_raw")}
commitlog_sync: group
commitlog_sync_group_window: ${plan.toServe === true ? "10ms" : "1ms"}
commitlog_segment_size: 16MiB
commitlog_total_space: 512MiB
max_mutation_size: 8MiB
memtable_allocation_type: heap_buffers
disk_access_mode: standard
file_cache_size: 64MiB
networking_cache_size: 64MiB
native_transport_max_request_data_in_flight: 256MiB
native_transport_max_request_data_in_flight_per_ip: 256MiB
concurrent_reads: 16
concurrent_writes: 16
concurrent_compactors: 1
compaction_throughput: 0MiB/s
auto_snapshot: false
paxos_variant: v2
storage_compatibility_mode: NONE
${plan.hasRoles === true ? ROLES : ""}${plan.member === undefined ? PATIENCE : ""}tombstone_warn_threshold: 200
tombstone_failure_threshold: 5000
`;
}

const ROLES = `authenticator: PasswordAuthenticator
authorizer: CassandraAuthorizer
role_manager: CassandraRoleManager
permissions_validity: 0ms
roles_validity: 0ms
credentials_validity: 0ms
`;

const ALONE: MemberPlan = {
  address: "127.0.0.1",
  knownAs: "127.0.0.1",
  all: ["127.0.0.1"],
  token: 0n,
};

/** A node alone serves tests on a busy machine; members have the limits of production, which is what their faults try. */
const PATIENCE = `write_request_timeout: 5s
cas_contention_timeout: 2s
`;

const LOGGING = `<configuration>
  <appender name="STDOUT" class="ch.qos.logback.core.ConsoleAppender">
    <encoder><pattern>%-5level %date{HH:mm:ss.SSS} %logger{20} %msg%n</pattern></encoder>
  </appender>
  <root level="INFO"><appender-ref ref="STDOUT"/></root>
</configuration>
`;
