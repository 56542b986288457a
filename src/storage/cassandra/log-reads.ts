/**
 * Plans and reads the logs.
 * Invariant: a plan reads low, then the catalogue, then L0 rows, then manifests, the floor last. Low read late would skip
 * rows that the older manifests lack; the other steps in this order make a plan right whatever merges and deletes meanwhile.
 */
import type { Clock } from "../../domain/clock.ts";
import type { AppId } from "../../domain/ids.ts";
import type { Bucket } from "../../domain/time-range.ts";
import type { L0Row, LogReads, StoredUsage, Unit, UnitKey } from "../log-store.ts";
import { emptyManifest } from "../stored-form.ts";
import { eachAtOnce } from "./at-once.ts";
import type { Blobs } from "./log-blobs.ts";
import type { CataloguedBucket, Catalogue } from "./log-catalogue.ts";
import type { Epochs } from "./log-epochs.ts";
import type { Floors } from "./log-floors.ts";
import type { L0, L0Tail } from "./log-l0.ts";
import type { Manifests } from "./log-manifests.ts";
import { splitRow } from "./log-shards.ts";

/** Small reads of one plan on their way at one time. */
const AT_ONCE = 32;
const LAST_BUCKET = 2_147_483_647;
/** 100 bytes each. */
const MAX_LOWS = 100_000;

export interface ReadDeps {
  readonly l0: L0;
  readonly blobs: Blobs;
  readonly epochs: Epochs;
  readonly catalogue: Catalogue;
  readonly manifests: Manifests;
  readonly floors: Floors;
  readonly clock: Clock;
  /** How long a chunk stays when `low` is beyond it. */
  readonly graceMs: number;
}

interface Seen<M> {
  readonly bucket: CataloguedBucket;
  /** Above the manifest's `through`, in the order of their key. */
  readonly l0: readonly L0Row[];
  readonly manifest: M;
}

