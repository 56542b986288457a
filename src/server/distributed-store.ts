/**
 * The distributed store as a server runs it: open, and its epochs moving on.
 * Invariant: a process names itself afresh at each start, so that nothing it writes is taken for an older one's.
 */
import { randomBytes, randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { readApplication } from "../accounts/application.ts";
import type { Clock } from "../domain/clock.ts";
import type { AppId } from "../domain/ids.ts";
import type { Logger } from "../domain/logger.ts";
import { DAY_MS } from "../domain/time-range.ts";
import type { CassandraOptions } from "../storage/cassandra/connect.ts";
import { commitLogFinding } from "../storage/cassandra/doctor.ts";
import type { Finding } from "../storage/cassandra/doctor-finding.ts";
import { createClockWatch } from "../storage/cassandra/log-clock.ts";
import { createEpochCloser } from "../storage/cassandra/log-epochs.ts";
import { createCassandraLogStore } from "../storage/cassandra/log-store.ts";
import { openCassandraStore } from "../storage/cassandra/open-store.ts";
import type { RecordStore } from "../storage/record-store.ts";
import type { SharedStore } from "../storage/shared-store.ts";
import type { Store } from "../storage/store.ts";
import { noteCommitLog } from "./commit-log-note.ts";
import { runEpochs } from "./run-epochs.ts";
import { answeringStore, openStorePulse } from "./store-pulse.ts";

/** Whoever closes has finished with the store: nothing is lost by leaving its connections as they are. */
const CLOSE_MS = 3_000;

/** Throws what `openCassandraStore` throws. */
export async function openDistributedStore(deps: {
  readonly options: CassandraOptions;
  readonly clock: Clock;
  readonly logger: Logger;
}): Promise<Store & SharedStore & AsyncDisposable> {
  const { clock, logger, options } = deps;
  await using undo = new AsyncDisposableStack();
  const self = randomUUID();
  const newNonce = (): string => randomBytes(12).toString("base64url");
  const { session, records, locks } = undo.use(
    await openCassandraStore({ ...deps, owner: self, host: hostname(), newNonce }),
  );
  const clockWatch = createClockWatch({ session, clock });
  const logs = createCassandraLogStore({
    session,
    clock,
    clockWatch,
    newNonce,
    writer: self,
    retentionMs: (app) => retentionMs(records, app),
  });
  undo.use(runEpochs({ closer: createEpochCloser({ session, clock, newNonce }), clock, logger }));
  const look = (): Promise<Finding> => commitLogFinding({ session, options, clock });
  const noted = noteCommitLog({ look, logger });
  undo.defer(() => noted);
  const pulse = undo.use(
    openStorePulse({
      beat: () => logs.closedEpoch(),
      answeredMs: () => session.answeredMs(),
      where: session.where,
      clock,
      logger,
    }),
  );
  const opened = undo.move();
  return {
    ...answeringStore({ logs, records, locks }, pulse, session.where),
    clockAheadMs: () => pulse.whileAnswering(() => clockWatch.aheadMs()),
    [Symbol.asyncDispose]: () => atMost(CLOSE_MS, opened.disposeAsync(), clock),
  };
}

/** The driver waits for ever for nodes that fell silent while it was connecting to them again. */
async function atMost(ms: number, work: Promise<void>, clock: Clock): Promise<void> {
  const done = new AbortController();
  try {
    await Promise.race([work, clock.sleep(ms, done.signal).catch(() => undefined)]);
  } finally {
    done.abort();
  }
}

/** @returns undefined for ever. What comes late for an application that is gone is not kept at all. */
async function retentionMs(records: RecordStore, app: AppId): Promise<number | undefined> {
  const found = await readApplication(records, app);
  if (found?.state !== "live") return 0;
  const { retentionDays } = found.application;
  return retentionDays === 0 ? undefined : retentionDays * DAY_MS;
}
