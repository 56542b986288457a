/**
 * Finds what is to be merged, and moves `low` behind what was.
 * Invariant: `low` passes an epoch only when it was closed before the rows were read, and every row in it is absorbed by a
 * manifest read after the rows, or void: below the floor, or in a bucket that nobody shows or that is not there any more.
 */
import type { Clock } from "../../domain/clock.ts";
import { eachItsTurn } from "../../domain/each-its-turn.ts";
import type { AppId } from "../../domain/ids.ts";
import type { Bucket } from "../../domain/time-range.ts";
import type { MergeWork, UnitKey } from "../log-store.ts";
import { eachAtOnce } from "./at-once.ts";
import type { CataloguedBucket, Catalogue } from "./log-catalogue.ts";
import type { ClockWatch } from "./log-clock.ts";
import type { Epochs } from "./log-epochs.ts";
import type { Floors } from "./log-floors.ts";
import type { L0, L0Work } from "./log-l0.ts";
import type { Manifests } from "./log-manifests.ts";
import type { WorkList } from "./log-work-list.ts";

/** Applications looked at, and units of one, at one time. */
const APPS_AT_ONCE = 4;
const UNITS_AT_ONCE = 8;
/** Reading the lists is most of what an idle process asks. Rows are merged half a minute after they came, at the earliest. */
const LOAD_EVERY_MS = 20_000;
/** What other processes do meanwhile shows this much later. */
const LOOK_EVERY_MS = 10_000;
/** Where the last look found nothing to merge. */
const LOOK_IDLE_EVERY_MS = 30_000;
/** After a look that failed, which fails whoever asked for all of them: longer than they wait. */
const FAILED_PAUSE_MS = 90_000;
/** In one turn: each takes as long as the driver tries. */
const MAX_FAILURES = 8;
/** An application with as many rows is looked at whenever it is time, however many others there are. */
const BUSY_ROWS = 64;
/** Of all others, so that ten thousands of them do not hold up what is due: their rows may wait for half an hour anyway. */
const APPS_A_LOOK = 512;

export interface Look {
  /** The newest epoch that was closed before it. */
  readonly closed: number;
  readonly units: readonly MergeWork[];
  readonly low: number;
  /** Ascending. */
  readonly chunks: readonly number[];
}

export interface Work {
  mergeWork(limit: number): Promise<readonly MergeWork[]>;
  /**
   * Looks at listed applications whose last look is old, as many as may be, or at all of them; throws the first failure
   * when the others had their turn.
   */
  lookAtAll(isAll: boolean): Promise<void>;
  /** What the last look at each application showed. */
  readonly looks: ReadonlyMap<AppId, Look>;
  /** A manifest or the floor was changed: what was seen is not so any more. */
  changed(app: AppId): void;
  forget(app: AppId): void;
}

export interface WorkDeps {
  readonly l0: L0;
  readonly epochs: Epochs;
  readonly catalogue: Catalogue;
  readonly manifests: Pick<Manifests, "through">;
  readonly floors: Floors;
  readonly workList: WorkList;
  readonly clock: Clock;
  readonly clockWatch: ClockWatch;
  readonly appsALook?: number;
}

