/**
 * What one query has spent, and whether it may go on.
 * Invariant: counts only grow; reaching any limit is final and its reason is the first one met.
 */
import type { Clock } from "../domain/clock.ts";
import { FaultError, invalid } from "../domain/fault.ts";
import { QUERY_BUDGET } from "../domain/limits.ts";
import type { QueryLimits, QueryStats } from "./results.ts";
import { type MemoryShare, SharedMemory } from "./shared-memory.ts";

/** The most that requests may spend of each. */
type Ceiling = Required<Omit<QueryLimits, "rows">>;

/** Of blocks that are open side by side. Of times that hardly overlap it is a fifth: one block a level of merges. */
const OPEN_BYTES = QUERY_BUDGET.memoryBytes / 2;
/** A turn of the event loop for others after this long. */
const TURN_MS = 15;
/** A filter has the thread to itself while it reads a block: this long at most. Of honest ones none takes a tenth. */
const HOLD_MS = 2_500;

/** @returns a look for `BlockScan`, which throws `invalid` when so much time has passed, until its end. */
export function holdOf(
  clock: Pick<Clock, "monotonicMs">,
  mostMs: number,
): { readonly look: () => void; end(): void } {
  const beganMs = clock.monotonicMs();
  let isOver = false;
  return {
    look: () => {
      if (!isOver && clock.monotonicMs() - beganMs > mostMs)
        throw invalid(
          "query",
          `reading some entries takes longer than ${mostMs} ms; fewer or simpler terms and regexes read them`,
        );
    },
    end: () => {
      isOver = true;
    },
  };
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
    this.#startedMs = clock.monotonicMs();
    this.#turnMs = this.#startedMs;
  }

  /** @returns a spending of its own for work beside the answer, with lower limits and the same caller. */
  aside(limits: QueryLimits): Spending {
    return new Spending(this.#clock, limits, this.#signal, QUERY_BUDGET, undefined, this.#memory);
  }

  /** @returns a spending of its own for one of `parts` equal parts of the work. */
  part(parts: number): Spending {
    const { rows, bytes, timeMs, memoryBytes } = this.#limits;
    return this.aside({
      rows: Math.ceil(rows / parts),
      bytes: Math.ceil(bytes / parts),
      timeMs: timeMs / parts,
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
    return new Spending(this.#clock, left, this.#signal, QUERY_BUDGET, this.#stated, this.#memory);
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
    if (this.elapsedMs() >= this.#limits.timeMs)
      return `the budget of ${this.#stated.timeMs} ms is spent`;
    return undefined;
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

  /** What a filter's look at one block may take of the thread. */
  hold(): ReturnType<typeof holdOf> {
    return holdOf(this.#clock, HOLD_MS);
  }

  /** Lets others run when this query has held the thread for long; throws `canceled` when the caller left. */
  async turn(): Promise<void> {
    if (this.#clock.monotonicMs() - this.#turnMs >= TURN_MS) {
      await new Promise<void>((resolve) => {
        setImmediate(resolve);
      });
      this.#turnMs = this.#clock.monotonicMs();
    }
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
