/**
 * A clock that moves only when told. Invariant: wall and monotonic time move together unless `jumpWall` is used;
 * sleepers wake in the order of their time, and none wakes early.
 */
import type { Clock } from "../../src/domain/clock.ts";

interface Sleeper {
  readonly atMs: number;
  readonly wake: () => void;
}

export class FakeClock implements Clock {
  #wallMs: number;
  #monotonicMs = 0;
  readonly #sleepers = new Set<Sleeper>();

  /** 2026-11-24T12:00:00Z unless said otherwise. */
  constructor(nowMs = 1_795_521_600_000) {
    this.#wallMs = nowMs;
  }

  nowMs(): number {
    return this.#wallMs;
  }

  monotonicMs(): number {
    return this.#monotonicMs;
  }

  get sleeping(): number {
    return this.#sleepers.size;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    if (signal?.aborted === true) {
      reject(signal.reason);
      return promise;
    }
    const onAbort = (): void => {
      this.#sleepers.delete(sleeper);
      reject(signal?.reason);
    };
    const sleeper: Sleeper = {
      atMs: this.#monotonicMs + Math.max(0, ms),
      wake: () => {
        signal?.removeEventListener("abort", onAbort);
        resolve();
      },
    };
    signal?.addEventListener("abort", onAbort, { once: true });
    this.#sleepers.add(sleeper);
    return promise;
  }

  /** Moves both clocks, wakes who is due, and lets what they started settle. */
  async advance(ms: number): Promise<void> {
    this.#wallMs += ms;
    this.#monotonicMs += ms;
    const due = [...this.#sleepers].filter((sleeper) => sleeper.atMs <= this.#monotonicMs);
    due.sort((a, b) => a.atMs - b.atMs);
    for (const sleeper of due) {
      this.#sleepers.delete(sleeper);
      sleeper.wake();
    }
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** The wall clock alone is set, as an operator or NTP does it. */
  jumpWall(ms: number): void {
    this.#wallMs += ms;
  }
}
