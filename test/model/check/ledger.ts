/**
 * The checker's memory of what clients were promised: acknowledgements, deletes, the floor.
 * Invariant: it only watches; a run with and without it takes the same steps.
 * A visible answer is checked against it: I6 (acknowledged is visible, once, whole) and I7 (dropped or deleted is not).
 */
import { bits, type Fragment, type Piece, taggedMask } from "../nouns.ts";
import { ModelFailure } from "./failure.ts";

export interface Deletion {
  readonly id: number;
  readonly tag: number;
  readonly from: number;
  readonly to: number;
  /** Steps; a delete that has not ended has `endedAt` infinite. */
  readonly startedAt: number;
  readonly startedTime: number;
  endedAt: number;
}

export interface Acknowledgement {
  readonly fragment: Fragment;
  readonly epoch: number;
}

/** What a reader may be held to: steps when it began and ended, floors at those moments, the buckets it covers. */
export interface Span {
  readonly beganAt: number;
  readonly beganTime: number;
  readonly endedAt: number;
  readonly floorAtStart: number;
  readonly floorAtEnd: number;
  readonly from: number;
  readonly to: number;
}

export class Ledger {
  readonly acknowledgements: Acknowledgement[] = [];
  readonly deletions: Deletion[] = [];
  readonly counts = { queries: 0, pages: 0, partial: 0, acknowledgements: 0, tailed: 0, merges: 0 };
  readonly #expires: (bucket: number) => number;
  readonly #now: () => number;
  readonly #clockError: number;
  readonly #byBucket = new Map<number, Set<Fragment>>();
  #answers = 0;

  constructor(deps: {
    readonly expires: (bucket: number) => number;
    readonly now: () => number;
    readonly clockError: number;
  }) {
    this.#clockError = deps.clockError;
    this.#expires = deps.expires;
    this.#now = deps.now;
  }

  /** Whether some process may hide the bucket by now, as its clock may be ahead. */
  mayHide(bucket: number): boolean {
    return this.#now() + this.#clockError >= this.#expires(bucket);
  }

  /** Called for what is acknowledged. @throws ModelFailure for what nobody will see, as it expired before it came. */
  checkAdmitted(fragment: Fragment, receivedAt: number): void {
    if (receivedAt < this.#expires(fragment.bucket) + this.#clockError) return;
    throw new ModelFailure("I6", `${name(fragment)} is acknowledged, its bucket had expired`);
  }

  acknowledge(fragment: Fragment, mask: number, epoch: number, step: number): void {
    this.counts.acknowledgements++;
    if (fragment.ackedAt === Infinity) {
      fragment.ackedAt = step;
      this.acknowledgements.push({ fragment, epoch });
      const known = this.#byBucket.get(fragment.bucket);
      if (known === undefined) this.#byBucket.set(fragment.bucket, new Set([fragment]));
      else known.add(fragment);
    }
    fragment.acknowledged |= mask;
  }

  /** Entries of a fragment that a delete may have taken, as seen by a reader that ended at `endedAt`. */
  touched(fragment: Fragment, endedAt: number): number {
    let mask = 0;
    for (const d of this.deletions) {
      if (fragment.bucket < d.from || fragment.bucket > d.to || d.startedAt > endedAt) continue;
      if (fragment.batch.sentAt < d.endedAt) mask |= taggedMask(fragment, d.tag);
    }
    return mask;
  }

  /** Entries that must be gone: acknowledged before a delete that had ended before the reader began. */
  #gone(fragment: Fragment, beganAt: number): number {
    let mask = 0;
    for (const d of this.deletions) {
      if (fragment.bucket < d.from || fragment.bucket > d.to || d.endedAt >= beganAt) continue;
      if (fragment.ackedAt < d.startedAt) mask |= taggedMask(fragment, d.tag);
    }
    return mask;
  }

  /** @param pieces everything the reader saw. @throws ModelFailure when the answer breaks I6 or I7. */
  checkAnswer(who: string, pieces: readonly Piece[], span: Span): void {
    const answer = ++this.#answers;
    for (const { fragment, mask } of pieces) {
      const { batch } = fragment;
      if (fragment.seenBy !== answer) {
        fragment.seenBy = answer;
        fragment.seen = 0;
      }
      if (batch.seenBy !== answer) {
        batch.seenBy = answer;
        batch.seen = 0;
      }
      if ((batch.seen & mask) !== 0) {
        throw new ModelFailure("I6", `${who} sees entries of ${name(fragment)} twice`);
      }
      batch.seen |= mask;
      fragment.seen |= mask;
      // A bucket that was dropped meanwhile may have got a catalogue row of another expiry.
      const dropped = fragment.bucket < span.floorAtEnd;
      if (!dropped && span.beganTime - this.#clockError > this.#expires(fragment.bucket)) {
        throw new ModelFailure("I7", `${who} sees ${name(fragment)} after its bucket expired`);
      }
      if (fragment.bucket < span.floorAtStart) {
        throw new ModelFailure("I7", `${who} sees ${name(fragment)} below the floor`);
      }
    }
    for (const { fragment } of pieces) this.#checkWhole(who, fragment, span);
    for (const fragment of this.acknowledgedIn(span)) {
      if (fragment.seenBy === answer) continue;
      const missing = fragment.acknowledged & ~this.touched(fragment, span.endedAt);
      if (missing === 0) continue;
      throw new ModelFailure("I6", `${who} misses ${name(fragment)}, which was acknowledged`);
    }
  }

  /** Fragments that were acknowledged before a reader began and whose buckets outlived it. */
  *acknowledgedIn(span: Span): Generator<Fragment> {
    for (let bucket = Math.max(span.from, span.floorAtEnd); bucket <= span.to; bucket++) {
      if (this.mayHide(bucket)) continue;
      for (const fragment of this.#byBucket.get(bucket) ?? []) {
        if (fragment.ackedAt < span.beganAt) yield fragment;
      }
    }
  }

  #checkWhole(who: string, fragment: Fragment, span: Span): void {
    if ((this.#gone(fragment, span.beganAt) & fragment.seen) !== 0) {
      throw new ModelFailure("I7", `${who} sees deleted entries of ${name(fragment)}`);
    }
    const missing = fragment.full & ~fragment.seen & ~this.touched(fragment, span.endedAt);
    if (missing !== 0) {
      throw new ModelFailure(
        "I6",
        `${who} sees ${name(fragment)} without ${bits(missing)} entries`,
      );
    }
  }
}

export function name(fragment: Fragment): string {
  return `batch ${fragment.batch.id} in bucket ${fragment.bucket}`;
}
