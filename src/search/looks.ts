/**
 * What tails see of an application's rows: each by itself, or all of one process together.
 * Invariant: an epoch counts as closed in a look only when it was before the look's rows were read, so that every row of
 * it is among them. What is shared is at most half a poll old.
 */
import type { Clock } from "../domain/clock.ts";
import type { AppId } from "../domain/ids.ts";
import type { L0Row, LogReads } from "../storage/log-store.ts";

/** Half a tail's poll: its delay grows by that, and its reads are as many as those of two tails. */
const SHARED_MS = 500;
/** A shared look is one that most tails can use. */
const ROWS_A_LOOK = 512;

export interface Look {
  /** The newest epoch that was closed before the rows were read. */
  readonly closed: number;
  /** As `l0After` answers them. */
  readonly rows: readonly L0Row[];
  readonly complete: boolean;
}

/** One follower's. */
export interface OwnLooks extends Disposable {
  /** Whether certainly nothing is there behind the epoch. */
  isQuiet(after: number): Promise<boolean>;
  look(after: number, limit: number): Promise<Look>;
}

export interface Looks {
  /** To be disposed of when the application is followed no more. */
  follow(app: AppId): OwnLooks;
}

type Reads = Pick<LogReads, "l0After" | "closedEpoch">;

/** Where looking is cheap. */
export function ownLooks(store: Reads): Looks {
  return {
    follow: (app) => ({
      isQuiet: async (after) => {
        const { rows, complete } = await store.l0After(app, after, 1);
        return complete && rows.length === 0;
      },
      look: (after, limit) => lookAt(store, app, after, limit),
      [Symbol.dispose]: () => undefined,
    }),
  };
}

/** Where each look reads all rows of several open epochs. */
export function sharedLooks(store: Reads, clock: Pick<Clock, "monotonicMs">): Looks {
  const followed = new Map<AppId, { followers: number; last: SharedLook | undefined }>();

  return {
    follow: (app) => {
      const shared = followed.get(app) ?? { followers: 0, last: undefined };
      shared.followers++;
      followed.set(app, shared);
      const look = async (after: number, limit: number): Promise<Look> => {
        const { last } = shared;
        if (last !== undefined && clock.monotonicMs() - last.beganMs < SHARED_MS) {
          // Whoever began it hears of its failure.
          const part = partOf(await last.look.catch(() => undefined), last, after, limit);
          if (part !== undefined) return part;
        }
        const own: SharedLook = {
          after,
          limit,
          beganMs: clock.monotonicMs(),
          look: lookAt(store, app, after, limit),
        };
        shared.last = own;
        return own.look;
      };
      return {
        isQuiet: async (after) => {
          const { rows, complete } = await look(after, ROWS_A_LOOK);
          return complete && rows.length === 0;
        },
        look,
        [Symbol.dispose]: () => {
          if (--shared.followers === 0) followed.delete(app);
        },
      };
    },
  };
}

interface SharedLook {
  readonly after: number;
  readonly limit: number;
  readonly beganMs: number;
  readonly look: Promise<Look>;
}

/** @returns what a look shows behind a later epoch; undefined where it does not tell all of it. */
function partOf(
  look: Look | undefined,
  of: SharedLook,
  after: number,
  limit: number,
): Look | undefined {
  if (look === undefined || of.after > after || !look.complete) return undefined;
  const rows = look.rows.filter(({ epoch }) => epoch > after);
  // A full one may have left rows out, which a smaller one leaves out, too.
  if (look.rows.length === of.limit && rows.length < limit) return undefined;
  return { ...look, rows: rows.slice(0, limit) };
}

async function lookAt(store: Reads, app: AppId, after: number, limit: number): Promise<Look> {
  const closed = await store.closedEpoch();
  return { closed, ...(await store.l0After(app, after, limit)) };
}
