/**
 * Looks at a cluster and says what to change, in sentences for whoever runs it.
 * Invariant: it reads and never writes, and needs no more rights than the store itself; what it may not see it says.
 */
import type { Clock } from "../../domain/clock.ts";
import type { CassandraOptions } from "./connect.ts";
import { gatherFacts } from "./doctor-facts.ts";
import type { Finding } from "./doctor-finding.ts";
import { commitLog, nodeFindings } from "./doctor-nodes.ts";
import { progressFindings } from "./doctor-progress.ts";
import { schemaFindings } from "./doctor-schema.ts";
import { MIGRATIONS } from "./migrations.ts";
import type { Session } from "./session.ts";

/** Findings as they are made. Watching epochs takes a quarter of a minute. */
export async function* examineCluster(deps: {
  readonly session: Session;
  readonly options: CassandraOptions;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
}): AsyncGenerator<Finding, void, undefined> {
  const facts = await gatherFacts(deps);
  yield* nodeFindings(facts);
  yield* schemaFindings(facts);
  if (facts.version === MIGRATIONS.length) yield* await progressFindings(deps);
}

/** How far an acknowledgement of the nodes can be trusted; told when a server starts, too. */
export async function commitLogFinding(deps: {
  readonly session: Session;
  readonly options: CassandraOptions;
  readonly clock: Clock;
}): Promise<Finding> {
  return commitLog(await gatherFacts(deps));
}
