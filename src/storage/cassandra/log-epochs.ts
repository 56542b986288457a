/**
 * Epochs: one row for all processes, which says what may still be acknowledged and what may be merged.
 * Invariants: a commit is trusted only while its epoch was certainly open when its rows were complete; an epoch is closed
 * only when every process has stopped trusting it. No clocks of two machines are compared: a writer counts from the start
 * of its read, a closer from the end of the read that showed the next epoch, so the writer's trust ends first.
 */
import type { Clock } from "../../domain/clock.ts";
import { overloaded } from "../../domain/fault.ts";
import { intOf, textOf } from "./row.ts";
import type { Session } from "./session.ts";
import { statement } from "./statement.ts";

export const EPOCH_STATEMENTS = {
  read: statement(
    "read",
    "read_epoch",
    "SELECT epoch, closed, version, nonce FROM ks.log_epoch WHERE name = ?",
  ),
  insert: statement(
    "cas",
    "insert_epoch",
    "INSERT INTO ks.log_epoch (name, epoch, closed, version, nonce) VALUES (?, ?, ?, ?, ?) IF NOT EXISTS",
  ),
  move: statement(
    "cas",
    "move_epoch",
    "UPDATE ks.log_epoch SET epoch = ?, closed = ?, version = ?, nonce = ? WHERE name = ? IF version = ? AND nonce = ?",
  ),
} as const;

export const EPOCH_MS = 10_000;
const REFRESH_MS = 5_000;
/** How long after the start of its read a process trusts an epoch: longer than the slowest normal commit. */
const TRUST_MS = 20_000;
/** A tenth more, for clocks that run at different rates. */
export const CLOSE_WAIT_MS = 22_000;
/** Wall and monotonic time part by this much only when the machine was suspended, or its clock was set. */
const MAX_PARTING_MS = 1_000;

const NAME = "logs";
const FIRST = { epoch: 1, closed: 0 } as const;

interface EpochRow {
  readonly epoch: number;
  readonly closed: number;
  readonly version: number;
  readonly nonce: string;
}

/** An epoch as it was read, and when that read began. */
export interface TakenEpoch {
  readonly epoch: number;
  readonly monotonicMs: number;
  readonly wallMs: number;
}

export interface EpochDeps {
  readonly session: Session;
  readonly clock: Clock;
  readonly newNonce: () => string;
}

export interface Epochs {
  /** An epoch to commit in, fresh enough to be trusted for a while. */
  take(): Promise<TakenEpoch>;
  /** Asked when all rows of a commit are complete: whether every merge of the epoch is sure to see them. */
  isTrusted(taken: TakenEpoch): Promise<boolean>;
  /** The newest closed epoch, read now. */
  closed(): Promise<number>;
  /** The newest epoch that a read has shown. */
  readonly seen: number;
  /** The newest closed one that a read has shown; -1 before the first. */
  readonly seenClosed: number;
  /** Whether the epoch is closed; asks only when no read has shown it. */
  isClosed(epoch: number): Promise<boolean>;
}

