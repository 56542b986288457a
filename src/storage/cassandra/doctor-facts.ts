/**
 * Gathers what a cluster says of itself, for `doctor`.
 * Invariants: it reads and never writes; what cannot be read (the role may not, the server has no such table) is missing
 * from the facts, and the look goes on.
 */
import type { Clock } from "../../domain/clock.ts";
import { isFault } from "../../domain/fault.ts";
import type { CassandraOptions } from "./connect.ts";
import { isForbidden, isUnknownTable } from "./driver-errors.ts";
import { eachAtOnce } from "./at-once.ts";
import { isKeyspaces } from "./keyspaces.ts";
import { MIGRATION_STATEMENTS } from "./migrations.ts";
import { hasValue, intOf, type Row, textOf } from "./row.ts";
import type { CqlValue, KnownNode, Session } from "./session.ts";
import { type Statement, statement } from "./statement.ts";

export const DOCTOR_STATEMENTS = {
  scylla: statement(
    "read",
    "find_scylla",
    "SELECT table_name FROM system_schema.tables WHERE keyspace_name = 'system' AND table_name = 'scylla_local'",
  ),
  keyspace: statement(
    "read",
    "replication_of_keyspace",
    "SELECT replication FROM system_schema.keyspaces WHERE keyspace_name = ?",
  ),
  tables: statement(
    "read",
    "options_of_tables",
    `SELECT table_name, gc_grace_seconds, compaction, compression FROM system_schema.tables
     WHERE keyspace_name = ?`,
  ),
  node: statement(
    "read",
    "time_of_node",
    "SELECT toTimestamp(now()) AS at, schema_version FROM system.local WHERE key = 'local'",
  ),
  setting: statement("read", "setting", "SELECT value FROM system_views.settings WHERE name = ?"),
  scyllaSetting: statement(
    "read",
    "scylla_setting",
    "SELECT value FROM system.config WHERE name = ?",
  ),
} as const;

export type ServerKind = "cassandra" | "scylla" | "keyspaces";

export interface NodeFacts extends KnownNode {
  /** Why it does not answer; undefined when it does. */
  readonly silence: string | undefined;
  /** Its clock minus this machine's; the truth is within `skewErrorMs` of it. */
  readonly skewMs: number;
  readonly skewErrorMs: number;
  readonly schemaVersion: string;
  readonly settings: ReadonlyMap<string, string>;
  /** The role may not read the settings. */
  readonly hidesSettings: boolean;
}

export interface TableFacts {
  readonly gcGraceSeconds: number | undefined;
  readonly compaction: string | undefined;
  readonly isCompressed: boolean | undefined;
}

export interface ClusterFacts {
  readonly kind: ServerKind;
  readonly options: CassandraOptions;
  /** Of the local data centre, by address. */
  readonly nodes: readonly NodeFacts[];
  /** Nodes of other data centres. */
  readonly elsewhere: number;
  /** undefined: the keyspace is not there. */
  readonly replication: Readonly<Record<string, string>> | undefined;
  readonly tables: ReadonlyMap<string, TableFacts>;
  /** Steps of the schema that were made, or why that cannot be read. */
  readonly version: number | { readonly unread: string };
}

/** What is read of a node's settings. */
export const SETTING_NAMES = [
  "commitlog_sync",
  "tombstone_failure_threshold",
  "authenticator",
  "authenticator.class_name",
] as const;

const NODES_AT_ONCE = 8;
const PROGRAM = "argus";

export async function gatherFacts(deps: {
  readonly session: Session;
  readonly options: CassandraOptions;
  readonly clock: Clock;
}): Promise<ClusterFacts> {
  const { session, options, clock } = deps;
  const kind = await kindOf(session);
  const known = session.nodes();
  const local = known.filter(({ dataCenter }) => dataCenter === options.localDataCenter);
  const nodes = await eachAtOnce(local, NODES_AT_ONCE, (node) =>
    nodeFacts(session, clock, node, kind),
  );
  const [keyspace] = await session.read(DOCTOR_STATEMENTS.keyspace, [session.keyspace]);
  const tables = await session.read(DOCTOR_STATEMENTS.tables, [session.keyspace]);
  const names = new Set(tables.map((row) => textOf(row, "table_name")));
  return {
    kind,
    options,
    nodes,
    elsewhere: known.length - local.length,
    replication: keyspace === undefined ? undefined : mapOf(keyspace, "replication"),
    tables: new Map(tables.map((row) => [textOf(row, "table_name"), tableFacts(row)])),
    version: names.has("schema_migration") ? await versionOf(session) : 0,
  };
}

