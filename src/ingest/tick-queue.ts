/**
 * Batches that wait for the next commit, by application.
 * Invariant: every batch put in is taken out exactly once, an application's batches in the order they came.
 * Pure: the time is a parameter, milliseconds of one monotonic clock.
 */
import type { AppId } from "../domain/ids.ts";
import { KiB, MiB } from "../domain/limits.ts";

/** A commit costs an fsync whatever it holds; below 10 ms their number, and with it that of L0 rows, grows for nothing. */
export const TICK_MS = 10;
/** The longest a busy application's batch waits for company. */
export const BUSY_TICK_MS = 50;
/** Bodies of one application within a tick above which a longer wait makes better blocks. */
export const BUSY_BYTES = 256 * KiB;
/**
 * Bodies that make an L0 row of some 400 KB and 8,000 entries: enough to be kept as it is (engine/block/encode-block.ts),
 * which spares its merge; more company gains nothing.
 */
export const FULL_BYTES = 2 * MiB;
/** Bodies of one commit: bounds its time in the store's thread, and with it the wait of the next one. */
export const COMMIT_BYTES = 4 * MiB;

export interface Waiting {
  readonly app: AppId;
  readonly bytes: number;
}

interface Group<Item> {
  readonly sinceMs: number;
  bytes: number;
  items: Item[];
}

export class TickQueue<Item extends Waiting> {
  readonly #groups = new Map<AppId, Group<Item>>();

  get empty(): boolean {
    return this.#groups.size === 0;
  }

  put(item: Item, nowMs: number): void {
    const group = this.#groups.get(item.app);
    if (group === undefined) {
      this.#groups.set(item.app, { sinceMs: nowMs, bytes: item.bytes, items: [item] });
      return;
    }
    group.bytes += item.bytes;
    group.items.push(item);
  }

  /** @returns when the first application is due (0: now), undefined when nothing waits. */
  dueInMs(nowMs: number): number | undefined {
    let least: number | undefined;
    for (const group of this.#groups.values()) {
      const left = Math.max(0, dueMs(group) - nowMs);
      if (least === undefined || left < least) least = left;
    }
    return least;
  }

  /**
   * Takes what one commit should hold: all that is due, and of the rest what does not wait for more company.
   * @param everything takes busy applications that would rather wait, too.
   */
  take(nowMs: number, everything: boolean): Item[] {
    const taken: Item[] = [];
    let bytes = 0;
    for (const [app, group] of this.#groups) {
      if (bytes >= COMMIT_BYTES) break;
      if (!everything && group.bytes > BUSY_BYTES && dueMs(group) > nowMs) continue;
      let count = 0;
      for (const item of group.items) {
        if (taken.length > 0 && bytes + item.bytes > COMMIT_BYTES) break;
        bytes += item.bytes;
        taken.push(item);
        count++;
      }
      if (count === group.items.length) {
        this.#groups.delete(app);
        continue;
      }
      if (count > 0) {
        group.items = group.items.slice(count);
        group.bytes = group.items.reduce((sum, item) => sum + item.bytes, 0);
        // To the end of the line: an application that never empties must not keep the others from their turn.
        this.#groups.delete(app);
        this.#groups.set(app, group);
      }
      break;
    }
    return taken;
  }
}

function dueMs(group: { sinceMs: number; bytes: number }): number {
  if (group.bytes >= FULL_BYTES) return group.sinceMs;
  return group.sinceMs + (group.bytes > BUSY_BYTES ? BUSY_TICK_MS : TICK_MS);
}
