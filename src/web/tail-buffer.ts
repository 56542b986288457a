/**
 * What came by the live tail and is not in the list yet.
 * Invariants: each entry is counted once, also where it is not drawn; while the list is held all wait whole, up to
 * MOST_HELD, and the count goes on beyond; above MOST_DRAWN_PER_S every k-th is drawn. Pure state, without a clock.
 */
import type { LogEntry } from "../../generated/client/argus/v1/entry.ts";

/** More than this wait nowhere: they are counted, and read anew when they are wanted. */
export const MOST_HELD = 10_000;
/** More than a page can draw, and a person can read. */
export const MOST_DRAWN_PER_S = 200;
/** The server gives what came in bursts: a rate is that of several. */
const RATE_MS = 3000;
const LEAST_RATE_MS = 1000;

interface Drawn {
  readonly atMs: number;
  readonly came: number;
  readonly drawn: number;
}

export class TailBuffer {
  /** Entries that came. */
  arrived = 0;
  /** Of them, those that wait because the list is held. */
  waiting = 0;
  /** Of them, those that were left out of the list because too many came. */
  undrawn = 0;
  perSecond = 0;
  /** One in so many is drawn. */
  drawnOneIn = 1;

  #coming: LogEntry[] = [];
  #held: LogEntry[] = [];
  #draws: readonly Drawn[] = [];
  #beganMs: number | undefined;
  /** Rows that may be drawn now: as many as a second has, at most. */
  #room = MOST_DRAWN_PER_S;
  #roomMs = 0;

  get isIdle(): boolean {
    return this.#coming.length === 0 && this.waiting === 0 && this.perSecond === 0;
  }

  add(entry: LogEntry): void {
    this.arrived++;
    this.#coming.push(entry);
  }

  /** @returns what came since the last drawing, all of it; `rows` are those to put into the list now. */
  draw(isHeld: boolean, nowMs: number): { came: readonly LogEntry[]; rows: readonly LogEntry[] } {
    const came = this.#coming;
    this.#coming = [];
    let rows: readonly LogEntry[] = [];
    if (isHeld) {
      this.waiting += came.length;
      this.#held.push(...came.slice(0, Math.max(0, MOST_HELD - this.#held.length)));
    } else rows = this.#some(came, nowMs);
    // What waits is left out of nothing.
    const drawn = isHeld ? came.length : rows.length;
    this.undrawn += came.length - drawn;
    this.#measure({ atMs: nowMs, came: came.length, drawn });
    return { came, rows };
  }

  /** All that waits; undefined when those are more than were kept. */
  takeHeld(): readonly LogEntry[] | undefined {
    const held = this.waiting > MOST_HELD ? undefined : this.#held;
    this.#held = [];
    this.waiting = 0;
    return held;
  }

  /** Every k-th, where there is no room for all. */
  #some(came: readonly LogEntry[], nowMs: number): readonly LogEntry[] {
    const grown = ((nowMs - this.#roomMs) / 1000) * MOST_DRAWN_PER_S;
    this.#roomMs = nowMs;
    this.#room = Math.min(MOST_DRAWN_PER_S, this.#room + grown);
    const count = Math.min(came.length, Math.floor(this.#room));
    this.#room -= count;
    if (count === came.length) return came;
    // The newest is always one of them.
    return Array.from(
      { length: count },
      (_, n) => came[Math.ceil(((n + 1) * came.length) / count) - 1],
    ).filter((entry) => entry !== undefined);
  }

  #measure(now: Drawn): void {
    this.#beganMs ??= now.atMs;
    const within = this.#draws.filter(({ atMs }) => now.atMs - atMs < RATE_MS);
    this.#draws = now.came > 0 ? [...within, now] : within;
    const came = this.#draws.reduce((sum, one) => sum + one.came, 0);
    const drawn = this.#draws.reduce((sum, one) => sum + one.drawn, 0);
    // Of a tail that has just begun the rate is that of as long as it was there.
    const windowMs = Math.min(RATE_MS, Math.max(LEAST_RATE_MS, now.atMs - this.#beganMs));
    this.perSecond = Math.round(came / (windowMs / 1000));
    this.drawnOneIn = drawn === 0 ? 1 : came / drawn;
  }
}
