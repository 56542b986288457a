/**
 * Bounds on guessing passwords, in the memory of one process.
 * Invariant: in any 60 seconds at most 5 attempts per (address, email) and 50 per address pass; an attempt
 * that is refused does not count. Memory is bounded: when too many addresses are remembered the one that
 * tried longest ago is forgotten.
 */
import type { Clock } from "../domain/clock.ts";
import { FaultError } from "../domain/fault.ts";
import { SIGN_INS } from "../domain/limits.ts";

/** Of each kind; about 200 bytes each, 50 times for an address that is at its bound. */
const REMEMBERED = 10_000;

export interface LoginLimits {
  /** Counts an attempt; fails `overQuota` with the wait when it is one too many. */
  take(address: string, email: string): void;
}

export function createLoginLimits(deps: { clock: Clock }): LoginLimits {
  const byAddress = new Map<string, number[]>();
  const byEmail = new Map<string, number[]>();

  function recent(map: Map<string, number[]>, key: string, nowMs: number): number[] {
    const times = (map.get(key) ?? []).filter((at) => nowMs - at < SIGN_INS.windowMs);
    // Written anew, so that the map's order is that of the last attempts.
    map.delete(key);
    map.set(key, times);
    const [oldest] = map.keys();
    if (map.size > REMEMBERED && oldest !== undefined) map.delete(oldest);
    return times;
  }

  return {
    take(address, email) {
      const nowMs = deps.clock.monotonicMs();
      const network = networkOf(address);
      const ofAddress = recent(byAddress, network, nowMs);
      const ofEmail = recent(byEmail, JSON.stringify([network, email]), nowMs);
      const full =
        ofAddress.length >= SIGN_INS.perAddress
          ? ofAddress
          : ofEmail.length >= SIGN_INS.perEmail
            ? ofEmail
            : undefined;
      if (full !== undefined) {
        throw new FaultError({
          kind: "overQuota",
          reason: "too many attempts to sign in, wait a minute",
          retryAfterMs: SIGN_INS.windowMs - (nowMs - (full[0] ?? nowMs)),
        });
      }
      ofAddress.push(nowMs);
      ofEmail.push(nowMs);
    },
  };
}

/** One subscriber holds a whole /64 of IPv6, so that is what counts as an address. */
function networkOf(address: string): string {
  if (!address.includes(":") || address.includes(".")) return address;
  const [head = "", tail] = address.split("%")[0]?.split("::") ?? [];
  const groups = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  while (tail !== undefined && groups.length + after.length < 8) groups.push("0");
  return [...groups, ...after]
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":");
}