export function createEpochs(deps: EpochDeps): Epochs {
  const { clock } = deps;
  let last: TakenEpoch | undefined;
  let reading: { readonly sinceMs: number; readonly taken: Promise<TakenEpoch> } | undefined;
  let seen = 0;
  let seenClosed = -1;

  const read = async (): Promise<{ row: EpochRow; taken: TakenEpoch }> => {
    const [monotonicMs, wallMs] = [clock.monotonicMs(), clock.nowMs()];
    const row = await readRow(deps);
    seen = Math.max(seen, row.epoch);
    seenClosed = Math.max(seenClosed, row.closed);
    return { row, taken: { epoch: row.epoch, monotonicMs, wallMs } };
  };
  /** Shared by all who ask, but for one that takes too long: it may never end. */
  const refresh = (): Promise<TakenEpoch> => {
    const sinceMs = clock.monotonicMs();
    if (reading !== undefined && sinceMs - reading.sinceMs <= REFRESH_MS) return reading.taken;
    const taken = read().then((one) => one.taken);
    const own = { sinceMs, taken };
    reading = own;
    void taken
      .then((one) => {
        if (last === undefined || one.monotonicMs > last.monotonicMs) last = one;
      })
      .catch(() => undefined)
      .finally(() => {
        if (reading === own) reading = undefined;
      });
    return taken;
  };

  return {
    take: async () => {
      const ageMs = last === undefined ? Infinity : clock.monotonicMs() - last.monotonicMs;
      if (last === undefined || ageMs > TRUST_MS / 2) return refresh();
      // Commits go on with what there is; a refresh that fails is tried again by the next of them.
      if (ageMs > REFRESH_MS) refresh().catch(() => undefined);
      return last;
    },
    isTrusted: async (taken) => {
      const passedMs = clock.monotonicMs() - taken.monotonicMs;
      const parting = Math.abs(clock.nowMs() - taken.wallMs - passedMs);
      if (passedMs < TRUST_MS && parting < MAX_PARTING_MS) return true;
      // Begun after the rows were complete: if the epoch was not closed then, whoever closes it reads them.
      return (await readRow(deps)).closed < taken.epoch;
    },
    closed: async () => (await read()).row.closed,
    isClosed: async (epoch) => epoch <= seenClosed || epoch <= (await read()).row.closed,
    get seen() {
      return seen;
    },
    get seenClosed() {
      return seenClosed;
    },
  };
}

export interface EpochCloser {
  /**
   * Opens the next epoch and closes old ones when it is time. Any number at once, in any process; once in some seconds.
   * @returns the epoch that was open when it looked.
   */
  step(): Promise<{ readonly epoch: number }>;
}

export function createEpochCloser(deps: EpochDeps): EpochCloser {
  const { session, clock, newNonce } = deps;
  /** When it was first seen here that the epoch is at least this, by the monotonic clock. */
  const seenMs = new Map<number, number>();

  return {
    step: async () => {
      const row = await readRow(deps);
      const nowMs = clock.monotonicMs();
      for (let epoch = row.closed + 1; epoch <= row.epoch; epoch++)
        if (!seenMs.has(epoch)) seenMs.set(epoch, nowMs);
      for (const epoch of seenMs.keys()) if (epoch <= row.closed) seenMs.delete(epoch);

      const ageOf = (epoch: number): number => nowMs - (seenMs.get(epoch) ?? nowMs);
      const epoch = ageOf(row.epoch) >= EPOCH_MS ? row.epoch + 1 : row.epoch;
      let { closed } = row;
      while (closed + 2 <= row.epoch && ageOf(closed + 2) >= CLOSE_WAIT_MS) closed++;
      if (epoch === row.epoch && closed === row.closed) return row;
      // Whether it holds or another closer was first: the next step sees.
      await session.compareAndSet(EPOCH_STATEMENTS.move, [
        BigInt(epoch),
        BigInt(closed),
        BigInt(row.version + 1),
        newNonce(),
        NAME,
        BigInt(row.version),
        row.nonce,
      ]);
      return row;
    },
  };
}

async function readRow({ session, newNonce }: EpochDeps): Promise<EpochRow> {
  const find = async (): Promise<EpochRow | undefined> => {
    const [row] = await session.read(EPOCH_STATEMENTS.read, [NAME]);
    return row === undefined
      ? undefined
      : {
          epoch: intOf(row, "epoch"),
          closed: intOf(row, "closed"),
          version: intOf(row, "version"),
          nonce: textOf(row, "nonce"),
        };
  };
  const found = await find();
  if (found !== undefined) return found;
  const { epoch, closed } = FIRST;
  const first = [NAME, BigInt(epoch), BigInt(closed), 1n, newNonce()];
  await session.compareAndSet(EPOCH_STATEMENTS.insert, first);
  const made = await find();
  if (made === undefined) throw overloaded(`${session.where}: the row of epochs does not stay`);
  return made;
}
