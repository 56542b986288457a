/**
 * Which hours of event time an application takes now.
 * Invariant: the answer is whole buckets: a refusal that hangs on a clock must take a fragment whole, or a retry some
 * minutes later would be acknowledged with entries that its first copy lacks.
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
  readonly clock: { nowMs(): number; monotonicMs(): number };
}

export function createAdmission(deps: AdmissionDeps): Admission {
  const { clock } = deps;
  const known = new Map<AppId, { days: number; floor: Bucket; readMs: number }>();

  const bounds = (days: number, floor: Bucket): AdmissionBounds => {
    const nowMs = clock.nowMs();
    const oldest = days === 0 ? (0 as Bucket) : bucketOfMs(nowMs - days * DAY_MS);
    return {
      admitFrom: oldest > floor ? oldest : floor,
      admitTo: bucketOfMs(nowMs + LIMITS.futureBucketMs),
    };
  };

  const read = async (app: AppId): Promise<AdmissionBounds> => {
    const readMs = clock.monotonicMs();
    const [days, floor] = await Promise.all([deps.retentionDays(app), deps.floor(app)]);
    if (known.size >= MAX_REMEMBERED) known.clear();
    known.set(app, { days, floor, readMs });
    return bounds(days, floor);
  };

  return {
    boundsOf(app) {
      const found = known.get(app);
      if (found === undefined || clock.monotonicMs() - found.readMs > FRESH_MS) return read(app);
      return bounds(found.days, found.floor);
    },
    forget: (app) => void known.delete(app),
  };
}
