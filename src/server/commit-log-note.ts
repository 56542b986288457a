/**
 * Says in the server's log when what the nodes acknowledge may be lost with one of them.
 * Invariant: it is told once, and holds nothing up: a server starts whatever comes of it.
 */
import { FaultError } from "../domain/fault.ts";
import type { Logger } from "../domain/logger.ts";
import type { Finding } from "../storage/cassandra/doctor-finding.ts";

export async function noteCommitLog(deps: {
  /** Asks the nodes. */
  readonly look: () => Promise<Finding>;
  readonly logger: Logger;
}): Promise<void> {
  const { look, logger } = deps;
  try {
    const finding = await look();
    if (finding.level === "ok") return;
    const { found, why, todo } = finding;
    logger.warn(found, { why, todo, more: "npx argus doctor" });
  } catch (error) {
    // A node that does not answer now is told of by whoever needs it.
    if (!(error instanceof FaultError))
      logger.error("the commit log could not be looked at", error);
  }
}
