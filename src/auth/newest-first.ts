/**
 * Keys that the store lists newest first.
 * Invariant: order is turned round among texts of one shape; turning twice gives the text back.
 */

/** @param id a UUID text, or other lower-case hex: every digit becomes its complement. */
export function newestFirst(id: string): string {
  return id.replace(/[0-9a-f]/g, (digit) => (15 - Number.parseInt(digit, 16)).toString(16));
}