export function createWork(deps: WorkDeps): Work {
  const { l0, epochs, catalogue, manifests, floors, workList, clock, clockWatch } = deps;
  const appsALook = deps.appsALook ?? APPS_A_LOOK;
  /** In the order of looking. */
  const looks = new Map<AppId, Look & { readonly atMs: number }>();
  const stale = new Set<AppId>();
  const failedMs = new Map<AppId, number>();
  let loadedMs = -Infinity;

  const look = async (app: AppId, closed: number): Promise<Look> => {
    const last = looks.get(app);
    // What was below is deleted, and whatever came since is of an epoch that was open then.
    const first =
      last === undefined ? 0 : Math.min(last.chunks[0] ?? Infinity, l0.chunkOf(last.low));
    const { chunks, low: stored } = await l0.tail(app, first);
    const low = Math.max(stored, last?.low ?? 0);
    const live = chunks.filter((c) => c >= l0.chunkOf(low) && c <= l0.chunkOf(closed));
    const rows = (
      await eachAtOnce(live, UNITS_AT_ONCE, (chunk) => l0.work(app, chunk, low, closed))
    ).flat();
    const byBucket = Map.groupBy(rows, ({ bucket }) => bucket);
    const living = await bucketsThatLive(app, [...byBucket.keys()]);
    const parts = living.flatMap((bucket) =>
      Array.from({ length: bucket.shards }, (_, shard) => ({
        key: { app, bucket: bucket.bucket, shard },
        isOver: catalogue.isOver(bucket),
      })),
    );
    const left = await eachAtOnce(parts, UNITS_AT_ONCE, async ({ key, isOver }) => {
      const own = (byBucket.get(key.bucket) ?? []).filter((row) => holds(row, key.shard));
      const through = own.length === 0 ? -1 : await manifests.through(key);
      return { key, isOver, rows: own.filter(({ epoch }) => epoch > through) };
    });
    // Not by one call of Math.min: a backlog may have more rows than a call takes arguments.
    const next = left
      .flatMap(({ rows: own }) => own)
      .reduce((least, { epoch }) => Math.min(least, epoch), closed + 1);
    // A slow process may write an older value: that costs reads, and the next look writes it again.
    if (next > stored) await l0.writeLow(app, next);
    // Who takes a bucket for over does not see what is in it.
    const units = left.flatMap(({ key, isOver, rows: own }) => (isOver ? [] : workOf(key, own)));
    return { closed, units, low: Math.max(low, next), chunks };
  };

  const bucketsThatLive = async (
    app: AppId,
    buckets: readonly Bucket[],
  ): Promise<CataloguedBucket[]> => {
    if (buckets.length === 0) return [];
    const there = await catalogue.range(app, Math.min(...buckets), Math.max(...buckets));
    const floor = await floors.read(app);
    const own = new Set(buckets);
    const kept = there.filter(({ bucket }) => own.has(bucket) && bucket >= floor);
    // By a clock that is ahead none of them is over for the others, who may merge it yet.
    const hasOver = kept.some((each) => catalogue.isOver(each));
    if (!hasOver || (await clockWatch.isAhead())) return kept;
    return kept.filter((each) => !catalogue.isOver(each));
  };

  const isDue = (app: AppId, nowMs: number): boolean => {
    const last = looks.get(app);
    if (last === undefined || stale.has(app)) return true;
    return nowMs - last.atMs >= (last.units.length > 0 ? LOOK_EVERY_MS : LOOK_IDLE_EVERY_MS);
  };

  const isPaused = (app: AppId, nowMs: number): boolean =>
    nowMs - (failedMs.get(app) ?? -Infinity) < FAILED_PAUSE_MS;

  const dueApps = (nowMs: number): AppId[] => {
    const due: AppId[] = [];
    let others = 0;
    const take = (app: AppId, isBusy: boolean): void => {
      if (isPaused(app, nowMs) || (!isBusy && others >= appsALook)) return;
      if (!isBusy) others++;
      due.push(app);
    };
    for (const app of workList.apps.keys()) if (!looks.has(app)) take(app, false);
    // Those that wait longest for a look come first.
    for (const [app, { units }] of looks)
      if (workList.apps.has(app) && isDue(app, nowMs))
        take(app, stale.has(app) || units.some(({ l0Rows }) => l0Rows >= BUSY_ROWS));
    return due;
  };

  const lookAtAll: Work["lookAtAll"] = async (isAll) => {
    const atMs = clock.monotonicMs();
    const due = (): AppId[] =>
      isAll ? [...workList.apps.keys()].filter((app) => !isPaused(app, atMs)) : dueApps(atMs);
    const loads = isAll || atMs - loadedMs >= LOAD_EVERY_MS;
    if (!loads && due().length === 0) return;
    const closed = await epochs.closed();
    if (loads) {
      await workList.load(l0.chunkOf(closed + 1) - 1, l0.chunkOf(epochs.seen));
      loadedMs = atMs;
    }
    let failures = 0;
    await eachItsTurn(due(), APPS_AT_ONCE, async (app) => {
      // Where so many fail the store is to blame; the others have their turn while these pause.
      if (failures >= MAX_FAILURES) return;
      stale.delete(app);
      try {
        const seen = await look(app, closed);
        failedMs.delete(app);
        looks.delete(app);
        looks.set(app, { ...seen, atMs });
      } catch (error) {
        failures++;
        failedMs.set(app, atMs);
        throw error;
      }
    });
  };

  return {
    lookAtAll,
    looks,
    mergeWork: async (limit) => {
      await lookAtAll(false);
      return [...looks.values()]
        .flatMap(({ units }) => units)
        .toSorted((a, b) => b.l0Rows - a.l0Rows || a.oldestMs - b.oldestMs)
        .slice(0, limit);
    },
    changed: (app) => void stale.add(app),
    forget: (app) => {
      looks.delete(app);
      stale.delete(app);
      failedMs.delete(app);
    },
  };
}

function holds({ shards }: L0Work, shard: number): boolean {
  return ((shards >>> shard) & 1) === 1;
}

function workOf(key: UnitKey, rows: readonly L0Work[]): MergeWork[] {
  if (rows.length === 0) return [];
  const part = (of: (row: L0Work) => number): number =>
    Math.max(1, Math.round(rows.reduce((sum, row) => sum + of(row) / countBits(row.shards), 0)));
  return [
    {
      ...key,
      l0Rows: part(() => 1),
      l0Bytes: part(({ sizeBytes }) => sizeBytes),
      oldestMs: rows.reduce((oldest, { committedMs }) => Math.min(oldest, committedMs), Infinity),
    },
  ];
}

function countBits(mask: number): number {
  let bits = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) bits++;
  return bits;
}
