/**
 * Which hours of event time an application takes now.
 * Invariants: the answer is whole buckets: a refusal that hangs on a clock must take a fragment whole, or a retry some
 * minutes later would be acknowledged with entries that its first copy lacks. As it is for good, an hour is refused only
 * when it is too old, or too far ahead, by this machine's clock and the store's: one of them may be wrong by days.
 */
import type { AppId } from "../domain/ids.ts";
import { LIMITS } from "../domain/limits.ts";
import { type Bucket, bucketOfMs, DAY_MS } from "../domain/time-range.ts";

export interface AdmissionBounds {
  readonly admitFrom: Bucket;
  readonly admitTo: Bucket;
}

export interface Admission {
  /** A promise only when the application's retention is not known yet or was read too long ago. */
  boundsOf(app: AppId): AdmissionBounds | Promise<AdmissionBounds>;
  /** The retention or floor has changed: read it again. */
  forget(app: AppId): void;
}

/** How old a retention may be that admission goes by; entries let in below the floor are void. */
const FRESH_MS = 60_000;
/** Applications remembered; about 100 bytes each. */
const MAX_REMEMBERED = 10_000;

export interface AdmissionDeps {
  /** Days, 0 for ever. */
  readonly retentionDays: (app: AppId) => Promise<number>;
  readonly floor: (app: AppId) => Promise<Bucket>;
  /** How far `clock` is ahead of the store's, ms; negative when it is behind. */
  readonly clockAheadMs: () => Promise<number>;
  readonly clock: { nowMs(): number; monotonicMs(): number };
}

interface Known {
  readonly days: number;
  readonly floor: Bucket;
  readonly aheadMs: number;
  readonly readMs: number;
}

export function createAdmission(deps: AdmissionDeps): Admission {
  const { clock } = deps;
  const known = new Map<AppId, Known>();

  const bounds = ({ days, floor, aheadMs }: Omit<Known, "readMs">): AdmissionBounds => {
    const nowMs = clock.nowMs();
    const [earlierMs, laterMs] = [nowMs - Math.max(0, aheadMs), nowMs + Math.max(0, -aheadMs)];
    const oldest = days === 0 ? (0 as Bucket) : bucketOfMs(earlierMs - days * DAY_MS);
    return {
      admitFrom: oldest > floor ? oldest : floor,
      admitTo: bucketOfMs(laterMs + LIMITS.futureBucketMs),
    };
  };

  const read = async (app: AppId): Promise<AdmissionBounds> => {
    const readMs = clock.monotonicMs();
    const [days, floor, aheadMs] = await Promise.all([
      deps.retentionDays(app),
      deps.floor(app),
      deps.clockAheadMs(),
    ]);
    if (known.size >= MAX_REMEMBERED) known.clear();
    known.set(app, { days, floor, aheadMs, readMs });
    return bounds({ days, floor, aheadMs });
  };

  return {
    boundsOf(app) {
      const found = known.get(app);
      if (found === undefined || clock.monotonicMs() - found.readMs > FRESH_MS) return read(app);
      return bounds(found);
    },
    forget: (app) => void known.delete(app),
  };
}
