/**
 * Lets garbage go, and says once what the disk does not let go.
 * Invariant: deleting needs no lease, it may be done twice; the lease keeps processes from looking through the whole store
 * at the same time.
 */
import type { Logger } from "../domain/logger.ts";
import type { LogStore, StuckBlob } from "../storage/log-store.ts";

export function createCollect(deps: {
  readonly store: Pick<LogStore, "collectGarbage">;
  readonly logger: Logger;
}): LogStore["collectGarbage"] {
  const sayStuck = createSayStuck(deps.logger);
  return async (reach) => {
    const stuck = await deps.store.collectGarbage(reach);
    sayStuck(stuck);
    return stuck;
  };
}

/** @returns what says of each blob once that it cannot be deleted, and again only when it was gone meanwhile. */
function createSayStuck(logger: Logger): (stuck: readonly StuckBlob[]) => void {
  let said = new Set<string>();
  return (stuck) => {
    for (const { name, reason } of stuck) {
      if (said.has(name)) continue;
      logger.warn(
        "a file of deleted entries cannot be deleted, nobody sees it but it takes space: let the server's user write to its folder, or delete it by hand; until then it is tried every minute",
        { file: name, reason },
      );
    }
    said = new Set(stuck.map(({ name }) => name));
  };
}
