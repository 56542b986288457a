/**
 * Shares the merges among processes: each holds one seat, a lease, and the units go round by the seats that live.
 * Invariants: processes that see the same seats agree whose every unit is; none looks after units without a seat it may
 * trust. While they see different ones a unit may be nobody's for a poll, or two's: the manifest's compare-and-set decides.
 *
 * Seats are taken from the first on and their rows stay, so looking ends at the first that never was: with n processes a
 * look reads n rows, and one renews 1. A bucket's shards lie side by side, so an application alone is shared evenly too.
 */
import { fnv1a } from "../domain/fnv.ts";
import type { UnitKey } from "../storage/log-store.ts";
import type { Lease, Leases } from "../storage/lease.ts";

/** More processes than this do not merge: with n seats all looks together read n² rows a poll. */
export const MAX_SEATS = 16;

export interface Seat {
  /** Aborts when the seat is not to be trusted any more. */
  readonly signal: AbortSignal;
  isMine(key: UnitKey): boolean;
}

export interface Seats {
  /**
   * Sees who sits, and sits down where there is room; to be called every third of a lease. Throws what reading locks
   * throws: then the last view stands, as long as the own seat is trusted.
   */
  look(): Promise<void>;
  /** undefined while there is none. */
  readonly seat: Seat | undefined;
  /** Gets up, so that the others need not wait for the end of a lease. */
  leave(): Promise<void>;
}

export function createSeats(leases: Leases): Seats {
  let own: { readonly at: number; readonly lease: Lease } | undefined;
  /** Ascending, the own one among them. */
  let live: readonly number[] = [];

  const giveUp = async (): Promise<void> => {
    const { lease } = own ?? {};
    own = undefined;
    await lease?.release();
  };

  const sitDown = async (places: readonly number[]): Promise<void> => {
    for (const at of places) {
      const lease = await leases.tryAcquire(nameOf(at));
      if (lease === undefined) continue;
      own = { at, lease };
      return;
    }
  };

  return {
    look: async () => {
      // What is over is given back, so that whoever comes next need not see it dead first.
      if (own?.lease.signal.aborted === true) await giveUp();
      const [taken, room]: [number[], number[]] = [[], []];
      for (let at = 0; at < MAX_SEATS; at++) {
        const state = at === own?.at ? "held" : await leases.look(nameOf(at));
        (state === "held" ? taken : room).push(at);
        if (state === "never") break;
      }
      if (own === undefined) await sitDown(room);
      live = own === undefined || taken.includes(own.at) ? taken : inOrder([...taken, own.at]);
    },
    get seat() {
      if (own === undefined || own.lease.signal.aborted) return undefined;
      const [rank, count] = [live.indexOf(own.at), live.length];
      return {
        signal: own.lease.signal,
        isMine: (key: UnitKey) => rank >= 0 && turnOf(key) % count === rank,
      };
    },
    leave: giveUp,
  };
}

/** Of a process that shares the store with nobody. */
export function onlySeat(): Seats {
  const seat: Seat = { signal: new AbortController().signal, isMine: () => true };
  return { look: async () => undefined, seat, leave: async () => undefined };
}

function nameOf(at: number): string {
  return `upkeep/merge/${at}`;
}

function inOrder(seats: readonly number[]): number[] {
  return seats.toSorted((a, b) => a - b);
}

/** The same in every process: by the bucket's name, and on from there shard by shard. */
function turnOf({ app, bucket, shard }: UnitKey): number {
  return fnv1a(`${app}/${bucket}`) + shard;
}