async function versionOf(session: Session): Promise<ClusterFacts["version"]> {
  try {
    return (await session.read(MIGRATION_STATEMENTS.applied, [PROGRAM])).length;
  } catch (error) {
    if (!isFault(error, "overloaded")) throw error;
    return { unread: error.message };
  }
}

async function kindOf(session: Session): Promise<ServerKind> {
  if (await isKeyspaces((what, values) => session.read(what, values))) return "keyspaces";
  return (await session.read(DOCTOR_STATEMENTS.scylla, [])).length > 0 ? "scylla" : "cassandra";
}

async function nodeFacts(
  session: Session,
  clock: Clock,
  node: KnownNode,
  kind: ServerKind,
): Promise<NodeFacts> {
  const none = {
    skewMs: 0,
    skewErrorMs: 0,
    schemaVersion: "",
    settings: new Map<string, string>(),
  };
  try {
    // The first makes what the second needs: a connection, and the prepared statement.
    await session.readAt(node, DOCTOR_STATEMENTS.node, []);
    const before = clock.monotonicMs();
    const beforeMs = clock.nowMs();
    const [row] = await session.readAt(node, DOCTOR_STATEMENTS.node, []);
    const tookMs = clock.monotonicMs() - before;
    const at: unknown = row?.get("at");
    const skewMs = at instanceof Date ? at.getTime() - (beforeMs + tookMs / 2) : 0;
    const read = await readSettings(session, node, kind);
    return {
      ...node,
      silence: undefined,
      skewMs: Math.round(skewMs),
      skewErrorMs: Math.ceil(tookMs / 2),
      schemaVersion: String(row?.get("schema_version")),
      settings: read ?? new Map<string, string>(),
      hidesSettings: read === undefined,
    };
  } catch (error) {
    if (!isFault(error, "overloaded")) throw error;
    return { ...node, ...none, silence: error.message, hidesSettings: false };
  }
}

/** @returns undefined when the role may not read them; without what the server does not have. */
async function readSettings(
  session: Session,
  node: KnownNode,
  kind: ServerKind,
): Promise<ReadonlyMap<string, string> | undefined> {
  const settings = new Map<string, string>();
  if (kind === "keyspaces") return settings;
  const ask: Statement<"read"> =
    kind === "scylla" ? DOCTOR_STATEMENTS.scyllaSetting : DOCTOR_STATEMENTS.setting;
  for (const name of SETTING_NAMES) {
    const values: readonly CqlValue[] = [name];
    try {
      const [row] = await session.readAt(node, ask, values);
      if (row !== undefined && hasValue(row, "value"))
        settings.set(name, textOf(row, "value").replaceAll('"', ""));
    } catch (error) {
      if (isForbidden(error)) return undefined;
      if (isUnknownTable(error)) return settings;
      throw error;
    }
  }
  return settings;
}

function tableFacts(row: Row): TableFacts {
  const compression = mapOf(row, "compression");
  return {
    gcGraceSeconds: hasValue(row, "gc_grace_seconds") ? intOf(row, "gc_grace_seconds") : undefined,
    compaction: mapOf(row, "compaction")?.["class"]?.split(".").at(-1),
    // Without compression the options are empty, or say so.
    isCompressed:
      compression === undefined
        ? undefined
        : compression["enabled"] !== "false" && Object.keys(compression).length > 0,
  };
}

function mapOf(row: Row, column: string): Readonly<Record<string, string>> | undefined {
  const value: unknown = row.get(column);
  return typeof value === "object" && value !== null
    ? (value as Record<string, string>)
    : undefined;
}
