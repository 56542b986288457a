/**
 * A connection that runs declared statements in one keyspace.
 * Invariants: a plain statement is idempotent and is sent up to six times; a compare-and-set whose outcome is unknown is
 * repeated as it is, and its answer says whether a try before was in doubt. Failures are `overloaded`, after which the
 * outcome may be unknown; a try that nothing is heard of is one (./statement-limit.ts). Changes of the schema go to one node, the same one from every process, and wait for the others;
 * on Amazon Keyspaces, which makes things later, until they are there.
 */
import type cassandra from "cassandra-driver";

import type { Clock } from "../../domain/clock.ts";
import { overloaded } from "../../domain/fault.ts";
import type { Logger } from "../../domain/logger.ts";
import { type CassandraOptions, connect, LWT_PROFILE, whereOf } from "./connect.ts";
import { faultOf, isAvailability, isRefusal } from "./driver-errors.ts";
import { inKeyspaces, isKeyspaces, isReady } from "./keyspaces.ts";
import { rowsOfPages } from "./pages.ts";
import type { Row } from "./row.ts";
import { cqlIn, statement, type Statement } from "./statement.ts";
import { createStatementLimit } from "./statement-limit.ts";

/** Text, int, boolean, bigint for bigint, bytes for blob, Date for timestamp; undefined leaves a column unset. */
export type CqlValue =
  | string
  | number
  | bigint
  | boolean
  | Uint8Array
  | Date
  | undefined
  | readonly CqlValue[];

export type CasAnswer =
  | { readonly applied: true }
  | {
      readonly applied: false;
      /** The columns in the condition (all of the row's for an insert); undefined when there is no row. */
      readonly row: Row | undefined;
      /** A try before this answer had an unknown outcome: it may have applied and been replaced since. */
      readonly inDoubt: boolean;
    };

/** A node as the driver knows it. */
export interface KnownNode {
  /** `address:port`. */
  readonly address: string;
  readonly dataCenter: string;
  /** Of the server on it. */
  readonly version: string;
}

export interface Session extends AsyncDisposable {
  /** Names the store in messages. */
  readonly where: string;
  readonly keyspace: string;
  /** Every row, all pages. */
  read(read: Statement<"read">, values: readonly CqlValue[]): Promise<Row[]>;
  /** Rows as their pages arrive; a page may be short or empty. */
  rows(read: Statement<"read">, values: readonly CqlValue[]): AsyncIterable<Row>;
  write(write: Statement<"write">, values: readonly CqlValue[]): Promise<void>;
  /** Throws `overloaded` when the outcome stays unknown: it decides nothing. */
  compareAndSet(cas: Statement<"cas">, values: readonly CqlValue[]): Promise<CasAnswer>;
  define(change: Statement<"define">): Promise<void>;
  /** By address, those that are down and those of other data centres included. */
  nodes(): readonly KnownNode[];
  /** When enough nodes last did what was asked, by the monotonic clock; 0 before the first time. */
  answeredMs(): number;
  /** The first page as that node tells it, asked once: of tables that are a node's own. */
  readAt(node: KnownNode, read: Statement<"read">, values: readonly CqlValue[]): Promise<Row[]>;
}

const TRIES = 6;
/** Doubles: six tries outlast the second that a lost connection takes to come back, and with it the only one of a node. */
const FIRST_PAUSE_MS = 50;
const AGREEMENT_LIMIT_MS = 30_000;
const AGREEMENT_PAUSE_MS = 50;
/** Keyspaces takes seconds for a table. */
const KEYSPACES_LIMIT_MS = 300_000;
const KEYSPACES_PAUSE_MS = 500;

export const SESSION_STATEMENTS = {
  ownSchema: statement(
    "read",
    "own_schema",
    "SELECT schema_version FROM system.local WHERE key = 'local'",
  ),
  peersSchemas: statement("read", "peers_schemas", "SELECT schema_version FROM system.peers"),
} as const;

export interface SessionDeps {
  readonly options: CassandraOptions;
  readonly clock: Clock;
  /** Of a program that runs on. */
  readonly logger?: Pick<Logger, "warn">;
}

