/**
 * What is to be said of the keyspace and its tables: copies, versions, options. Invariant: pure; what is wanted of a table
 * is read out of its own definition.
 */
import type { ClusterFacts, TableFacts } from "./doctor-facts.ts";
import { failure, type Finding, inOrder, warning } from "./doctor-finding.ts";
import { FIRST_TABLES, MIGRATIONS } from "./migrations.ts";
import type { Statement } from "./statement.ts";

const DEFINITIONS: readonly Statement<"define">[] = [
  ...Object.values(FIRST_TABLES),
  ...MIGRATIONS.flatMap(({ changes }) => changes),
].filter(({ cql }) => cql.startsWith("CREATE TABLE"));

export function schemaFindings(facts: ClusterFacts): Finding[] {
  const { replication, options } = facts;
  if (replication === undefined)
    return [
      failure(
        "keyspace",
        `there is no keyspace ${options.keyspace}`,
        "nothing is stored yet",
        "npx argus migrate makes it, and so does the first server that starts; set ARGUS_CASSANDRA_REPLICATION_FACTOR (3, or 1 where there is one node)",
      ),
    ];
  return [
    facts.kind === "keyspaces"
      ? inOrder("copies", "three, as always on Keyspaces")
      : copies(facts, replication),
    version(facts),
    // Keyspaces takes the options and does nothing about them.
    ...(facts.kind === "keyspaces" ? [] : [tables(facts)]),
  ];
}

function copies(
  { options, nodes }: ClusterFacts,
  replication: Readonly<Record<string, string>>,
): Finding {
  const check = "copies";
  const { keyspace, localDataCenter } = options;
  const strategy = replication["class"]?.split(".").at(-1) ?? "";
  const alter = (factor: number): string =>
    `ALTER KEYSPACE ${keyspace} WITH replication = {'class': 'NetworkTopologyStrategy', '${localDataCenter}': ${factor}}; then "nodetool repair --full ${keyspace}" on every node`;
  if (strategy !== "NetworkTopologyStrategy")
    return warning(
      check,
      `keyspace ${keyspace} is placed by ${strategy}`,
      "it does not know data centres or racks, so all copies of a row may stand in one rack",
      alter(Number(replication["replication_factor"] ?? 3)),
    );
  const factor = Number(replication[localDataCenter] ?? 0);
  const found = `${factor} of each row in ${localDataCenter}`;
  if (factor === 0)
    return failure(
      check,
      `none in ${localDataCenter}: keyspace ${keyspace} is kept in ${datacentersOf(replication)}`,
      "writes and reads ask for a quorum in the local data centre, where there is nothing",
      `set ARGUS_CASSANDRA_LOCAL_DC to one that has copies, or ${alter(3)}`,
    );
  if (factor > nodes.length)
    return failure(
      check,
      `${found}, on ${nodes.length} ${nodes.length === 1 ? "node" : "nodes"}`,
      "copies that have no node count against the quorum",
      `add nodes, or ${alter(nodes.length)}`,
    );
  if (factor === 1)
    return warning(
      check,
      found,
      "a node that is lost takes its logs along, and while one is down a part of all logs is refused",
      `for production three nodes and ${alter(3)}`,
    );
  if (factor === 2)
    return warning(
      check,
      found,
      "a quorum of two is both of them: no node may be down, at twice the space",
      `${alter(3)}`,
    );
  return inOrder(check, found);
}

function datacentersOf(replication: Readonly<Record<string, string>>): string {
  return Object.keys(replication)
    .filter((name) => name !== "class")
    .join(", ");
}

function version({ version: found, options }: ClusterFacts): Finding {
  const check = "tables";
  const want = MIGRATIONS.length;
  if (typeof found !== "number")
    return failure(
      check,
      `they cannot be read: ${found.unread}`,
      "logs are refused, and queries too, until they can",
      "bring back the nodes that do not answer",
    );
  if (found === want) return inOrder(check, `version ${found}, as this program's`);
  return found > want
    ? failure(
        check,
        `version ${found}, this program knows versions up to ${want}`,
        "a newer Argus has changed the tables; this one would not understand them, and does not start",
        "run the newer program",
      )
    : warning(
        check,
        `version ${found}, this program's is ${want}`,
        `the tables of keyspace ${options.keyspace} are an older program's, or not all made`,
        "npx argus migrate brings them up to date, and so does the first server that starts",
      );
}

function tables({ tables: found }: ClusterFacts): Finding {
  const check = "options";
  const differences = DEFINITIONS.flatMap((definition) => {
    const facts = found.get(definition.name);
    return facts === undefined
      ? []
      : differencesOf(definition.cql, facts).map((each) => `${definition.name}: ${each}`);
  });
  return differences.length === 0
    ? inOrder(check, "tables have the options they were made with")
    : warning(
        check,
        differences.join("; "),
        "a table was changed by hand: expired logs may take space for longer, or reads may get slower",
        "set it back with ALTER TABLE, unless you know why it is so",
      );
}

function differencesOf(cql: string, facts: TableFacts): string[] {
  const grace = Number(/gc_grace_seconds = (\d+)/.exec(cql)?.[1]);
  const compaction = /compaction = \{'class': '(\w+)'/.exec(cql)?.[1];
  const isCompressed = !cql.includes("compression = {'enabled': 'false'}");
  const say = <T extends string | number | boolean>(
    what: string,
    has: T | undefined,
    wants: T,
  ): string[] =>
    has === undefined || has === wants ? [] : [`${what} is ${has}, made as ${wants}`];
  return [
    ...say("gc_grace_seconds", facts.gcGraceSeconds, grace),
    // Where none is named the server's own choice is as good as another.
    ...(compaction === undefined ? [] : say("compaction", facts.compaction, compaction)),
    ...say("compression", facts.isCompressed, isCompressed),
  ];
}
