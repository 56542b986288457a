/**
 * The floor of each application. Invariant: it only grows, by compare-and-set.
 */
import { overloaded } from "../../domain/fault.ts";
import type { AppId } from "../../domain/ids.ts";
import type { Bucket } from "../../domain/time-range.ts";
import { intOf, textOf } from "./row.ts";
import type { Session } from "./session.ts";
import { statement } from "./statement.ts";

export const FLOOR_STATEMENTS = {
  read: statement(
    "read",
    "read_floor",
    "SELECT floor, version, nonce FROM ks.log_app WHERE app = ?",
  ),
  // All there are, in the order in which the cluster keeps them: a row an application, once a day.
  all: statement("read", "list_floors", "SELECT app, floor FROM ks.log_app WHERE token(app) >= ?"),
  insert: statement(
    "cas",
    "insert_floor",
    "INSERT INTO ks.log_app (floor, version, nonce, app) VALUES (?, ?, ?, ?) IF NOT EXISTS",
  ),
  raise: statement(
    "cas",
    "raise_floor",
    "UPDATE ks.log_app SET floor = ?, version = ?, nonce = ? WHERE app = ? IF version = ? AND nonce = ?",
  ),
} as const;

/** Rivals raise it too, once an hour each. */
const TRIES = 10;

const FIRST_TOKEN = -(2n ** 63n);

export interface Floors {
  read(app: AppId): Promise<Bucket>;
  /** Of every application that ever had one, deleted ones too. */
  all(): AsyncIterable<{ readonly app: AppId; readonly floor: Bucket }>;
  /** A lower value changes nothing. @returns the floor that stands now. */
  raise(app: AppId, floor: Bucket): Promise<Bucket>;
}

export function createFloors(session: Session, newNonce: () => string): Floors {
  return {
    read: async (app) => {
      const [row] = await session.read(FLOOR_STATEMENTS.read, [app]);
      return (row === undefined ? 0 : intOf(row, "floor")) as Bucket;
    },
    async *all() {
      for await (const row of session.rows(FLOOR_STATEMENTS.all, [FIRST_TOKEN]))
        yield { app: textOf(row, "app") as AppId, floor: intOf(row, "floor") as Bucket };
    },
    raise: async (app, floor) => {
      for (let tries = 0; tries < TRIES; tries++) {
        const [row] = await session.read(FLOOR_STATEMENTS.read, [app]);
        const [now, version] = row ? [intOf(row, "floor"), intOf(row, "version")] : [0, 0];
        if (now >= floor) return now as Bucket;
        const next = [floor, BigInt(version + 1), newNonce(), app];
        // Not applied, or applied without our knowing: reading again decides.
        if (row === undefined) await session.compareAndSet(FLOOR_STATEMENTS.insert, next);
        else {
          const before = [BigInt(version), textOf(row, "nonce")];
          await session.compareAndSet(FLOOR_STATEMENTS.raise, [...next, ...before]);
        }
      }
      throw overloaded(`${session.where}: others change the floor of ${app} all the time`);
    },
  };
}
