/**
 * What a CQL text asks of Amazon Keyspaces, and what Keyspaces refuses by the text alone.
 * Invariant: rules of the service, from its developer guide ("Functional differences", "Supported Cassandra APIs"), not of
 * this program: they hold whatever the program's own check of its statements says.
 */

export type Verb = "select" | "insert" | "update" | "delete" | "define" | "batch" | "other";

export interface GuardedStatement {
  readonly cql: string;
  readonly verb: Verb;
  /** `keyspace.table`; undefined where none is named so. */
  readonly table: string | undefined;
  /** What each `?` is given to: a column, or `ttl`, `limit`. */
  readonly names: readonly string[];
  readonly isConditional: boolean;
  readonly hasTtl: boolean;
  /** Why Keyspaces does not run it; undefined when it does. */
  readonly refusal: string | undefined;
}

const VERBS: readonly (readonly [RegExp, Verb])[] = [
  [/^SELECT\b/i, "select"],
  [/^INSERT\b/i, "insert"],
  [/^UPDATE\b/i, "update"],
  [/^DELETE\b/i, "delete"],
  [/^BEGIN\b/i, "batch"],
  [/^(CREATE|ALTER|DROP|TRUNCATE|GRANT|REVOKE)\b/i, "define"],
];

const REFUSED: readonly (readonly [RegExp, string])[] = [
  [/^TRUNCATE\b/i, "TRUNCATE is not supported"],
  [/^(CREATE (CUSTOM )?INDEX|DROP INDEX)\b/i, "Secondary indexes are not supported"],
  [/^(CREATE|ALTER|DROP) MATERIALIZED VIEW\b/i, "Materialized views are not supported"],
  [
    /^(CREATE( OR REPLACE)?|DROP) (FUNCTION|AGGREGATE|TRIGGER)\b/i,
    "Functions, aggregates and triggers are not supported",
  ],
  [/^(CREATE|ALTER|DROP) (ROLE|USER)\b|^(GRANT|REVOKE)\b/i, "Roles are those of IAM"],
  [/\bPER PARTITION LIMIT\b/i, "PER PARTITION LIMIT is not supported"],
  [/^SELECT\b.*\bGROUP BY\b/i, "GROUP BY is not supported"],
  [/^SELECT\b.*\b(count|sum|avg|min|max)\s*\(/i, "Aggregates are not supported"],
  [/^(UPDATE|DELETE)\b.*\bIN\s*[(?]/i, "IN is not supported with UPDATE and DELETE"],
  [/\b(USING|AND) TIMESTAMP\b|\bWRITETIME\s*\(/i, "Client-side timestamps are not turned on"],
  [/^ALTER TABLE\b.*\bIF (NOT )?EXISTS\b/i, "ALTER TABLE takes no IF"],
  [/^CREATE TABLE\b.*\bcounter\b/i, "Counters are not what this store may use"],
];

const TABLE = /\b(?:FROM|INTO|UPDATE|TABLE)\s+(?:IF NOT EXISTS\s+|IF EXISTS\s+)?(\w+\.\w+)/i;

export function lookAt(text: string): GuardedStatement {
  const cql = text.replaceAll(/\s+/g, " ").trim();
  const verb = VERBS.find(([pattern]) => pattern.test(cql))?.[1] ?? "other";
  return {
    cql,
    verb,
    table: TABLE.exec(cql)?.[1],
    names: verb === "define" ? [] : namesOf(cql),
    isConditional: /\bIF\b/i.test(cql),
    hasTtl: verb !== "define" && /\bUSING TTL\b/i.test(cql),
    refusal: REFUSED.find(([pattern]) => pattern.test(cql))?.[1],
  };
}

export function isSystem(table: string | undefined): boolean {
  return table === undefined || table.startsWith("system");
}

/** `… WHERE` and what its conditions are, without what may follow. */
export function whereOf({ cql }: GuardedStatement): string {
  return /\bWHERE\b.*?(?=\bIF\b|\bLIMIT\b|\bORDER\b|\bALLOW\b|$)/i.exec(cql)?.[0] ?? "";
}

function namesOf(cql: string): string[] {
  const insert = /^INSERT INTO [\w.]+\s*\(([^)]*)\)\s*VALUES\s*\(([^)]*)\)(.*)$/i.exec(cql);
  if (insert === null) return placesIn(cql);
  const [, columns = "", values = "", rest = ""] = insert;
  const all = columns.split(",").map((column) => column.trim());
  const bound = values
    .split(",")
    .flatMap((value, i) => (value.trim() === "?" ? [all[i] ?? ""] : []));
  return [...bound, ...placesIn(rest)];
}

function placesIn(cql: string): string[] {
  return [...cql.matchAll(/(\w+)\s*(?:=|<=|>=|<|>|\bIN\b)?\s*\?/gi)].map(([, name = ""]) =>
    name.toLowerCase(),
  );
}
