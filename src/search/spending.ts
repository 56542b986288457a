/**
 * What one query has spent, and whether it may go on.
 * Invariant: counts only grow; reaching any limit is final and its reason is the first one met.
 */
import type { Clock } from "../domain/clock.ts";
import { FaultError } from "../domain/fault.ts";
import { QUERY_BUDGET } from "../domain/limits.ts";
import { tooMuchWork } from "../domain/too-much-work.ts";
import { LOOK_BYTES } from "../engine/filter/block-scan.ts";
import type { RowMeter } from "../engine/pipe/rows.ts";
import type { QueryLimits, QueryStats } from "./results.ts";
import { type MemoryShare, SharedMemory } from "./shared-memory.ts";
import { Turns } from "./turns.ts";

/** The most that requests may spend of each. */
type Ceiling = Required<Omit<QueryLimits, "rows">>;

/** Of blocks that are open side by side. Of times that hardly overlap it is a fifth: one block a level of merges. */
const OPEN_BYTES = QUERY_BUDGET.memoryBytes / 2;
/** A turn of the event loop for others after this long. */
const TURN_MS = 15;
/** A filter has the thread to itself for one go. */
export const GO_MS = 50;
/** One row may have it for longer: a go where it can go on in a next one, all of it where not. */
export const ROW_MS = 8 * GO_MS;
/** Of one block, in all its goes. Of honest ones none takes a tenth. */
const HOLD_MS = 2_500;

const GO_IS_OVER = Symbol("the go is over");

/** @returns whether a go was given up: all that it has found out is what the scan remembers. */
export function isGoOver<T>(result: T | typeof GO_IS_OVER): result is typeof GO_IS_OVER {
  return result === GO_IS_OVER;
}

function takesLonger(mostMs: number): FaultError {
  return tooMuchWork(
    `reading some entries takes longer than ${mostMs} ms; fewer or simpler terms and regexes read them`,
  );
}

/** @returns a look for `BlockScan`, which throws `tooMuchWork` when so much time has passed. */
export function holdOf(clock: Pick<Clock, "monotonicMs">, mostMs: number): () => void {
  const beganMs = clock.monotonicMs();
  return () => {
    if (clock.monotonicMs() - beganMs > mostMs) throw takesLonger(mostMs);
  };
}

/** What the work on one block takes of the thread. */
export interface Hold {
  /** Throws `tooMuchWork` when all the work takes too long, and in a go what ends it when that does. */
  readonly look: () => void;
  /** Works for as long as that, if it looks. */
  go<T>(ms: number, work: () => T): T | typeof GO_IS_OVER;
  /** What the last go took. */
  readonly lastMs: number;
}

/** Its memory is free for others again when it is disposed of; that of a part when the part is added. */
export class Spending implements Disposable {
  blocks = 0;
  blocksRead = 0;
  rowsScanned = 0;
  /** As they are stored. */
  bytesRead = 0;
  /** Decompressed: what the budget of bytes bounds. */
  bytesInflated = 0;
  matched = 0;
  readonly #clock: Clock;
  readonly #limits: Required<QueryLimits>;
  /** What is said to be spent: of a part the limits of the whole. */
  readonly #stated: Required<QueryLimits>;
  readonly #signal: AbortSignal | undefined;
  readonly #startedMs: number;
  readonly #memory: MemoryShare;
  readonly #turns: Turns;
  /** How long it has held the thread, where that may be long. */
  #heldMs = 0;
  /** What pipes keep, and what is read of open blocks. */
  #heldBytes = 0;
  #blockBytes = 0;
  #turnMs: number;

