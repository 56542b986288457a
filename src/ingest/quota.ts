/**
 * How much an application may send.
 * Invariant: what was stored is charged afterwards, so a request is let in or refused whole, and whoever sent more than
 * the quota waits until the excess has run off: over any longer time the average holds. A process counts alone the
 * entries of a second, so that N processes let N times as many in; of a day's bytes it knows what all processes had
 * written down when it last asked, at most ten seconds ago and a minute behind.
 */
import { FaultError } from "../domain/fault.ts";
import type { AppId } from "../domain/ids.ts";
import type { Meter } from "../domain/meter.ts";
import { DAY_MS } from "../domain/time-range.ts";

/** 0 is no bound. */
export interface QuotaBounds {
  readonly entriesPerSecond: number;
  readonly bytesPerDay: number;
}

export interface Quotas {
  /**
   * Fails `overQuota`, saying how long to wait. A promise only when the quota is not known yet or was read too long
   * ago.
   */
  admit(app: AppId): void | Promise<void>;
  /** Charges what was stored. */
  spent(app: AppId, entries: number, bytes: number): void;
  /** The quota has changed: read it again, and begin anew. */
  forget(app: AppId): void;
}

export interface QuotaDeps {
  readonly quotaOf: (app: AppId) => Promise<QuotaBounds>;
  /** Bytes that the application sent today, as far as it is known; asked only where that is bounded. */
  readonly bytesToday: (app: AppId) => Promise<number>;
  readonly clock: { nowMs(): number; monotonicMs(): number };
  readonly meter: Meter;
}

const FRESH_MS = 10_000;
/** Entries may come in bursts of so many seconds: "averaged over a few seconds". */
const BURST_S = 5;
/** Refills are fractions: whoever waited as long as was said is let in. */
const ROUNDING = 1e-6;
/** Applications remembered; about 200 bytes each. */
const MAX_REMEMBERED = 10_000;

interface Known {
  readonly bounds: QuotaBounds;
  readonly readMs: number;
  /** Entries that may come now; below zero: the excess that has to run off. */
  entriesLeft: number;
  refilledMs: number;
  day: number;
  bytesToday: number;
}

export function createQuotas(deps: QuotaDeps): Quotas {
  const { clock } = deps;
  const refused = deps.meter.counter(
    "argus_quota_refused_batches_total",
    "Batches refused because the quota of their application is used up.",
  );
  const known = new Map<AppId, Known>();

  async function read(app: AppId): Promise<Known> {
    const readMs = clock.monotonicMs();
    const day = dayOf(clock.nowMs());
    const bounds = await deps.quotaOf(app);
    const bytesToday = bounds.bytesPerDay === 0 ? 0 : await deps.bytesToday(app);
    const before = known.get(app);
    const isSame = before?.bounds.entriesPerSecond === bounds.entriesPerSecond;
    const fresh: Known = {
      bounds,
      readMs,
      entriesLeft: isSame ? before.entriesLeft : bounds.entriesPerSecond * BURST_S,
      refilledMs: isSame ? before.refilledMs : readMs,
      day,
      bytesToday,
    };
    if (known.size >= MAX_REMEMBERED) known.clear();
    known.set(app, fresh);
    return fresh;
  }

  function check(of: Known): void {
    const { entriesPerSecond, bytesPerDay } = of.bounds;
    if (entriesPerSecond > 0) {
      refill(of, clock.monotonicMs());
      if (of.entriesLeft < 1 - ROUNDING) {
        const waitMs = ((1 - of.entriesLeft) / entriesPerSecond) * 1000;
        refused.add(1);
        throw overQuota(`more than ${entriesPerSecond} entries a second`, waitMs);
      }
    }
    if (bytesPerDay > 0) {
      const nowMs = clock.nowMs();
      turnDay(of, nowMs);
      if (of.bytesToday >= bytesPerDay) {
        refused.add(1);
        throw overQuota(`more than ${bytesPerDay} bytes today (UTC)`, DAY_MS - (nowMs % DAY_MS));
      }
    }
  }

  return {
    admit(app) {
      const found = known.get(app);
      if (found === undefined || clock.monotonicMs() - found.readMs > FRESH_MS)
        return read(app).then(check);
      return check(found);
    },

    spent(app, entries, bytes) {
      const found = known.get(app);
      if (found === undefined) return;
      found.entriesLeft -= entries;
      turnDay(found, clock.nowMs());
      found.bytesToday += bytes;
    },

    forget: (app) => void known.delete(app),
  };
}

function refill(of: Known, nowMs: number): void {
  const rate = of.bounds.entriesPerSecond;
  const gained = ((nowMs - of.refilledMs) / 1000) * rate;
  of.entriesLeft = Math.min(of.entriesLeft + gained, rate * BURST_S);
  of.refilledMs = nowMs;
}

function turnDay(of: Known, nowMs: number): void {
  const day = dayOf(nowMs);
  if (day === of.day) return;
  of.day = day;
  of.bytesToday = 0;
}

function dayOf(ms: number): number {
  return Math.floor(ms / DAY_MS);
}

function overQuota(what: string, retryAfterMs: number): FaultError {
  const reason = `the quota of the application is used up: ${what}`;
  return new FaultError({ kind: "overQuota", reason, retryAfterMs: Math.ceil(retryAfterMs) });
}
