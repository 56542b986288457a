/**
 * Emptied blocks that wait for the next tick: making their columns anew would cost each tick more than filling them.
 * Invariant: what they hold is bounded in number and in bytes, whatever the blocks before have held. A column keeps room for the
 * most values that it ever had, so callers who make each column of each block long once could else make the process hold
 * all of that at once, for good.
 */
import { MiB } from "../../domain/limits.ts";
import { BlockRows } from "./block-rows.ts";

const KEEP_BLOCKS = 16;
/** Full ingest of one application, 20,000 rows of twenty attributes a tick, holds about 16 MiB; twice that at an hour's edge. */
const KEEP_BYTES = 64 * MiB;

export class SpareBlocks {
  readonly #spare: { readonly rows: BlockRows; readonly bytes: number }[] = [];
  #bytes = 0;

  /** Of all that wait. */
  get heldBytes(): number {
    return this.#bytes;
  }

  /** @returns an empty block. */
  take(): BlockRows {
    const spare = this.#spare.pop();
    if (spare === undefined) return new BlockRows();
    this.#bytes -= spare.bytes;
    return spare.rows;
  }

  /** Empties a block that nobody else uses, and keeps it where there is room. */
  put(rows: BlockRows): void {
    if (this.#spare.length === KEEP_BLOCKS) return;
    rows.reset();
    const bytes = rows.heldBytes;
    if (this.#bytes + bytes > KEEP_BYTES) return;
    this.#spare.push({ rows, bytes });
    this.#bytes += bytes;
  }
}
