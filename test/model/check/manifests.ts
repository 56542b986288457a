/**
 * Watches every change of the shared rows as it applies: I1 to I5, I8 and I10.
 * Invariant: throws at the very statement that breaks one, so the trace ends at the culprit.
 */
import {
  bucketOf,
  type Fragment,
  type Manifest,
  rowsOf,
  type Segment,
  type Unit,
  unitOf,
} from "../nouns.ts";
import type { AppRow, EpochRow, Watch } from "../tables.ts";
import { ModelFailure } from "./failure.ts";

interface Waiting {
  readonly fragment: Fragment;
  readonly epoch: number;
}

export class ManifestWatch implements Watch {
  readonly #lives: (bucket: number) => boolean;
  readonly #blobExists: (id: number) => boolean;
  readonly #nonces = new Set<number>();
  /** Live segments of buckets that exist, with the unit that names them. */
  readonly #named = new Map<number, Unit>();
  readonly #left = new Set<number>();
  /** Acknowledged and not absorbed yet. */
  readonly #waiting = new Map<Unit, Waiting[]>();
  /** Oracle: segments that some manifest named at some time. */
  readonly everNamed = new Set<number>();

  /** @param deps.lives whether a bucket is above the floor and has not expired */
  constructor(deps: { lives: (bucket: number) => boolean; blobExists: (id: number) => boolean }) {
    this.#lives = deps.lives;
    this.#blobExists = deps.blobExists;
  }

  /** Called at an acknowledgement. @throws ModelFailure when a merge has already passed over its epoch (I8). */
  acknowledged(
    fragment: Fragment,
    shard: number,
    epoch: number,
    manifest: Manifest | undefined,
  ): void {
    const unit = unitOf(fragment.bucket, shard);
    if (!this.#lives(fragment.bucket)) return;
    if (manifest !== undefined && manifest.through >= epoch) {
      if (holds(manifest, fragment.batch.id)) return;
      fail(
        "I8",
        unit,
        `batch ${fragment.batch.id} is acknowledged for epoch ${epoch}, not absorbed`,
      );
    }
    const list = this.#waiting.get(unit) ?? [];
    list.push({ fragment, epoch });
    this.#waiting.set(unit, list);
  }

  manifestChanged(unit: Unit, before: Manifest | undefined, after: Manifest | undefined): void {
    const live = this.#lives(bucketOf(unit));
    if (after === undefined) {
      if (live) fail("I5", unit, "its manifest is deleted though its bucket lives");
      for (const segment of before?.segments ?? []) this.#named.delete(segment.id);
      return;
    }
    if (after.version !== (before?.version ?? 0) + 1)
      fail("I1", unit, "versions do not step by one");
    // Below the floor an INSERT that applies twice may make a deleted manifest anew; nobody reads it.
    if (live && this.#nonces.has(after.nonce)) fail("I1", unit, "a nonce comes twice");
    this.#nonces.add(after.nonce);
    if (after.through < (before?.through ?? -1)) fail("I4", unit, "through falls");
    const sum = after.segments.reduce((n, segment) => n + segment.n, 0);
    if (after.total !== sum) fail("I2", unit, `totals say ${after.total}, segments hold ${sum}`);
    const known = new Set(before?.segments);
    for (const segment of after.segments)
      if (!known.has(segment)) this.#enters(unit, segment, live);
    const stay = new Set(after.segments);
    for (const segment of before?.segments ?? []) {
      if (!stay.has(segment)) this.#leaves(unit, segment, after, live);
    }
    if (!live) return;
    const ids = new Set(after.segments.map((segment) => segment.id));
    if (after.trash.some((id) => ids.has(id))) fail("I10", unit, "a live segment is in the trash");
    this.#absorb(unit, after);
  }

  blobDeleted(id: number): void {
    const unit = this.#named.get(id);
    if (unit === undefined || !this.#lives(bucketOf(unit))) return;
    fail("I3", unit, `the blob of segment ${id} is deleted, its manifest names it`);
  }

  epochChanged(before: EpochRow, after: EpochRow): void {
    if (after.closed < before.closed) throw new ModelFailure("I4", "closed falls");
    if (after.closed >= after.epoch) throw new ModelFailure("I4", "an epoch to come is closed");
  }

  floorChanged(before: AppRow, after: AppRow): void {
    if (after.floor < before.floor) throw new ModelFailure("I4", "the floor falls");
  }

  lowWritten(low: number, epochs: EpochRow): void {
    if (low > epochs.closed + 1)
      throw new ModelFailure("I4", `low ${low} is above the closed epochs`);
  }

  #enters(unit: Unit, segment: Segment, live: boolean): void {
    this.everNamed.add(segment.id);
    if (segment.n !== rowsOf(segment.pieces)) fail("I2", unit, `segment ${segment.id} miscounts`);
    this.#named.set(segment.id, unit);
    if (!live) return;
    if (this.#left.has(segment.id)) fail("I10", unit, `segment ${segment.id} comes back`);
    if (!this.#blobExists(segment.id)) fail("I3", unit, `segment ${segment.id} has no blob`);
  }

  #leaves(unit: Unit, segment: Segment, after: Manifest, live: boolean): void {
    this.#named.delete(segment.id);
    this.#left.add(segment.id);
    if (!live) return;
    for (const id of segment.batches) {
      if (!holds(after, id)) fail("I5", unit, `D loses batch ${id}`);
    }
  }

  /** Whatever was acknowledged in epochs up to `through` must be in D now. */
  #absorb(unit: Unit, after: Manifest): void {
    const list = this.#waiting.get(unit);
    if (list === undefined) return;
    const rest = list.filter(({ fragment, epoch }) => {
      if (holds(after, fragment.batch.id)) return false;
      if (epoch <= after.through) {
        fail(
          "I8",
          unit,
          `batch ${fragment.batch.id}, acknowledged in epoch ${epoch}, is passed over`,
        );
      }
      return true;
    });
    this.#waiting.set(unit, rest);
  }
}

function holds(manifest: Manifest, batch: number): boolean {
  return manifest.segments.some((segment) => segment.batches.has(batch));
}

function fail(invariant: string, unit: Unit, what: string): never {
  throw new ModelFailure(invariant, `unit ${bucketOf(unit)}/${unit % 16}: ${what}`);
}
