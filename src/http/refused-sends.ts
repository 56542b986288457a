/**
 * What is told of entries that a key sent and that were not taken, so that its owner can see it where keys are shown.
 */
import { FaultError } from "../domain/fault.ts";
import type { Principal } from "../domain/principal.ts";
import type { Exchange } from "./exchange.ts";

export type OnRefused = (principal: Principal, exchange: Exchange, reason: string) => void;

/** @returns why, for a failure that the sender has to see to; undefined for one that passes by waiting. */
export function refusalOf(error: unknown): string | undefined {
  if (!(error instanceof FaultError)) return undefined;
  switch (error.fault.kind) {
    case "denied":
    case "invalid":
    case "tooLarge":
    case "overQuota":
      return error.message;
    default:
      return undefined;
  }
}
