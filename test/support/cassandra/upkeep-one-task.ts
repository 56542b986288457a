/**
 * Upkeep of one application of the distributed store that does one of its tasks alone, in a hurry.
 * Invariant: what becomes garbage is seen as a process sees it: the manifests it reads, the floors it raises.
 */
import { randomUUID } from "node:crypto";

import { parseAppId, parseBlobId } from "../../../src/domain/ids.ts";
import { systemClock } from "../../../src/server/system-clock.ts";
import { createClockWatch } from "../../../src/storage/cassandra/log-clock.ts";
import { createCassandraLogStore } from "../../../src/storage/cassandra/log-store.ts";
import type { Session } from "../../../src/storage/cassandra/session.ts";
import { createLeases } from "../../../src/storage/lease.ts";
import type { LockStore } from "../../../src/storage/lock-store.ts";
import type { UpkeepDeps } from "../../../src/upkeep/upkeep.ts";
import { keepingLogger, type KeptLine } from "../silent.ts";
import { BUCKET, NO_ACCOUNTS } from "../upkeep-world.ts";
import { WORK_LISTS } from "./log-world.ts";

export type UpkeepTask = "merge" | "retention" | "garbage";

export interface OneTask {
  readonly store: { readonly session: Session; readonly locks: LockStore };
  readonly task: UpkeepTask;
  readonly locks: string;
  readonly app: string;
  readonly leaseMs: number;
  readonly owner: string;
  /** Told when work of the task begins, and when it has come to an end. */
  readonly onWork: (isWorking: boolean) => void;
  readonly onBlob: (id: string) => void;
}

export async function upkeepDeps(
  of: OneTask,
): Promise<UpkeepDeps & { readonly logger: { readonly lines: readonly KeptLine[] } }> {
  const { session, locks } = of.store;
  const app = parseAppId(of.app);
  const logs = createCassandraLogStore({
    session,
    clock: systemClock,
    clockWatch: createClockWatch({ session, clock: systemClock }),
    newNonce: randomUUID,
    writer: randomUUID(),
    retentionMs: async () => undefined,
    epochsAChunk: 1,
    workLists: WORK_LISTS,
    graceMs: 1,
  });
  const leases = createLeases({
    locks: {
      read: (name) => locks.read(`${of.locks}/${name}`),
      compareAndSet: (name, ...rest) => locks.compareAndSet(`${of.locks}/${name}`, ...rest),
    },
    clock: systemClock,
    leaseMs: of.leaseMs,
    owner: of.owner,
    host: "tests",
    newNonce: randomUUID,
  });
  if (of.task === "garbage") {
    await logs.planUnit({ app, bucket: BUCKET, shard: 0 });
    await logs.raiseFloor(app, await logs.floor(app));
  }
  const working = async <T>(work: () => Promise<T>): Promise<T> => {
    of.onWork(true);
    try {
      return await work();
    } finally {
      of.onWork(false);
    }
  };
  return {
    store: {
      ...logs,
      mergeWork: async (limit) => {
        if (of.task !== "merge") return [];
        of.onWork(false);
        return (await logs.mergeWork(limit)).filter((unit) => unit.app === app);
      },
      closedEpoch: () => {
        // A merge begins with it.
        if (of.task === "merge") of.onWork(true);
        return logs.closedEpoch();
      },
      writeBlob: (...args) => {
        of.onBlob(args[2]);
        return logs.writeBlob(...args);
      },
      raiseFloor: (...args) => working(() => logs.raiseFloor(...args)),
      // Not "all": the garbage of other cases is theirs.
      collectGarbage: async (reach) =>
        of.task === "garbage" && reach !== "seen"
          ? working(() => logs.collectGarbage("shared"))
          : [],
    },
    ...NO_ACCOUNTS,
    retentions: {
      ...NO_ACCOUNTS.retentions,
      ids: async function* () {
        if (of.task === "retention") yield app;
      },
      // Long ago by the machine's clock.
      of: async (id) => ({ id, retentionDays: 1 }),
    },
    clock: systemClock,
    logger: keepingLogger(),
    shared: { leases, leaseMs: of.leaseMs },
    newBlobId: () => parseBlobId(randomUUID()),
    newNonce: randomUUID,
    pace: { lookMs: 50, garbageMs: 100 },
  };
}
