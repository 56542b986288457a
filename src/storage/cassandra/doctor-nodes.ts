/**
 * What is to be said of the nodes of a cluster: how they are, what they run, how they are set. Invariant: pure.
 */
import type { ClusterFacts, NodeFacts } from "./doctor-facts.ts";
import { failure, type Finding, inOrder, warning } from "./doctor-finding.ts";

/** From here on it is an alarm; a minute is what admission and retention are reckoned with. */
const SKEW_WARN_MS = 5_000;
const SKEW_FAIL_MS = 60_000;
/** What the store is tested with; the server's own default is 100,000. */
const LEAST_TOMBSTONES = 5_000;
const TESTED_MAJOR = 5;

export function nodeFindings(facts: ClusterFacts): Finding[] {
  const { kind } = facts;
  if (kind === "keyspaces")
    return [
      inOrder("server", "Amazon Keyspaces, which has no nodes and no settings to look at"),
      clocks(facts),
    ];
  return [
    server(facts),
    nodes(facts),
    agreement(facts),
    clocks(facts),
    commitLog(facts),
    ...(kind === "cassandra" ? [...tombstones(facts), accounts(facts)] : []),
    encryption(facts),
  ];
}

const NAMES = { cassandra: "Apache Cassandra", scylla: "ScyllaDB", keyspaces: "Amazon Keyspaces" };

function server({ kind, nodes: all }: ClusterFacts): Finding {
  const versions = [...new Set(all.map(({ version }) => version))].toSorted();
  const found = `${NAMES[kind]} ${versions.join(" and ")}`;
  if (versions.length > 1)
    return warning(
      "server",
      found,
      "nodes of several versions are meant to live together for as long as an upgrade takes, and no longer",
      "finish the upgrade; leave the schema alone until then",
    );
  const major = Number(versions[0]?.split(".")[0]);
  if (kind === "cassandra" && major !== TESTED_MAJOR)
    return warning(
      "server",
      found,
      `Argus is tested with Cassandra ${TESTED_MAJOR}`,
      `run Cassandra ${TESTED_MAJOR}, or try your load on a copy first`,
    );
  return inOrder("server", found);
}

function nodes({ nodes: all, options, elsewhere, replication }: ClusterFacts): Finding {
  const { localDataCenter } = options;
  const silent = all.filter(({ silence }) => silence !== undefined);
  const others = elsewhere === 0 ? "" : `; ${elsewhere} in other data centres`;
  const found = `${all.length - silent.length} of ${all.length} in ${localDataCenter} answer${others}`;
  if (silent.length === 0) return inOrder("nodes", found);
  const factor = Number(replication?.[localDataCenter] ?? 1);
  const spare = Math.ceil(factor / 2) - 1;
  const names = silent.map(({ address }) => address).join(", ");
  const todo = `look at ${names}: is it running ("nodetool status"), and can this machine reach its port?`;
  return silent.length > spare
    ? failure(
        "nodes",
        found,
        `a quorum of ${Math.floor(factor / 2) + 1} of ${factor} copies is needed to write and to read: logs are refused until enough nodes are back`,
        todo,
      )
    : warning("nodes", found, "one more that fails, and logs may be refused", todo);
}

function agreement({ nodes: all }: ClusterFacts): Finding {
  const versions = new Set(answering(all).map(({ schemaVersion }) => schemaVersion));
  return versions.size <= 1
    ? inOrder("schema", "all nodes agree about it")
    : failure(
        "schema",
        `the nodes have ${versions.size} versions of it`,
        "what one node stores another may not know how to read",
        'wait a minute and look again; then "nodetool describecluster" names the nodes, and restarting the odd one mends it',
      );
}

function clocks({ nodes: all }: ClusterFacts): Finding {
  // What the measuring itself may be wrong by is not held against a clock.
  const skews = answering(all).map(({ address, skewMs, skewErrorMs }) => ({
    address,
    sure: Math.max(0, Math.abs(skewMs) - skewErrorMs),
    skewMs,
  }));
  const worst = skews.toSorted((a, b) => b.sure - a.sure)[0];
  if (worst === undefined) return inOrder("clocks", "no node to compare with");
  const seconds = (Math.abs(worst.skewMs) / 1000).toFixed(1);
  const side = worst.skewMs > 0 ? "ahead of" : "behind";
  const found = `${worst.address} is ${seconds} s ${side} this machine`;
  if (worst.sure < SKEW_WARN_MS)
    return inOrder("clocks", `nodes are within ${SKEW_WARN_MS / 1000} s of this machine`);
  const why =
    "limits of age move by the difference: what is kept how long, and which entries count as too far ahead";
  const todo = "run chrony, or another client of NTP, on this machine and on every node";
  return worst.sure >= SKEW_FAIL_MS
    ? failure("clocks", found, why, todo)
    : warning("clocks", found, why, todo);
}