/** The keyspace need not be there yet. */
export async function openSession(deps: SessionDeps): Promise<Session> {
  const { options, clock } = deps;
  const { keyspace } = options;
  const where = whereOf(options);
  const client = await connect(options);
  const limit = createStatementLimit({ clock, logger: deps.logger, where });
  const texts = new Map<Statement, string>();
  /** Statements are declared once, so each text is made once. Changes of the schema are sent once anyway. */
  const textOf = (what: Statement): string => {
    const text = texts.get(what) ?? cqlIn(keyspace, what);
    if (what.kind !== "define") texts.set(what, text);
    return text;
  };

  let answeredMs = 0;
  const send = async (
    what: Statement,
    values: readonly CqlValue[],
    rest: cassandra.QueryOptions = {},
  ): Promise<cassandra.types.ResultSet> => {
    const call = client.execute(textOf(what), values.map(toDriver), {
      prepare: what.kind !== "define",
      isIdempotent: what.kind === "read" || what.kind === "write",
      ...(what.kind === "cas" ? { executionProfile: LWT_PROFILE } : {}),
      ...rest,
    });
    const result = await limit.within(what.name, call);
    // What one node says of itself says nothing of the others.
    if (rest.host === undefined) answeredMs = clock.monotonicMs();
    return result;
  };

  /** Runs an idempotent statement until a try succeeds. */
  const sendPlain = async (
    what: Statement,
    values: readonly CqlValue[],
    rest?: cassandra.QueryOptions,
  ): Promise<cassandra.types.ResultSet> => {
    for (let tries = 1; ; tries++) {
      try {
        return await send(what, values, rest);
      } catch (error) {
        if (tries === TRIES || !isAvailability(error)) throw faultOf(error, where);
        await clock.sleep(pauseMs(tries));
      }
    }
  };

  // Page by page, so that each is tried again by itself.
  const rows = (read: Statement<"read">, values: readonly CqlValue[]): AsyncGenerator<Row> =>
    rowsOfPages(async (pageState) => {
      const page = await sendPlain(read, values, pageState === undefined ? {} : { pageState });
      return { rows: page.rows as Row[], pageState: page.pageState };
    });

  const compareAndSet = async (
    cas: Statement<"cas">,
    values: readonly CqlValue[],
  ): Promise<CasAnswer> => {
    let inDoubt = false;
    for (let tries = 1; ; tries++) {
      try {
        const result = await send(cas, values);
        // ScyllaDB returns the row in every case: the mark alone decides.
        if (result.wasApplied()) return { applied: true };
        const row = result.rows[0] as Row | undefined;
        return {
          applied: false,
          row: row !== undefined && row.keys().length > 1 ? row : undefined,
          inDoubt,
        };
      } catch (error) {
        if (!isAvailability(error)) throw faultOf(error, where);
        if (!isRefusal(error)) inDoubt = true;
        if (tries === TRIES) throw faultOf(error, where);
        await clock.sleep(pauseMs(tries));
      }
    }
  };

  const read = (what: Statement<"read">, values: readonly CqlValue[]): Promise<Row[]> =>
    Array.fromAsync(rows(what, values));

  const agree = async (host: cassandra.Host): Promise<boolean> => {
    const own = await sendPlain(SESSION_STATEMENTS.ownSchema, [], { host });
    const peers = await sendPlain(SESSION_STATEMENTS.peersSchemas, [], { host });
    const versions = [...own.rows, ...peers.rows].map((row) => String(row.get("schema_version")));
    return new Set(versions).size === 1;
  };

  const until = async (
    limitMs: number,
    pauseMs: number,
    look: () => Promise<boolean>,
    late: string,
  ): Promise<void> => {
    const end = clock.monotonicMs() + limitMs;
    while (!(await look())) {
      if (clock.monotonicMs() > end) throw overloaded(`${where}: ${late}`);
      await clock.sleep(pauseMs);
    }
  };

  const defineInKeyspaces = async (change: Statement<"define">): Promise<void> => {
    const cql = inKeyspaces(textOf(change));
    await sendPlain({ ...change, cql }, []);
    const late = `what ${change.name} defines is not there yet; look into the console of Keyspaces, and start again`;
    await until(KEYSPACES_LIMIT_MS, KEYSPACES_PAUSE_MS, () => isReady(cql, read), late);
  };

  const defineAtNode = async (change: Statement<"define">): Promise<void> => {
    const host = nodeToDefineAt(client.hosts.values(), options.localDataCenter);
    if (host === undefined) throw overloaded(`${where} does not serve: no node is up`);
    await sendPlain(change, [], { host });
    const late = "its nodes do not agree about the schema; is one of them down?";
    return until(AGREEMENT_LIMIT_MS, AGREEMENT_PAUSE_MS, () => agree(host), late);
  };

  const define = await isKeyspaces(read).then(
    (is) => (is ? defineInKeyspaces : defineAtNode),
    async (error: unknown) => {
      await client.shutdown();
      throw error;
    },
  );

  return {
    where,
    keyspace,
    answeredMs: () => answeredMs,
    rows,
    read,
    write: async (write, values) => {
      await sendPlain(write, values);
    },
    compareAndSet,
    define,
    nodes: () =>
      client.hosts
        .values()
        .map(({ address, datacenter, cassandraVersion }) => ({
          address,
          dataCenter: datacenter,
          version: cassandraVersion,
        }))
        .toSorted((a, b) => (a.address < b.address ? -1 : 1)),
    readAt: async ({ address }, what, values) => {
      const host = client.hosts.get(address);
      if (host === undefined) throw overloaded(`${where} knows no node ${address} any more`);
      try {
        return (await send(what, values, { host })).rows as Row[];
      } catch (error) {
        throw faultOf(error, where);
      }
    },
    [Symbol.asyncDispose]: async () => {
      try {
        await client.shutdown();
      } finally {
        limit[Symbol.dispose]();
      }
    },
  };
}

function toDriver(value: CqlValue): unknown {
  // The driver takes Buffers alone; this one is a view.
  if (value instanceof Uint8Array)
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return value;
}

/**
 * Every process that sees the same nodes picks the same. Others may hold copies: the driver counts their nodes as up and has
 * no connection to them.
 */
export function nodeToDefineAt<H extends Pick<cassandra.Host, "address" | "datacenter" | "isUp">>(
  hosts: readonly H[],
  dataCenter: string,
): H | undefined {
  const up = hosts.filter((host) => host.datacenter === dataCenter && host.isUp());
  return up.toSorted((a, b) => (a.address < b.address ? -1 : 1))[0];
}

function pauseMs(tries: number): number {
  return FIRST_PAUSE_MS * 2 ** (tries - 1);
}
