/**
 * What a statement may say so that Apache Cassandra, ScyllaDB and Amazon Keyspaces all run it, and mean the same.
 * Invariant: the rules look at the text alone, so that they can be held against every statement without a database.
 */
import type { Statement, StatementKind } from "./statement.ts";

interface Rule {
  readonly pattern: RegExp;
  readonly why: string;
  /** All kinds unless said otherwise. */
  readonly kinds?: readonly StatementKind[];
}

const DATA: readonly StatementKind[] = ["read", "write", "cas"];
const CHANGES: readonly StatementKind[] = ["write", "cas"];

const REFUSED: readonly Rule[] = [
  { pattern: /\bALLOW FILTERING\b/i, why: "it may walk a whole table" },
  { pattern: /\bPER PARTITION LIMIT\b/i, why: "Keyspaces has no limit by partition" },
  { pattern: /\bBATCH\b/i, why: "Keyspaces' batches take no condition and may apply in part" },
  { pattern: /^TRUNCATE\b/i, why: "Keyspaces cannot truncate" },
  { pattern: /^DROP\b/i, why: "what is dropped is missed by an older process" },
  { pattern: /^CREATE (CUSTOM )?INDEX\b/i, why: "Keyspaces has no secondary indexes" },
  { pattern: /^CREATE MATERIALIZED\b/i, why: "Keyspaces has no views" },
  {
    pattern: /^CREATE (OR REPLACE )?(FUNCTION|AGGREGATE|TRIGGER)\b/i,
    why: "Keyspaces runs no code",
  },
  {
    pattern: /\bcounter\b/i,
    why: "adding to a counter twice is not adding once",
    kinds: ["define"],
  },
  { pattern: /\bADD IF NOT EXISTS\b/i, why: "Keyspaces cannot; look in system_schema first" },
  { pattern: /UnifiedCompactionStrategy/i, why: "ScyllaDB does not have it" },
  {
    pattern: /\b(USING|AND) TIMESTAMP\b|\bWRITETIME ?\(/i,
    why: "times are the server's, and Keyspaces does not show them",
  },
  { pattern: /\bGROUP BY\b/i, why: "Keyspaces has no groups" },
  { pattern: /\b(count|sum|avg|min|max)\s*\(/i, why: "Keyspaces has no aggregates", kinds: DATA },
  { pattern: /\bLIKE\b|\bCONTAINS\b/i, why: "it takes an index", kinds: DATA },
  {
    pattern: /\bIN ?[(?]/i,
    why: "Keyspaces takes a hundred values and no order; ask key by key",
    kinds: DATA,
  },
  { pattern: /\bSELECT (\*|JSON\b)/i, why: "a prepared * does not see a new column; name them" },
  {
    pattern: /\b(now|uuid|currentTimestamp)\s*\(/i,
    why: "sent twice it means another thing",
    kinds: CHANGES,
  },
  { pattern: /= \w+ [+-] \?/i, why: "sent twice it means another thing", kinds: CHANGES },
];

const VERBS: Readonly<Record<StatementKind, RegExp>> = {
  read: /^SELECT\b/,
  write: /^(INSERT INTO|UPDATE|DELETE)\b/,
  cas: /^(INSERT INTO|UPDATE|DELETE)\b/,
  define: /^(CREATE (KEYSPACE|TABLE) IF NOT EXISTS|ALTER TABLE)\b/,
};

/** @returns why it must not be sent, in sentences; empty when it may. */
export function unportable({ kind, cql }: Statement): string[] {
  const faults = REFUSED.filter(
    ({ pattern, kinds }) => (kinds?.includes(kind) ?? true) && pattern.test(cql),
  ).map(({ why }) => why);
  if (!VERBS[kind].test(cql)) faults.push(`a ${kind} does not begin so`);
  const conditional = /\bIF\b/.test(cql);
  if (kind === "cas" && !conditional) faults.push("a compare-and-set has no condition");
  if (kind === "write" && conditional) faults.push("a condition makes it a compare-and-set");
  if (kind === "read" && !/\bWHERE\b/.test(cql) && !/ FROM system\./.test(cql))
    faults.push("it walks a whole table");
  if (kind !== "define" || cql.includes(" TABLE "))
    if (
      !/\b(FROM|INTO|UPDATE|EXISTS|ALTER TABLE) (ks|system|system_schema|system_schema_mcs|system_views)\.\w/.test(
        cql,
      )
    )
      faults.push("its table is not qualified");
  // A failed update returns the columns of its condition alone: without the nonce an unknown outcome stays unknown.
  if (kind === "cas" && !/\bIF NOT EXISTS\b/.test(cql) && !/\bIF\b.*\bnonce = \?/.test(cql))
    faults.push("the nonce is not in the condition");
  return faults;
}

/** @returns the table a statement changes; undefined when it changes none. */
export function changedTable({ kind, cql }: Statement): string | undefined {
  if (kind !== "write" && kind !== "cas") return undefined;
  return /^(?:INSERT INTO|UPDATE|DELETE.*? FROM)\s+([\w.]+)/.exec(cql)?.[1];
}
