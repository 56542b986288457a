/**
 * Stores the rows of a group commit.
 * Invariants: before it resolves, every row, what leads readers to it (the chunk, the bucket) and its blob were written at
 * quorum, and its epoch was open when they were; a blob is there before its row; no bucket of them had expired when it
 * began. When it rejects, each row may be there
 * now, later or never: whole rows, which the same batches sent again make no difference to.
 */
import type { Clock } from "../../domain/clock.ts";
import { overloaded } from "../../domain/fault.ts";
import type { AppId } from "../../domain/ids.ts";
import type { CommitOutcome, L0Write } from "../log-store.ts";
import { eachAtOnce } from "./at-once.ts";
import type { Catalogue } from "./log-catalogue.ts";
import type { ClockWatch } from "./log-clock.ts";
import type { Epochs } from "./log-epochs.ts";
import type { L0 } from "./log-l0.ts";
import { L0_EXTRA_MS, ttlSeconds } from "./log-ttl.ts";
import type { WorkList } from "./log-work-list.ts";

/** Small statements of one commit on their way at one time. */
const AT_ONCE = 32;

export interface CommitDeps {
  readonly l0: L0;
  readonly epochs: Epochs;
  readonly catalogue: Catalogue;
  readonly workList: Pick<WorkList, "add">;
  readonly clock: Clock;
  readonly clockWatch: ClockWatch;
  /** Unique among processes, fresh at every start. */
  readonly writer: string;
}

export function createCommit(
  deps: CommitDeps,
): (rows: readonly L0Write[]) => Promise<CommitOutcome> {
  const { l0, epochs, catalogue, workList, clock, clockWatch, writer } = deps;
  const numbers = createNumbers();
  const touched = createTouched();

  return async (rows) => {
    if (rows.length === 0) return { duplicates: [] };
    const targets = await eachAtOnce(rows, AT_ONCE, async (row) => ({
      row,
      bucket: await catalogue.ensure(row.app, row.bucket),
    }));
    // Readers hide it by now: what would be acknowledged in it nobody would ever see.
    const expired = targets.filter(({ bucket }) => catalogue.isHidden(bucket));
    if (expired.length > 0) {
      await clockWatch.requireRight();
      return {
        duplicates: [],
        expired: expired.map(({ row: { app, bucket } }) => ({ app, bucket })),
        unstored: rows,
      };
    }

    const taken = await epochs.take();
    const chunk = l0.chunkOf(taken.epoch);
    const placed = targets.map(({ row, bucket }) => ({
      row,
      place: { epoch: taken.epoch, writer, seq: numbers.next(row.app, taken.epoch) },
      ttl: ttlSeconds(bucket, L0_EXTRA_MS),
      shards: bucket.shards,
    }));
    const apps = [...new Set(rows.map(({ app }) => app))];
    const ways = apps.filter((app) => !touched.has(chunk, app));
    await eachAtOnce(ways, AT_ONCE, async (app) => {
      await Promise.all([l0.touch(app, chunk), workList.add(app, chunk)]);
      touched.add(chunk, app);
    });
    await eachAtOnce(placed, AT_ONCE, async ({ row, place, ttl, shards }) => {
      await l0.writeBlob(row, place, ttl);
      await l0.insert(row, place, { nowMs: clock.nowMs(), ttlSeconds: ttl, shards });
    });
    if (!(await epochs.isTrusted(taken)))
      throw overloaded("it took too long to store, send the same batches again");
    return { duplicates: [] };
  };
}

/** Counts the rows of each application in an epoch. A number given twice would overwrite a row. */
function createNumbers(): { next: (app: AppId, epoch: number) => number } {
  let current = -1;
  const counts = new Map<AppId, number>();
  return {
    next: (app, epoch) => {
      if (epoch < current) throw overloaded("the epoch has passed, send the same batches again");
      if (epoch > current) counts.clear();
      current = epoch;
      const seq = counts.get(app) ?? 0;
      counts.set(app, seq + 1);
      return seq;
    },
  };
}

/** Which applications' chunks were made known by this process: of the newest chunk, and the one before it. */
function createTouched(): {
  has: (chunk: number, app: AppId) => boolean;
  add: (chunk: number, app: AppId) => void;
} {
  const byChunk = new Map<number, Set<AppId>>();
  return {
    has: (chunk, app) => byChunk.get(chunk)?.has(app) ?? false,
    add: (chunk, app) => {
      const apps = byChunk.get(chunk) ?? new Set<AppId>();
      apps.add(app);
      byChunk.set(chunk, apps);
      for (const old of byChunk.keys()) if (old < chunk - 1) byChunk.delete(old);
    },
  };
}
