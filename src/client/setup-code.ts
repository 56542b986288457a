/**
 * What a person pastes when they are asked for the set-up code.
 * Invariant: the code of a set-up link stands behind its hash, and holds no hash itself.
 */

/** @param text the whole link that a new server printed, or the code alone. */
export function setupCodeIn(text: string): string {
  return text.slice(text.lastIndexOf("#") + 1).trim();
}