  constructor(
    clock: Clock,
    limits: QueryLimits,
    signal: AbortSignal | undefined,
    most: Ceiling = QUERY_BUDGET,
    stated?: Required<QueryLimits>,
    memory: MemoryShare = new SharedMemory().share(),
    turns = new Turns(),
  ) {
    this.#clock = clock;
    this.#limits = {
      rows: limits.rows ?? Infinity,
      bytes: Math.min(limits.bytes ?? Infinity, most.bytes),
      timeMs: Math.min(limits.timeMs ?? Infinity, most.timeMs),
      memoryBytes: Math.min(limits.memoryBytes ?? Infinity, most.memoryBytes),
    };
    this.#stated = stated ?? this.#limits;
    this.#signal = signal;
    this.#memory = memory;
    this.#turns = turns;
    this.#startedMs = clock.monotonicMs();
    this.#turnMs = this.#startedMs;
  }

  /** @returns a spending of its own for work beside the answer, with lower limits and the same caller. */
  aside(limits: QueryLimits): Spending {
    return this.#other(limits);
  }

  /**
   * @param left how many of `parts` equal parts of the work are still to be done: they share what is left.
   * @returns a spending of its own for the next of them; to be added when it is done.
   */
  part(left: number, parts: number): Spending {
    const { rows, bytes, timeMs, memoryBytes } = this.#limits;
    return this.aside({
      rows: Math.ceil((rows - this.rowsScanned) / left),
      bytes: Math.ceil((bytes - this.bytesInflated) / left),
      timeMs: (timeMs - this.elapsedMs()) / left,
      memoryBytes: Math.ceil(memoryBytes / parts),
    });
  }

  /** @returns a spending for a step of the work, of this share of what is left; to be added when the step is done. */
  step(share: number): Spending {
    const { rows, bytes, timeMs, memoryBytes } = this.#limits;
    const left = {
      rows: (rows - this.rowsScanned) * share,
      bytes: (bytes - this.bytesInflated) * share,
      timeMs: (timeMs - this.elapsedMs()) * share,
      memoryBytes,
    };
    return this.#other(left, this.#stated);
  }

  #other(limits: QueryLimits, stated?: Required<QueryLimits>): Spending {
    const [clock, signal, memory] = [this.#clock, this.#signal, this.#memory];
    return new Spending(clock, limits, signal, QUERY_BUDGET, stated, memory, this.#turns);
  }

  /** Adds what a part has spent. */
  add(part: Spending): void {
    this.blocks += part.blocks;
    this.blocksRead += part.blocksRead;
    this.rowsScanned += part.rowsScanned;
    this.bytesRead += part.bytesRead;
    this.bytesInflated += part.bytesInflated;
    this.matched += part.matched;
    part.#hold(0, 0);
  }

  [Symbol.dispose](): void {
    this.#memory[Symbol.dispose]();
  }

  elapsedMs(): number {
    return this.#clock.monotonicMs() - this.#startedMs;
  }

  /** @returns why the query must stop here, or undefined. */
  exhausted(): string | undefined {
    if (this.rowsScanned >= this.#limits.rows)
      return `the budget of ${this.#stated.rows} rows is spent`;
    if (this.bytesInflated >= this.#limits.bytes)
      return `the budget of ${this.#stated.bytes} decompressed bytes is spent`;
    return this.#overTime();
  }

  #overTime(): string | undefined {
    return this.elapsedMs() >= this.#limits.timeMs
      ? `the budget of ${this.#stated.timeMs} ms is spent`
      : undefined;
  }

  /** @returns why pipes may keep no more than these `heldBytes`, or undefined. */
  overfull(heldBytes: number): string | undefined {
    const shared = this.#hold(heldBytes, this.#blockBytes);
    return heldBytes >= this.#limits.memoryBytes
      ? `the budget of ${this.#limits.memoryBytes} bytes of memory is spent`
      : shared;
  }

  /** Says that so many bytes more of open blocks are kept, or fewer. @returns false when it is more than there should be. */
  keepOfBlocks(bytes: number): boolean {
    const shared = this.#hold(this.#heldBytes, this.#blockBytes + bytes);
    return shared === undefined && this.#blockBytes < OPEN_BYTES;
  }

  #hold(heldBytes: number, blockBytes: number): string | undefined {
    const more = heldBytes + blockBytes - this.#heldBytes - this.#blockBytes;
    this.#heldBytes = heldBytes;
    this.#blockBytes = blockBytes;
    return this.#memory.change(more);
  }

  /** For the work on one block. */
  hold(): Hold {
    const clock = this.#clock;
    let spentMs = 0;
    let lastMs = 0;
    let goMs = Infinity;
    let beganMs: number | undefined;
    return {
      look: () => {
        // What pipes test of it later begins where it first looks, and has no goes.
        const ms = clock.monotonicMs() - (beganMs ??= clock.monotonicMs());
        if (spentMs + ms > HOLD_MS) throw takesLonger(HOLD_MS);
        // oxlint-disable-next-line only-throw-error -- it never leaves the go.
        if (ms > goMs) throw GO_IS_OVER;
      },
      go: (ms, work) => {
        goMs = ms;
        const startMs = (beganMs = clock.monotonicMs());
        try {
          return work();
        } catch (error) {
          if (error === GO_IS_OVER) return GO_IS_OVER;
          throw error;
        } finally {
          lastMs = clock.monotonicMs() - startMs;
          spentMs += lastMs;
          this.#heldMs += lastMs;
          goMs = Infinity;
          beganMs = undefined;
        }
      },
      get lastMs() {
        return lastMs;
      },
    };
  }

  /** For the tests that pipes do of rows: of one row they may take `ROW_MS`. */
  rowMeter(): RowMeter {
    const clock = this.#clock;
    let unseenBytes = 0;
    let beganMs: number | undefined;
    return {
      row: () => {
        beganMs = undefined;
      },
      work: (bytes) => {
        unseenBytes += bytes;
        if (unseenBytes < LOOK_BYTES) return;
        unseenBytes = 0;
        const nowMs = clock.monotonicMs();
        if (nowMs - (beganMs ??= nowMs) > ROW_MS) throw takesLonger(ROW_MS);
      },
    };
  }

  /** It has held the thread for as long as others should wait. */
  get isTurnOver(): boolean {
    return this.#clock.monotonicMs() - this.#turnMs >= TURN_MS;
  }

  /** Lets others run when this query has held the thread for long; throws `canceled` when the caller left. */
  async turn(): Promise<void> {
    if (this.isTurnOver) await this.yield();
    else this.#stay();
  }

  /**
   * The same when the turn is over, between rows of a block that pipes go through: nothing else waits for them.
   * @returns why no more time may be spent, or undefined.
   */
  async rowTurn(): Promise<string | undefined> {
    this.#heldMs += this.#clock.monotonicMs() - this.#turnMs;
    await this.yield();
    return this.#overTime();
  }

  /** Lets others run, those first that have held the thread for less; throws `canceled`. */
  async yield(): Promise<void> {
    this.#stay();
    await this.#turns.next(this.#heldMs);
    this.#turnMs = this.#clock.monotonicMs();
    this.#stay();
  }

  #stay(): void {
    if (this.#signal?.aborted === true) throw new FaultError({ kind: "canceled" });
  }

  stats(matchedExact: boolean): QueryStats {
    return {
      blocks: this.blocks,
      blocksRead: this.blocksRead,
      rowsScanned: this.rowsScanned,
      bytesRead: this.bytesRead,
      elapsedMs: this.elapsedMs(),
      matched: this.matched,
      matchedExact,
    };
  }
}