export function createLogReads(deps: ReadDeps): LogReads {
  const { l0, blobs, epochs, catalogue, manifests, floors, clock, graceMs } = deps;

  /** How long ago that was by either clock: one of them stands still while the machine is suspended. */
  const sinceMs = (then: { readonly wallMs: number; readonly monotonicMs: number }): number =>
    Math.max(clock.monotonicMs() - then.monotonicMs, Math.abs(clock.nowMs() - then.wallMs));

  /** What low was at least: an old value is a bound for ever. */
  const lows = new Map<AppId, number>();
  const readTail = async (app: AppId, from = Infinity): Promise<L0Tail> => {
    const known = lows.get(app) ?? 0;
    const tail = await l0.tail(app, l0.chunkOf(Math.min(from, known)));
    const low = Math.max(known, tail.low);
    if (lows.size >= MAX_LOWS) lows.clear();
    lows.set(app, low);
    return { low, chunks: tail.chunks };
  };

  /**
   * What there is in buckets first..last, newest first: at or above the floor, and not hidden.
   * @param only this shard, where a bucket has it.
   */
  const seen = async <M extends { readonly through: number }>(
    app: AppId,
    first: number,
    last: number,
    read: (key: UnitKey) => Promise<M>,
    only?: number,
  ): Promise<Seen<M>[]> => {
    const { low, chunks } = await readTail(app);
    const buckets = await catalogue.range(app, first, last);
    if (buckets.length === 0) return [];
    const live = chunks.filter((chunk) => chunk >= l0.chunkOf(low));
    const found = await eachAtOnce(live, AT_ONCE, (chunk) =>
      Array.fromAsync(l0.rows(app, chunk, low)),
    );
    const rows = Map.groupBy(found.flat(), (row) => row.bucket);
    const parts = buckets.toReversed().flatMap((bucket) => {
      const split = (rows.get(bucket.bucket) ?? []).map((row) => splitRow(row, bucket.shards));
      return Array.from({ length: bucket.shards }, (_, shard) => ({
        bucket,
        shard,
        own: split.flatMap((shares) => shares[shard] ?? []),
      })).filter(({ shard }) => only === undefined || shard === only);
    });
    const units = await eachAtOnce(parts, AT_ONCE, async (part): Promise<Seen<M>> => {
      const { bucket, shard, own } = part;
      const manifest = await read({ app, bucket: bucket.bucket, shard });
      return { bucket, manifest, l0: own.filter(({ epoch }) => epoch > manifest.through) };
    });
    const floor = await floors.read(app);
    return units.filter(({ bucket }) => bucket.bucket >= floor && !catalogue.isHidden(bucket));
  };

  const unitsOf = async (app: AppId, first: Bucket, last: Bucket, only?: number): Promise<Unit[]> =>
    (await seen(app, first, last, (key) => manifests.read(key), only)).map(
      ({ manifest, l0: rows }) => ({ manifest, l0: rows }),
    );

  return {
    plan: async (app, first, last) =>
      (await unitsOf(app, first, last)).filter(
        ({ manifest, l0: rows }) => rows.length > 0 || manifest.segments.length > 0,
      ),

    planUnit: async (key) => {
      const [unit] = await unitsOf(key.app, key.bucket, key.bucket, key.shard);
      return unit ?? { manifest: emptyManifest(key), l0: [] };
    },

    l0After: async (app, after, limit) => {
      const began = { wallMs: clock.nowMs(), monotonicMs: clock.monotonicMs() };
      const floor = await floors.read(app);
      const from = Math.max(0, after + 1);
      const { low, chunks } = await readTail(app, from);
      const rows: L0Row[] = [];
      const shown = new Map<Bucket, boolean>();
      const isShown = async (bucket: Bucket): Promise<boolean> => {
        if (bucket < floor) return false;
        const row = await catalogue.find(app, bucket);
        return row !== undefined && !catalogue.isHidden(row);
      };
      for (const chunk of chunks.filter((each) => each >= l0.chunkOf(from))) {
        if (rows.length >= limit) break;
        for await (const row of l0.rows(app, chunk, from)) {
          const known = shown.get(row.bucket) ?? (await isShown(row.bucket));
          shown.set(row.bucket, known);
          if (known) rows.push(row);
          if (rows.length >= limit) break;
        }
      }
      // Only chunks below the one of `low` are ever deleted, and a grace after it moved. Who was held up longer may have
      // read them when they were gone already.
      const complete = l0.chunkOf(from) >= l0.chunkOf(low) && sinceMs(began) < graceMs / 2;
      return { rows, complete };
    },

    closedEpoch: () => epochs.closed(),
    readL0: (id) => l0.read(id),
    readBlob: (_app, _bucket, id, offset, length) => blobs.read(id, offset, length),
    floor: (app) => floors.read(app),

    usage: async (app) => {
      const units = await seen(app, 0, LAST_BUCKET, (key) => manifests.usage(key));
      const expiresMs = units
        .filter(({ manifest, l0: rows }) => manifest.rows > 0 || rows.length > 0)
        .map(({ bucket }) => bucket.expiresMs)
        .filter((ms) => ms > 0)
        .reduce((first, ms) => Math.min(first, ms), Infinity);
      const sum = [
        ...units.map(({ manifest }) => manifest),
        ...usageOf(units.flatMap((u) => u.l0)),
      ].reduce(sumOf, { rows: 0, sizeBytes: 0, minTimeNanos: undefined, maxTimeNanos: undefined });
      return expiresMs === Infinity ? sum : { ...sum, expiresMs };
    },
  };
}

/** Of rows that some shards have absorbed and others have not, by the part that is left: about. */
function usageOf(rows: readonly L0Row[]): StoredUsage[] {
  const shares = [...Map.groupBy(rows, ({ id }) => id).values()];
  return shares.flatMap((parts): StoredUsage[] => {
    const share = parts.reduce((sum, part) => sum + (part.share ?? 1), 0);
    return parts.slice(0, 1).map(({ meta }) => ({
      ...meta,
      rows: Math.round(meta.rows * share),
      sizeBytes: Math.round(meta.sizeBytes * share),
    }));
  });
}

function sumOf(a: StoredUsage, b: StoredUsage): StoredUsage {
  return {
    rows: a.rows + b.rows,
    sizeBytes: a.sizeBytes + b.sizeBytes,
    minTimeNanos: extreme(a.minTimeNanos, b.minTimeNanos, (x, y) => x < y),
    maxTimeNanos: extreme(a.maxTimeNanos, b.maxTimeNanos, (x, y) => x > y),
  };
}

function extreme(
  a: bigint | undefined,
  b: bigint | undefined,
  isBefore: (x: bigint, y: bigint) => boolean,
): bigint | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return isBefore(b, a) ? b : a;
}
