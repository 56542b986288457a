/**
 * One machine's clocks and its life.
 * Invariant: no two hosts' clocks agree: the monotonic ones run at rates within 10 % of each other and stand still
 * while a VM is suspended; the wall clocks are off by up to 60 units.
 */
export interface Host {
  readonly id: number;
  /** Grows with every crash: work of an earlier life never goes on. */
  life: number;
  up: boolean;
  /** True time until which nothing runs here (SIGSTOP, or a suspended VM). */
  pausedUntil: number;
  /** Units the monotonic clock has missed. */
  suspended: number;
  rate: number;
  skew: number;
}

export function monotonic(host: Host, now: number): number {
  return (now - host.suspended) * host.rate;
}

export function wall(host: Host, now: number): number {
  return now + host.skew;
}