/** Also told at the start of a server. */
export function commitLog(facts: Pick<ClusterFacts, "kind" | "nodes" | "options">): Finding {
  const check = "commit log";
  const { kind, nodes: all } = facts;
  const known = answering(all).flatMap(({ address, settings }) => {
    const sync = settings.get("commitlog_sync");
    return sync === undefined ? [] : [{ address, sync }];
  });
  if (known.length === 0) return unseen(facts);
  const periodic = known.filter(({ sync }) => sync === "periodic");
  if (periodic.length === 0) {
    const kinds = [...new Set(known.map(({ sync }) => sync))].join(" and ");
    return inOrder(check, `commitlog_sync is ${kinds}: acknowledged means on disk`);
  }
  const wanted =
    kind === "scylla"
      ? "commitlog_sync: batch"
      : "commitlog_sync: group and commitlog_sync_group_window: 10ms, without commitlog_sync_period,";
  return warning(
    check,
    `commitlog_sync is periodic on ${periodic.map(({ address }) => address).join(", ")}`,
    "a node acknowledges before it has synced: its crash loses up to 100 ms of acknowledged writes, and its machine's crash up to the sync period, where no other replica has them",
    `set ${wanted} in the nodes' configuration, and restart them one by one`,
  );
}

/** Nothing where it cannot be seen: that was said of the commit log. */
function tombstones({ nodes: all }: ClusterFacts): Finding[] {
  const check = "tombstones";
  const limits = answering(all).flatMap(({ settings }) => {
    const limit = settings.get("tombstone_failure_threshold");
    return limit === undefined ? [] : [Number(limit)];
  });
  if (limits.length === 0) return [];
  const least = Math.min(...limits);
  return [
    least >= LEAST_TOMBSTONES
      ? inOrder(check, `reads may pass ${least.toLocaleString("en")} of them`)
      : warning(
          check,
          `tombstone_failure_threshold is ${least}`,
          "a read that passes more deleted rows than that is refused, and Argus is tested with the limit that follows",
          `set tombstone_failure_threshold to ${LEAST_TOMBSTONES} or more; the default is 100000`,
        ),
  ];
}

function accounts({ nodes: all, options }: ClusterFacts): Finding {
  const check = "accounts";
  const classes = answering(all).flatMap(({ settings, hidesSettings }) =>
    hidesSettings || settings.size === 0
      ? []
      : [settings.get("authenticator.class_name") ?? settings.get("authenticator") ?? ""],
  );
  const open = classes.some((name) => name === "" || name.endsWith("AllowAllAuthenticator"));
  if (!open)
    return inOrder(
      check,
      options.credentials === undefined
        ? "Argus gives no name"
        : `Argus logs in as ${options.credentials.username}`,
    );
  return isOnThisMachine(options.contactPoints)
    ? inOrder(check, "nodes ask for no password, and are on this machine")
    : warning(
        check,
        "nodes ask for no password (AllowAllAuthenticator)",
        "whoever reaches their port reads, changes and deletes all logs and accounts",
        "set authenticator: PasswordAuthenticator and authorizer: CassandraAuthorizer on the nodes, make a role for Argus, and set ARGUS_CASSANDRA_USERNAME and ARGUS_CASSANDRA_PASSWORD",
      );
}

function encryption({ options }: ClusterFacts): Finding {
  if (options.tls !== undefined) return inOrder("encryption", "TLS to the nodes");
  if (isOnThisMachine(options.contactPoints))
    return inOrder("encryption", "none, and the nodes are on this machine");
  return warning(
    "encryption",
    "none between Argus and the nodes",
    "whoever can listen on the way reads logs, and the password of the role",
    "turn client_encryption_options on at the nodes, and set ARGUS_CASSANDRA_TLS_CA",
  );
}

function unseen({ nodes: all, options }: Pick<ClusterFacts, "nodes" | "options">): Finding {
  const check = "commit log";
  if (!answering(all).some(({ hidesSettings }) => hidesSettings))
    return inOrder(check, "this server does not show commitlog_sync");
  const role = options.credentials?.username ?? "the role";
  return warning(
    check,
    "commitlog_sync cannot be seen",
    "the role that Argus logs in as may not read the nodes' settings",
    `GRANT SELECT ON system_views.settings TO ${role}; or look into cassandra.yaml`,
  );
}

function answering(all: readonly NodeFacts[]): NodeFacts[] {
  return all.filter(({ silence }) => silence === undefined);
}

function isOnThisMachine(contactPoints: readonly string[]): boolean {
  return contactPoints.every((point): boolean =>
    /^(127\.\d+\.\d+\.\d+|localhost|\[::1\]):/.test(point),
  );
}
