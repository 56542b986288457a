/**
 * Adds up what the stages of one run cost.
 * Invariant: CPU is this thread's, and only of work that belongs to the run: it is taken around pieces of work that do
 * not wait, and what a piece does for another stage is that stage's. Waiting counts as elapsed time alone.
 */

export interface StageCost {
  readonly name: string;
  rowsIn: number;
  rowsOut: number;
  blocks: number;
  bytes: number;
  cpuMs: number;
  elapsedMs: number;
}

/** Milliseconds: of CPU that this thread has used, and of a monotonic clock. */
export interface Meters {
  readonly cpuMs: () => number;
  readonly monotonicMs: () => number;
}

export function newCost(name: string): StageCost {
  return { name, rowsIn: 0, rowsOut: 0, blocks: 0, bytes: 0, cpuMs: 0, elapsedMs: 0 };
}

export class StageCosts {
  readonly #meters: Meters;
  readonly #stages = new Map<string, StageCost>();
  /** CPU and time of pieces inside the one under way. */
  #inner = { cpuMs: 0, elapsedMs: 0 };

  constructor(meters: Meters) {
    this.#meters = meters;
  }

  of(name: string): StageCost {
    const known = this.#stages.get(name) ?? newCost(name);
    this.#stages.set(name, known);
    return known;
  }

  /** Does a piece of work that does not wait. */
  time<T>(cost: StageCost, work: () => T): T {
    const outer = this.#inner;
    this.#inner = { cpuMs: 0, elapsedMs: 0 };
    const cpuMs = this.#meters.cpuMs();
    const startedMs = this.#meters.monotonicMs();
    try {
      return work();
    } finally {
      const spentMs = this.#meters.cpuMs() - cpuMs;
      const tookMs = this.#meters.monotonicMs() - startedMs;
      cost.cpuMs += Math.max(0, spentMs - this.#inner.cpuMs);
      cost.elapsedMs += Math.max(0, tookMs - this.#inner.elapsedMs);
      this.#inner = {
        cpuMs: outer.cpuMs + spentMs,
        elapsedMs: outer.elapsedMs + tookMs,
      };
    }
  }

  /** Does work that waits: its CPU is counted up to where it first does. */
  async wait<T>(cost: StageCost, work: () => Promise<T>): Promise<T> {
    const startedMs = this.#meters.monotonicMs();
    const before = cost.elapsedMs;
    const promise = this.time(cost, work);
    try {
      return await promise;
    } finally {
      // Once, whatever else of the stage went on meanwhile.
      cost.elapsedMs = before + this.#meters.monotonicMs() - startedMs;
    }
  }

  /** Begins a stretch of work with waits in it, which pause it. */
  stretch(cost: StageCost): { pause: () => void; resume: () => void } {
    let cpuMs: number | undefined;
    let startedMs = 0;
    const resume = (): void => {
      cpuMs = this.#meters.cpuMs();
      startedMs = this.#meters.monotonicMs();
    };
    resume();
    return {
      resume,
      pause: () => {
        if (cpuMs === undefined) return;
        cost.cpuMs += this.#meters.cpuMs() - cpuMs;
        cost.elapsedMs += this.#meters.monotonicMs() - startedMs;
        cpuMs = undefined;
      },
    };
  }
}
