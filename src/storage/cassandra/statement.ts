/**
 * A CQL statement, declared once. Invariant: nothing is sent to Cassandra but what was declared here with its kind, and
 * the kind alone decides consistency, profile and whether the driver may send it twice.
 * `statements.test.ts` refuses what Amazon Keyspaces or ScyllaDB cannot run.
 */

export type StatementKind =
  /** Sees every write that was acknowledged before it began. */
  | "read"
  /** An unconditional insert, update or delete of rows named by their keys: twice is as good as once. */
  | "write"
  /** A compare-and-set of one row. The driver never sends it twice; `Session.compareAndSet` does, and knows. */
  | "cas"
  /** A change of the schema. */
  | "define";

export interface Statement<K extends StatementKind = StatementKind> {
  readonly kind: K;
  /** Unique; for messages and metrics. */
  readonly name: string;
  readonly cql: string;
}

/** @param cql with `?` for each value, and `ks.` before each table of the store: the session knows the keyspace. */
export function statement<K extends StatementKind>(
  kind: K,
  name: string,
  cql: string,
): Statement<K> {
  return { kind, name, cql: cql.replaceAll(/\s+/g, " ").trim() };
}

/** @returns the text as it is sent. Names are qualified because a prepared one that is not is ambiguous. */
export function cqlIn(keyspace: string, { cql }: Statement): string {
  return cql.replaceAll(/\bks\./g, `${keyspace}.`);
}
