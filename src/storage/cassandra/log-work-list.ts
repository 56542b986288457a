/**
 * Which applications may have rows to merge or chunks to delete, for all processes: lists by chunk of epochs, cut into
 * a fixed number of partitions. Invariant: an application is in a list before any of its rows in that chunk is acknowledged, and
 * stays in one from the stored position on until somebody saw that nothing is left of it. A list loses rows by TTL alone.
 */
import { fnv1a } from "../../domain/fnv.ts";
import type { AppId } from "../../domain/ids.ts";
import { eachAtOnce } from "./at-once.ts";
import { intOf, textOf } from "./row.ts";
import type { Session } from "./session.ts";
import { statement } from "./statement.ts";

export const WORK_LIST_STATEMENTS = {
  add: statement(
    "write",
    "insert_dirty",
    "INSERT INTO ks.log_dirty (chunk, k, app) VALUES (?, ?, ?) USING TTL ?",
  ),
  read: statement("read", "list_dirty", "SELECT app FROM ks.log_dirty WHERE chunk = ? AND k = ?"),
  low: statement("read", "read_dirty_low", "SELECT chunk FROM ks.log_dirty_low WHERE k = ?"),
  writeLow: statement(
    "write",
    "write_dirty_low",
    "INSERT INTO ks.log_dirty_low (k, chunk) VALUES (?, ?)",
  ),
} as const;

/** So that 100,000 applications make lists of 1,600. */
export const WORK_LISTS = 64;
const AT_ONCE = 16;
const TTL_SECONDS = 7 * 86_400;
/** Chunks of five minutes in the time that a list lives. */
const MAX_CHUNKS_BACK = 2_016;

export interface WorkList {
  /** Durable when it resolves. */
  add(app: AppId, chunk: number): Promise<void>;
  /** Takes in what other processes added. @param final the last chunk that gets no more rows; `current` is being written. */
  load(final: number, current: number): Promise<void>;
  /** For this process alone: the application may have something left, whatever the lists say. */
  note(app: AppId, chunk: number): void;
  /** Every application that may have something left, and the newest chunk it was listed in. */
  readonly apps: ReadonlyMap<AppId, number>;
  /** Nothing is left of it. */
  drop(app: AppId): void;
  /** Lists again what is left from final chunks, and moves the stored positions behind them. */
  moveOn(final: number, current: number): Promise<void>;
}

/** @param count of lists; the same in every process, for ever. */
export function createWorkList(session: Session, count = WORK_LISTS): WorkList {
  const apps = new Map<AppId, number>();
  /** The first chunk of each list that is to be read again. */
  const from = new Map<number, number>();
  const stored = new Map<number, number>();

  const note = (app: AppId, chunk: number): void => {
    apps.set(app, Math.max(chunk, apps.get(app) ?? chunk));
  };
  const add = async (app: AppId, chunk: number): Promise<void> => {
    await session.write(WORK_LIST_STATEMENTS.add, [
      BigInt(chunk),
      fnv1a(app) % count,
      app,
      TTL_SECONDS,
    ]);
    note(app, chunk);
  };
  const startOf = async (k: number, current: number): Promise<number> => {
    const [row] = await session.read(WORK_LIST_STATEMENTS.low, [k]);
    const low = row === undefined ? 0 : intOf(row, "chunk");
    stored.set(k, low);
    return Math.max(low, current - MAX_CHUNKS_BACK);
  };
  const lists = Array.from({ length: count }, (_, k) => k);

  return {
    apps,
    add,
    note,

    load: async (final, current) => {
      await eachAtOnce(lists, AT_ONCE, async (k) => {
        const start = from.get(k) ?? (await startOf(k, current));
        for (let chunk = start; chunk <= current; chunk++)
          for await (const row of session.rows(WORK_LIST_STATEMENTS.read, [BigInt(chunk), k]))
            note(textOf(row, "app") as AppId, chunk);
        from.set(k, Math.max(start, final + 1));
      });
    },

    drop: (app) => void apps.delete(app),

    moveOn: async (final, current) => {
      const left = [...apps].filter(([, chunk]) => chunk <= final);
      await eachAtOnce(left, AT_ONCE, ([app]) => add(app, current));
      // A slow process may write an older position: that costs reads, nothing else.
      const moved = [...from].filter(([k, chunk]) => chunk > (stored.get(k) ?? 0));
      await eachAtOnce(moved, AT_ONCE, async ([k, chunk]) => {
        await session.write(WORK_LIST_STATEMENTS.writeLow, [k, BigInt(chunk)]);
        stored.set(k, chunk);
      });
    },
  };
}
