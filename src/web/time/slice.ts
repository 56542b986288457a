/**
 * A slice of time as the address has it: `from..to`. Pure, but for the clock that relative ends are read by.
 */
import { fixed, instant } from "../time-range.ts";

/** @returns the ends of `from..to` of an address; undefined for what is none. */
export function sliceOf(
  text: string,
  zone: string,
): { readonly from: number; readonly to: number } | undefined {
  const [first = "", second = ""] = text.split("..");
  const now = Date.now();
  const [from, to] = [instant(first, now, zone), instant(second, now, zone)];
  return from === undefined || to === undefined || to <= from ? undefined : { from, to };
}

export function sliceText(from: number, to: number): string {
  return `${fixed(from)}..${fixed(to)}`;
}
